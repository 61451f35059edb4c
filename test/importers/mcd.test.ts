import t from 'tap'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { emptyContent, type PolicyContent } from '../../src/decision/shapes/policy.js'
import { openSources } from '../../src/importers/files.js'
import { mergeContent, validatePacks } from '../../src/policies/packs/pack.js'
import {
  answererOf,
  articlesOnly,
  exportOf,
  filesOf,
  fixture,
  folder,
  read,
  type Article,
} from './mcd-export.js'
import { zipOf } from './zips.js'

const tables = (name: string): boolean => !name.startsWith('mcd_')
const policyOf = (content: PolicyContent, id: string) =>
  content.policies.find(({ policyId }) => policyId === id)
const spans = (content: PolicyContent, id: string): string[] =>
  policyOf(content, id)?.versions.map(({ versionId, from, to }) => `${versionId} ${from} ${to ?? '-'}`) ?? []

const zip = (texts: Record<string, string>): Buffer =>
  zipOf(...Object.entries(texts).map(([name, content]) => ({ name, content })))
const version = (number: number, from: string, more: Partial<Article> = {}): Article => ({
  id: 92000,
  version: number,
  from,
  covered: { 1: { codes: 'D51.0' } },
  ...more,
})

t.test('the fixtures: policies, where and when they hold, what they cite', async (t) => {
  const { content, refused, notes } = await read(filesOf(await fixture(tables)))
  t.strictSame(refused, [])
  t.strictSame(
    content.policies.map(({ policyId, jurisdiction }) => [policyId, jurisdiction]),
    [
      ['a90001', { states: ['FL'], contractorTypes: ['mac-part-b'], contractorNumbers: ['00101'] }],
      ['a90002', { states: ['DN', 'WI'], contractorTypes: ['mac-part-a', 'mac-part-b'] }],
      [
        'a90003',
        [
          { states: ['FL', 'GA', 'WI'], contractorTypes: ['mac-part-a'] },
          { states: ['DN', 'WI'], contractorTypes: ['mac-part-b'] },
        ],
      ],
      ['l80001', { states: ['FL'], contractorTypes: ['mac-part-b'], contractorNumbers: ['00101'] }],
      ['l80002', { states: ['DN', 'WI'], contractorTypes: ['mac-part-b'] }],
    ],
    'a state that the contractor has lost is not among them, nor is a type of contractor that is not told apart',
  )
  t.match(policyOf(content, 'a90001'), {
    policySetId: 'cms-mcd',
    title: 'Billing and Coding: Example12 Injections - first',
    versions: [
      {
        versionId: '2',
        from: '2024-04-01',
        source: {
          publisher: 'East Contractor, Inc.',
          documentNumber: 'A90001',
          documentVersion: '2',
          url: 'https://www.cms.gov/medicare-coverage-database/view/article.aspx?articleid=90001&ver=2',
          publishedOn: '2024-03-27',
          retrievedOn: '2026-11-23',
          grade: 'primary',
          coversThrough: '2026-09-27',
          usableThrough: '2027-03-31',
        },
        rules: [
          {
            kind: 'diagnosis',
            ruleId: 'group-1',
            procedures: ['J9991', 'J9992'],
            others: 'deny',
            conditionalCodes: [{ codes: ['T50995A'] }],
          },
        ],
      },
    ],
  })
  t.match(policyOf(content, 'l80001')?.versions[0], {
    versionId: '25',
    from: '2021-01-01',
    source: { url: /lcd\.aspx\?lcdid=80001&ver=25/ },
    rules: [{ kind: 'review', about: 'frequency', procedures: ['J9991', 'J9992'] }],
  })
  t.match(policyOf(content, 'l80002')?.versions[0], {
    versionId: '3',
    from: '2022-01-01',
    rules: [{ kind: 'review', about: 'diagnosis', procedures: ['J9996'] }],
  })
  t.match(notes, [/HHH MAC.*A90003/, /Nothing is declared complete/])
  const all = { ...content, policySets: content.policySets }
  t.strictSame(
    validatePacks([
      {
        file: 'x',
        pack: {
          packId: 'mcd',
          title: 'x',
          description: 'x',
          policies: all.policies,
          policySets: all.policySets,
          codeSets: all.codeSets,
        },
      },
    ]).problems,
    [],
    'it passes the checks of packs',
  )
})

t.test('claims by the fixtures', async (t) => {
  const answer = answererOf((await read(filesOf(await fixture(tables)))).content)
  const wanted: ReadonlyArray<readonly [string, Parameters<typeof answer>[0], string]> = [
    ['listed', { code: 'J9991', diagnoses: 'D51.0' }, 'met'],
    ['not listed', { code: 'J9991', diagnoses: 'D52.0' }, 'not-met'],
    ['asterisk', { code: 'J9991', diagnoses: 'T50.995A' }, 'indeterminate'],
    [
      'the day before the first version that is held',
      { code: 'J9991', diagnoses: 'D51.0', date: '2024-03-31' },
      'indeterminate',
    ],
    [
      'a pair, Part A side',
      { code: 'J9993', diagnoses: 'M81.0 K20.90', state: 'WI', claimType: 'institutional' },
      'met',
    ],
    ['half of it', { code: 'J9993', diagnoses: 'M81.6', state: 'WI' }, 'indeterminate'],
    ['every code of a range is a row', { code: 'J9993', diagnoses: 'M81.6 K20.90', state: 'WI' }, 'met'],
    [
      'national contractor, Part A side in Florida',
      { code: 'J9994', diagnoses: 'M17.0', claimType: 'institutional' },
      'met',
    ],
    ['not for Part B there', { code: 'J9994', diagnoses: 'M17.0' }, 'indeterminate'],
    ['a procedure that is not bound to the list', { code: '99995', diagnoses: 'R53.83', state: 'WI' }, 'met'],
    [
      'a determination without an article',
      { code: 'J9996', diagnoses: 'M17.0', state: 'WI' },
      'indeterminate',
    ],
  ]
  for (const [title, claim, status] of wanted) t.equal(answer(claim).medicalNecessity.status, status, title)
  t.equal(
    answer({ code: 'J9991', diagnoses: 'D51.0', date: '2024-03-31' }).medicalNecessity.reasonCode,
    'version-not-held',
  )
  t.equal(answer({ code: 'J9994', diagnoses: 'M17.0' }).medicalNecessity.reasonCode, 'rule-not-loaded')
  t.equal(
    answer({ code: 'J9991', diagnoses: 'D51.0' }).frequency.reasonCode,
    'text-unread',
    'the text on utilization',
  )
  t.match(
    answer({ code: 'J9993', diagnoses: 'M81.6', state: 'WI' }).medicalNecessity.reason,
    /^M81\.6 is listed by .*, but only together with diagnosis K20\.90\./,
    'the half of a pair is called so',
  )
})

t.test('a folder, a zip in a zip and both halves together say the same', async (t) => {
  const articles = await fixture(articlesOnly)
  const lcds = await fixture(
    (name) => name.startsWith('lcd') || /^(contractor|state_lookup|update_period)/.test(name),
  )
  const place = await mkdtemp(join(tmpdir(), 'precert-mcd-'))
  for (const [half, texts] of [
    ['article', articles],
    ['lcd', lcds],
  ] as const) {
    await writeFile(
      join(place, `current_${half}.zip`),
      zipOf({ name: `current_${half}_csv.zip`, content: zip(texts) }, { name: 'readme.txt', content: 'x' }),
    )
  }
  const whole = (await read(filesOf(await fixture(tables)))).content
  t.strictSame(
    (await read(await openSources(['article', 'lcd'].map((half) => join(place, `current_${half}.zip`)))))
      .content,
    whole,
  )
  t.strictSame(
    (
      await read(
        (await openSources(folder.pathname)).filter(({ name }) =>
          tables(name.slice(name.lastIndexOf('/') + 1)),
        ),
      )
    ).content,
    whole,
  )
  const first = (await read(await openSources(join(place, 'current_article.zip')))).content
  t.strictSame(
    first.policies.map(({ policyId }) => policyId),
    ['a90001', 'a90002', 'a90003'],
  )
  const second = await read(await openSources(join(place, 'current_lcd.zip')), { held: first })
  t.strictSame(
    second.content.policies.map(({ policyId }) => policyId),
    whole.policies.map(({ policyId }) => policyId),
    'the half that is not given stays',
  )
  t.strictSame(
    second.content.policies.find(({ policyId }) => policyId === 'l80001')?.versions[0]?.rules[0]?.procedures,
    ['J9991', 'J9992'],
    'and tells the procedures of related articles',
  )
})

t.test('versions one after the other', async (t) => {
  const cases: ReadonlyArray<readonly [string, readonly Article[], readonly string[], RegExp?]> = [
    [
      'each ends where the next begins',
      [version(3, '2024-01-01'), version(1, '2022-01-01'), version(2, '2023-01-01')],
      ['1 2022-01-01 2023-01-01', '2 2023-01-01 2024-01-01', '3 2024-01-01 -'],
    ],
    [
      'an end of its own leaves a gap',
      [version(1, '2022-01-01', { through: '2022-06-30' }), version(2, '2023-01-01')],
      ['1 2022-01-01 2022-07-01', '2 2023-01-01 -'],
    ],
    [
      'retired',
      [version(1, '2022-01-01', { status: 'R', through: '2023-05-31' })],
      ['1 2022-01-01 2023-06-01'],
    ],
    [
      'retired on an unknown day',
      [version(1, '2022-01-01', { status: 'R' })],
      [],
      /1 version of status R without an end date left out: A92000 v1/,
    ],
    [
      'a draft',
      [version(1, '2022-01-01'), version(2, '2023-01-01', { status: 'D' })],
      ['1 2022-01-01 -'],
      /of status D left out: A92000 v2/,
    ],
    [
      'an end before the beginning',
      [version(1, '2022-01-01', { through: '2021-12-31' }), version(2, '2022-01-01')],
      ['2 2022-01-01 -'],
      /end before they begin/,
    ],
    [
      'a correction from the same day',
      [version(1, '2022-01-01'), version(2, '2022-01-01')],
      ['2 2022-01-01 -'],
      /later version replaced from its first day on left out: A92000 v1/,
    ],
    [
      'a later version that begins earlier',
      [version(1, '2022-01-01'), version(2, '2023-01-01'), version(3, '2022-06-01')],
      ['1 2022-01-01 2022-06-01', '3 2022-06-01 -'],
    ],
    [
      'a version without rules is the end of the one before',
      [version(1, '2022-01-01'), version(2, '2023-01-01', { procedures: {} })],
      ['1 2022-01-01 2023-01-01'],
    ],
  ]
  for (const [title, articles, wanted, note] of cases) {
    const { content, notes } = await read(filesOf(await exportOf(articles)))
    t.strictSame(spans(content, 'a92000'), wanted, title)
    if (note !== undefined)
      t.ok(
        notes.some((text) => note.test(text)),
        `${title}: ${notes.join(' ')}`,
      )
  }
  const { content } = await read(
    filesOf(
      await exportOf([
        version(1, '2022-01-01', { covered: { 1: { codes: 'E53.8' } } }),
        version(2, '2023-01-01'),
      ]),
    ),
  )
  const answer = answererOf(content)
  t.strictSame(
    ['2021-12-31', '2022-12-31', '2023-01-01'].map(
      (date) => answer({ diagnoses: 'D51.0', date }).medicalNecessity.reasonCode,
    ),
    ['version-not-held', 'diagnosis-not-named', 'diagnosis-listed'],
    'the date of service chooses',
  )
  t.notOk(
    'coversThrough' in (policyOf(content, 'a92000')?.versions[0]?.source ?? {}),
    'a version that has ended does not change any more',
  )
})

t.test('the contractor that a version had', async (t) => {
  const versions = [
    { id: 92000, version: 1, from: '2019-01-01', covered: { 1: { codes: 'D51.0' } } },
    { id: 92000, version: 2, from: '2020-01-01', covered: { 1: { codes: 'D51.0' } } },
    { id: 92000, version: 3, from: '2024-01-01', covered: { 1: { codes: 'D51.0' } } },
  ]
  const { content } = await read(filesOf(await exportOf(versions)))
  t.match(
    policyOf(content, 'a92000'),
    {
      jurisdiction: { states: ['FL'] },
      versions: [{ jurisdiction: { states: ['FL', 'GA'] } }, { jurisdiction: undefined }, {}],
    },
    'Georgia was its until 2020-06-30',
  )
})

t.test('contractor numbers only where they are all known and of one state', async (t) => {
  const texts = await exportOf([
    { covered: { 1: { codes: 'D51.0' } }, contractors: ['1 9 1', '6 9 1'] },
    { covered: { 1: { codes: 'D51.0' } }, contractors: ['1 9 1', '3 9 1'] },
  ])
  texts['contractor.csv'] += '"6","9","1","Georgia Contractor","00601"' + ',""'.repeat(18) + '\r\n'
  texts['contractor_jurisdiction.csv'] += '"6","9","1","10","","",""\r\n'
  const { content, refused } = await read(filesOf(texts))
  t.strictSame(refused, [])
  t.strictSame(
    content.policies.map(({ jurisdiction }) => jurisdiction),
    [
      { states: ['FL', 'GA'], contractorTypes: ['mac-part-b'], contractorNumbers: ['00101', '00601'] },
      { states: ['DN', 'FL', 'WI'], contractorTypes: ['mac-part-b'] },
    ],
  )
})

t.test('sides with as many states, and not the same, are areas of their own', async (t) => {
  const { content } = await read(
    filesOf(
      await exportOf([{ covered: { 1: { codes: 'D51.0' } }, contractors: ['4 8 1', '1 9 1', '3 9 1'] }]),
    ),
  )
  t.strictSame(content.policies[0]?.jurisdiction, [
    { states: ['FL', 'GA', 'WI'], contractorTypes: ['mac-part-a'] },
    { states: ['DN', 'FL', 'WI'], contractorTypes: ['mac-part-b'] },
  ])
})

t.test('a contractor of which no state is known answers nothing, anywhere', async (t) => {
  const texts = await exportOf([{ covered: { 1: { codes: 'D51.0' } }, contractors: ['7 9 1'] }])
  texts['contractor.csv'] += '"7","9","1","Stateless Contractor",""' + ',""'.repeat(18) + '\r\n'
  const { content, notes } = await read(filesOf(texts))
  t.match(content.policies, [
    {
      jurisdiction: { contractorTypes: ['mac-part-b'] },
      versions: [{ rules: [{ kind: 'review', about: 'diagnosis' }] }],
    },
  ])
  t.equal(answererOf(content)({ diagnoses: 'D51.0', state: 'TX' }).medicalNecessity.reasonCode, 'text-unread')
  t.ok(notes.some((note) => note.includes('Stateless Contractor')))
})

t.test('lists of self-administered drugs', async (t) => {
  const drugs = [
    { code: 'J0135', brand: 'Brand', from: '2020-01-01', through: '2024-12-31' },
    { code: 'J3262', brand: 'Other', comments: 'subcutaneous only' },
    { code: 'J3590', brand: 'Third' },
    { code: 'J1438', brand: 'Fourth (pen)' },
  ]
  const { content } = await read(
    filesOf(await exportOf([{ title: 'Self-Administered Drug Exclusion List', procedures: {}, drugs }])),
  )
  t.strictSame(
    content.policies[0]?.versions[0]?.rules.map(({ kind, procedures, from, to }) => [
      kind,
      procedures[0],
      from,
      to,
    ]),
    [
      ['coverage-exclusion', 'J0135', '2020-01-01', '2025-01-01'],
      ['review', 'J1438', undefined, undefined],
      ['review', 'J3262', undefined, undefined],
      ['review', 'J3590', undefined, undefined],
    ],
  )
  const answer = answererOf(content)
  t.equal(
    answer({ code: 'J0135', diagnoses: 'M05.9', date: '2024-12-31' }).medicalNecessity.status,
    'not-met',
  )
  t.equal(answer({ code: 'J3590', diagnoses: 'M05.9' }).medicalNecessity.status, 'indeterminate')
  const elsewhere = await read(filesOf(await exportOf([{ title: 'Another table', procedures: {}, drugs }])))
  t.ok(
    elsewhere.content.policies[0]?.versions[0]?.rules.every(({ kind }) => kind === 'review'),
    'a table of another article is not surely such a list',
  )
})

t.test('an article that lists diagnoses and no procedures', async (t) => {
  const texts = {
    ...(await exportOf([{ procedures: {}, lcd: '80002', covered: { 1: { codes: 'D51.0' } } }])),
    ...(await fixture((name) => name.startsWith('lcd'))),
  }
  const { content } = await read(filesOf(texts))
  t.match(policyOf(content, 'a91000')?.versions[0]?.rules, [
    { kind: 'review', about: 'diagnosis', procedures: ['J9996'] },
  ])
})

t.test('what is shared, and what is cut into portions', async (t) => {
  const procedures = {
    1: { codes: Array.from({ length: 2100 }, (_, i) => `J${String(i).padStart(4, '0')}`).join(' ') },
  }
  const many = Array.from(
    { length: 1500 },
    (_, i) => `D${String(i % 100).padStart(2, '0')}.${Math.floor(i / 100) + 10}`,
  ).join(' ')
  const { content } = await read(
    filesOf(
      await exportOf([
        { covered: { 1: { text: 'In the acute phase.', codes: many } }, procedures },
        { covered: { 1: { codes: many.split(' ').reverse().join(' ') } } },
      ]),
    ),
  )
  t.equal(content.codeSets.length, 1, 'equal lists are one')
  t.strictSame(
    content.policies[0]?.versions[0]?.rules.map((rule) => [rule.ruleId, rule.procedures.length]),
    [
      ['group-1', 2000],
      ['group-1-2', 100],
    ],
  )
  t.match(content.policies[0]?.versions[0]?.rules[0], {
    conditionalCodes: [{ codes: { length: 1000 } }, { codes: { length: 500 } }],
  })
})

t.test('a policy set that others have declared complete keeps what they declared', async (t) => {
  const set = { policySetId: 'cms-mcd', title: 'By hand', publisher: 'P', speaksTo: ['diagnosis' as const] }
  const { content } = await read(filesOf(await fixture(tables)), {
    held: { ...emptyContent, policySets: [set] },
  })
  t.strictSame(content.policySets, [], 'it is left alone')
  const own = (await read(filesOf(await fixture(tables)))).content
  t.strictSame(
    (await read(filesOf(await fixture(tables)), { held: own })).content,
    own,
    'one of its own is brought again',
  )
  t.strictSame(mergeContent([own]).policySets.length, 1)
})
