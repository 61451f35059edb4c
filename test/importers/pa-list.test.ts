import { readFile } from 'node:fs/promises'
import t from 'tap'
import { determine } from '../../src/decision/determine.js'
import { emptyContent, type PolicyContent } from '../../src/decision/shapes/policy.js'
import type { CheckRequest } from '../../src/decision/shapes/request.js'
import {
  ImportRefused,
  type ImportContext,
  type RefusedRow,
  type SourceFile,
} from '../../src/importers/importer.js'
import { paList } from '../../src/importers/pa-list/index.js'
import { compilePolicyView } from '../../src/policies/loaded/compile.js'
import { mergeContent, validatePacks } from '../../src/policies/packs/pack.js'
import { workbookOf } from './zips.js'

const source = { url: 'https://example.com/list' }
const mapping = new URL('../../examples/pa-list/medicare-ffs.mapping.json', import.meta.url).pathname

function inMemory(name: string, text: string | Uint8Array): SourceFile {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text
  return {
    name,
    bytes: async () => bytes,
    chunks: async function* () {
      yield bytes
    },
  }
}

async function fixture(name: string): Promise<SourceFile> {
  return inMemory(name, await readFile(new URL(`fixtures/pa-list/${name}`, import.meta.url)))
}

async function read(
  files: readonly SourceFile[],
  settings: ImportContext['settings'] = source,
  held: PolicyContent = emptyContent,
) {
  const refused: RefusedRow[] = []
  let rows = 0
  const packs = await paList.read(files, {
    settings,
    held,
    retrievedOn: '2026-11-23',
    refuse: (row) => {
      refused.push(row)
    },
    count: (n) => {
      rows += n
    },
  })
  return { packs, content: mergeContent(packs.map(({ content }) => content)), refused, rows }
}

type Line = Partial<CheckRequest['serviceLines'][number]>
function answer(
  content: PolicyContent,
  planId: string,
  line: Line,
  rest: Partial<CheckRequest> = {},
  state?: string,
) {
  const request: CheckRequest = {
    claimType: 'professional',
    claimIsComplete: true,
    ...rest,
    coverage: { planId, ...(state === undefined ? {} : { state }) },
    serviceLines: [
      {
        lineNumber: 1,
        procedureCode: 'J3420',
        dateOfService: '2026-11-03',
        placeOfService: '11',
        units: 1,
        ...line,
      },
    ],
  }
  return determine(request, compilePolicyView(content, 1)).lines[0]?.priorAuthorization
}

t.test('a list with the columns of the page', async (t) => {
  const { packs, content, refused, rows } = await read([await fixture('list.csv')])
  t.strictSame(refused, [])
  t.equal(rows, 6)
  t.strictSame(
    packs.map(({ packId }) => packId),
    ['test-lists-list'],
  )
  t.strictSame(content.payers, [{ payerId: 'test-lists', name: 'Test Lists Health' }])
  t.match(content.plans, [
    {
      planId: 'test-lists-ppo',
      name: 'Test Lists PPO',
      lineOfBusiness: 'commercial',
      follows: [{ policySetId: 'test-lists-list-pa', role: 'governing' }],
    },
  ])
  t.match(content.policySets, [
    { policySetId: 'test-lists-list-pa', publisher: 'Test Lists Health', speaksTo: ['prior-authorization'] },
  ])
  t.equal(content.policySets[0]?.completeness, undefined, 'nothing is complete unless said so')
  t.strictSame(
    content.policies.map(({ policyId }) => policyId),
    ['test-lists-list-pa-Drugs', 'test-lists-list-pa-Surgery'],
    'one policy per program',
  )
  const rules = content.policies[0]?.versions[0]?.rules ?? []
  t.strictSame(
    rules.map(({ ruleId, row }) => `${ruleId}: ${row ?? ''}`),
    [
      'J0585-2026-01-01: row 2 of list.csv',
      'J3420-2026-01-01: row 3 of list.csv',
      'J3420-2026-01-01-2: row 4 of list.csv',
      'J9000-J9999-2026-01-01: row 5 of list.csv',
      'J1745-2026-01-01: row 6 of list.csv',
    ],
  )
  t.match(rules[0], {
    when: { state: ['FL', 'GA'] },
    cases: [
      {
        when: { companion: { procedureCodes: ['64612', '64615'] } },
        requirement: 'required',
        consequence: 'denial',
      },
    ],
    contact: { name: 'Test Vendor', phone: '555-0100', url: 'https://example.com/vendor' },
    statement:
      'J0585, J0586 needs prior authorization, in FL, GA, together with 64612, 64615; a claim without it is denied.',
  })
  t.equal(rules[1]?.to, '2027-01-01', 'an inclusive end is the day before')
  t.equal(rules[3]?.to, undefined, '9999-12-31 is open')
  t.strictSame(rules[3]?.when, {
    all: [
      { claimType: ['professional'] },
      { not: { placeOfService: ['21', '23'] } },
      { networkStatus: ['out-of-network'] },
    ],
  })
  t.match(
    rules[4],
    { kind: 'review', about: 'prior-authorization', reasonCode: 'text-not-interpreted' },
    'a text that is not read stands instead of the rule',
  )
  t.strictSame(
    validatePacks(
      packs.map(({ packId, content }) => ({
        file: packId,
        pack: { packId, title: 't', description: 'd', ...content, codeTables: [] },
      })),
    ).problems,
    [],
    'a valid pack',
  )
})

t.test('the core answers from a list', async (t) => {
  const { content } = await read([await fixture('list.csv')])
  const ask = (line: Line, rest: Partial<CheckRequest> = {}, state = 'FL') =>
    answer(content, 'test-lists-ppo', line, rest, state)
  t.match(ask({}), { requirement: 'not-required' }, 'one unit')
  t.match(
    ask({ units: 2 }),
    { requirement: 'required', consequence: 'penalty' },
    'two units: what demands more',
  )
  t.match(ask({ dateOfService: '2026-12-31', units: 2 }), { requirement: 'required' }, 'the last day')
  t.match(
    ask({ dateOfService: '2027-01-01', units: 2 }),
    { requirement: 'indeterminate', reasonCode: 'rule-not-loaded' },
    'the day after',
  )
  const paired = { plannedServices: [{ procedureCode: '64612', dateOfService: '2026-11-03' }] }
  t.match(ask({ procedureCode: 'J0586' }, paired), {
    requirement: 'required',
    contact: { name: 'Test Vendor' },
  })
  t.match(
    ask({ procedureCode: 'J0586' }),
    { requirement: 'indeterminate' },
    'without the companion the list is silent, and silence is no yes',
  )
  t.match(ask({ procedureCode: 'J0586' }, paired, 'NY'), { requirement: 'indeterminate' })
  t.match(
    ask({ procedureCode: 'J1745' }),
    { requirement: 'indeterminate', reasonCode: 'text-unread' },
    'its "not-required" hangs on a text',
  )
  t.match(
    ask(
      { procedureCode: 'J9305', provider: { networkStatus: 'out-of-network' } },
      { patient: { ageYears: 64 } },
    ),
    { requirement: 'required' },
  )
  t.match(ask({ procedureCode: '15830', placeOfService: '24' }), {
    requirement: 'conditional',
    consequence: 'prepayment-review',
  })
})

t.test('rows that are refused', async (t) => {
  const { content, refused } = await read([await fixture('malformed.csv')])
  t.equal(content.policies[0]?.versions[0]?.rules.length, 1)
  t.strictSame(
    refused.map(({ line, column }) => `${line} ${column ?? ''}`),
    [
      '20 ',
      '3 code',
      '4 code',
      '5 code',
      '6 requirement',
      '7 states',
      '8 states',
      '9 placesOfService',
      '10 claimTypes',
      '11 unitsOver',
      '12 effectiveFrom',
      '13 effectiveFrom',
      '14 effectiveTo',
      '15 effectiveFrom',
      '16 vendorUrl',
      '17 consequence',
      '18 payerId',
      '19 payerId',
    ],
  )
  t.match(refused.find(({ line }) => line === 3)?.reason, /may have lost its zeros/)
  const dated = await read([await fixture('malformed.csv')], { ...source, 'effective-from': '2026-06-01' })
  t.equal(dated.refused.length, 17, 'rows without a date take --effective-from')
})

t.test('what is refused as a whole', async (t) => {
  const list = await fixture('list.csv')
  const complete = {
    complete: 'J0000-J9999',
    'complete-from': '2026-01-01',
    'complete-statement': 'All J codes are on the page.',
  }
  const cases: Array<[string, SourceFile[], ImportContext['settings'], RegExp]> = [
    ['no table', [inMemory('a.pdf', '')], source, /No CSV or XLSX/],
    ['no link', [list], {}, /Give --url/],
    ['a grade that does not go with the payer', [list], { ...source, grade: 'primary' }, /fictional/],
    ['an unknown grade', [list], { ...source, grade: 'good' }, /not one of primary/],
    ['an unknown layout', [list], { ...source, layout: 'tree' }, /not one of list, matrix/],
    ['no date', [list], { ...source, 'covers-through': 'June' }, /--covers-through: "June" is not a date/],
    [
      'completeness without a statement',
      [list],
      { ...source, complete: 'J0000-J9999', 'complete-from': '2026-01-01' },
      /needs --complete-statement/,
    ],
    [
      'completeness without a first day',
      [list],
      { ...source, complete: 'J0000-J9999', 'complete-statement': 'x' },
      /needs --complete-from/,
    ],
    ['a statement without codes', [list], { ...source, 'complete-statement': 'x' }, /go with --complete/],
    [
      'completeness of no codes',
      [list],
      { ...source, ...complete, complete: 'J' },
      /neither a code nor a range/,
    ],
    [
      'completeness beside refused rows',
      [await fixture('malformed.csv')],
      { ...source, ...complete },
      /would be answered as not required/,
    ],
    [
      'completeness of a secondary source',
      [inMemory('a.csv', 'payerId,code,requirement,effectiveFrom\nacme,J3420,required,2026-01-01\n')],
      { ...source, ...complete },
      /does not go with a secondary source/,
    ],
    [
      'a column nobody mapped',
      [inMemory('a.csv', 'payerId,code,requirement,site of care\n')],
      source,
      /site of care are not mapped/,
    ],
    [
      'no code',
      [inMemory('a.csv', 'payerId,requirement\nacme,required\n')],
      source,
      /no column with the code/,
    ],
    ['an empty file', [inMemory('a.csv', '')], source, /empty/],
    [
      'only refused rows',
      [inMemory('a.csv', 'payerId,code,requirement\nacme,1,required\n')],
      source,
      /no usable row/,
    ],
    [
      'a mapping that is not there',
      [list],
      { ...source, mapping: '/nowhere/x.json' },
      /cannot be read \(ENOENT\)/,
    ],
    ['a mapping that is no JSON', [list, inMemory('a.mapping.json', '{')], source, /not JSON/],
    [
      'a mapping with an unknown field',
      [list, inMemory('a.mapping.json', '{"columns":{"colour":"x"}}')],
      source,
      /colour/,
    ],
    [
      'a mapping with a column that is not there',
      [
        list,
        inMemory('a.mapping.json', '{"columns":{"code":"code","states":"regions"},"ignore":["requirement"]}'),
      ],
      source,
      /not mapped|no column regions/,
    ],
  ]
  for (const [title, files, settings, message] of cases)
    await t.rejects(read(files, settings), { constructor: ImportRefused, message }, title)
})

t.test('silence means no only where a list is declared complete', async (t) => {
  const complete = {
    ...source,
    complete: 'J0000-J9999',
    'complete-from': '2026-01-01',
    'complete-statement': 'All J codes are on the page.',
  }
  const imported = await read([await fixture('list.csv')], complete)
  // A list that is silent of a code that does not exist says nothing of it.
  const hcpcs = {
    publisher: 'CMS',
    title: 'HCPCS',
    url: 'https://example.com/hcpcs',
    retrievedOn: '2026-11-23',
    grade: 'primary' as const,
  }
  const content: PolicyContent = {
    ...imported.content,
    codeTables: [
      {
        system: 'hcpcs',
        source: hcpcs,
        held: [{ from: '2020-01-01' }],
        complete: ['J'],
        rows: ['J0696', 'J1745'].map((code) => ({ code, from: '2020-01-01', billable: true })),
      },
    ],
  }
  const ask = (line: Line) => answer(content, 'test-lists-ppo', line, {}, 'FL')
  t.match(ask({ procedureCode: 'J0696' }), { requirement: 'not-required', reasonCode: 'on-no-list' })
  t.match(
    ask({ procedureCode: 'J1745' }),
    { requirement: 'indeterminate' },
    'a text that is not read is no silence',
  )
  t.match(ask({ procedureCode: '20610' }), { requirement: 'indeterminate' })
  t.match(ask({ procedureCode: 'J0696', dateOfService: '2025-12-31' }), { requirement: 'indeterminate' })
})

t.test('a plan and payer that are held stay as they are', async (t) => {
  const plan = {
    planId: 'test-lists-ppo',
    payerId: 'test-lists',
    name: 'PPO',
    lineOfBusiness: 'commercial' as const,
    benefit: 'medical' as const,
    follows: [{ policySetId: 'test-own', role: 'governing' as const }],
  }
  const held = { ...emptyContent, payers: [{ payerId: 'test-lists', name: 'Held' }], plans: [plan] }
  const { content, refused } = await read([await fixture('list.csv')], source, held)
  t.strictSame([content.payers, content.plans], [[], []])
  t.equal(content.policies.length, 2)
  t.match(refused, [
    { line: 2, column: 'planId', reason: /stays as it is: let it follow test-lists-list-pa/ },
  ])
  const following = await read([await fixture('list.csv')], source, {
    ...held,
    plans: [
      { ...plan, follows: [...plan.follows, { policySetId: 'test-lists-list-pa', role: 'governing' }] },
    ],
  })
  t.strictSame(
    [following.content.plans, following.refused],
    [[], []],
    'nothing to report once it follows the set',
  )
  const first = await read([await fixture('list.csv')])
  t.strictSame(
    (await read([await fixture('list.csv')], source, first.content)).content,
    first.content,
    'the same import again says the same',
  )
})

t.test('plans of one payer with lists of their own', async (t) => {
  const { content } = await read([
    inMemory(
      'a.csv',
      'payerId,planId,code,requirement,effectiveFrom\ntest-x,test-a,J3420,required,2026-01-01\ntest-x,test-b,J3420,not-required,2026-01-01\ntest-x,,J0585,required,2026-01-01\n',
    ),
  ])
  t.match(answer(content, 'test-a', {}), { requirement: 'required' })
  t.match(answer(content, 'test-b', {}), { requirement: 'not-required' })
  for (const planId of ['test-a', 'test-b'])
    t.match(
      answer(content, planId, { procedureCode: 'J0585' }),
      { requirement: 'required' },
      'a row without a plan is for all',
    )
  t.rejects(
    read(
      [
        inMemory(
          'a.csv',
          'payerId,code,requirement,effectiveFrom\na,J3420,required,2026-01-01\nb,J3420,required,2026-01-01\n',
        ),
      ],
      { ...source, pack: 'one' },
    ),
    /several|names one pack/,
  )
})

t.test('a workbook', async (t) => {
  const rows = [
    ['payerId', 'planId', 'code', 'requirement', 'effectiveFrom', 'unitsOver'],
    ['test-x', 'test-a', 'J3420', 'required', { days: 46023 }, 1],
    ['test-x', 'test-a', 20610, 'required', '2026-01-01', null],
  ]
  const { content } = await read([inMemory('list.xlsx', workbookOf(rows, 'Codes'))], {
    ...source,
    sheet: 'Codes',
  })
  t.match(content.policies[0]?.versions[0]?.rules, [
    { ruleId: 'J3420-2026-01-01', row: 'row 2 of list.xlsx', cases: [{ when: { units: { over: 1 } } }] },
    { procedures: ['20610'], row: 'row 3 of list.xlsx' },
  ])
  await t.rejects(read([inMemory('list.xlsx', workbookOf(rows, 'Codes'))], { ...source, sheet: 'Other' }), {
    message: /no sheet Other; its sheets are Codes/,
  })
})

t.test('a secondary list can say yes, never no', async (t) => {
  const { content } = await read([
    inMemory(
      'a.csv',
      'payerId,planId,code,requirement,effectiveFrom\nacme,acme-a,J3420,not-required,1/5/2026\nacme,acme-a,J0585,required,1/5/2026\n',
    ),
    inMemory('us.mapping.json', '{"dates":"month/day/year"}'),
  ])
  t.equal(content.policies[0]?.versions[0]?.from, '2026-01-05')
  t.match(answer(content, 'acme-a', {}), {
    requirement: 'indeterminate',
    reasonCode: 'secondary-source-only',
  })
  t.match(answer(content, 'acme-a', { procedureCode: 'J0585' }), { requirement: 'required' })
})

t.test('the mapping of the Medicare list', async (t) => {
  const { content, refused } = await read([await fixture('phased.csv')], {
    ...source,
    mapping,
    grade: 'primary',
  })
  t.strictSame(refused, [])
  const orthosis = (dateOfService: string, state: string) =>
    answer(
      content,
      'medicare-part-b',
      { procedureCode: 'L3761', dateOfService, placeOfService: '12' },
      { claimType: 'dme' },
      state,
    )?.requirement
  t.strictSame(
    ['2026-10-27', '2026-10-28', '2027-01-25', '2027-01-26', '2027-04-25', '2027-04-26'].map((day) => [
      day,
      ...['NY', 'TX', 'WY'].map((state) => orthosis(day, state)),
    ]),
    [
      ['2026-10-27', 'indeterminate', 'indeterminate', 'indeterminate'],
      ['2026-10-28', 'required', 'indeterminate', 'indeterminate'],
      ['2027-01-25', 'required', 'indeterminate', 'indeterminate'],
      ['2027-01-26', 'required', 'required', 'indeterminate'],
      ['2027-04-25', 'required', 'required', 'indeterminate'],
      ['2027-04-26', 'required', 'required', 'required'],
    ],
  )
  const dmepos =
    content.policies.find(({ policyId }) => policyId.endsWith('DMEPOS'))?.versions[0]?.rules ?? []
  t.strictSame(
    dmepos.map(({ from, to }) => `${from ?? ''} ${to ?? '-'}`),
    ['2026-10-28 2027-04-26', '2027-01-26 2027-04-26', '2027-04-26 -', '2019-07-22 -'],
    'a row for everywhere ends those for some states',
  )
  t.match(dmepos[3], { kind: 'review', statement: /new words/ })
  t.match(
    content.policies.find(({ policyId }) => policyId.endsWith('RSNAT'))?.versions[0]?.rules,
    [{ kind: 'review', statement: /program "RSNAT"/ }],
    'a program that the mapping does not know',
  )
  t.equal(
    content.policies.find(({ policyId }) => policyId.endsWith('WISeR'))?.versions[0]?.rules[0]?.to,
    '2032-01-01',
  )
  const botox = { procedureCode: 'J0585', placeOfService: '22' }
  const paired = { plannedServices: [{ procedureCode: '64615', dateOfService: '2026-11-03' }] }
  t.match(answer(content, 'medicare-part-b', botox, { claimType: 'institutional', ...paired }, 'FL'), {
    requirement: 'required',
    consequence: 'denial',
  })
  t.match(answer(content, 'medicare-part-b', botox, { claimType: 'institutional' }, 'FL'), {
    requirement: 'indeterminate',
    reasonCode: 'rule-not-loaded',
  })
  t.match(answer(content, 'medicare-part-b', { procedureCode: '29877', placeOfService: '22' }, {}, 'OH'), {
    requirement: 'conditional',
    consequence: 'prepayment-review',
  })
  t.match(answer(content, 'medicare-part-b', { procedureCode: '29877', placeOfService: '21' }, {}, 'OH'), {
    requirement: 'indeterminate',
  })
})

t.test('headings stand below titles, where the mapping names them', async (t) => {
  const text = 'A fee schedule\nUpdated: today,\nProcedure,Requires PA\nJ3420,Y\nJ0585,\n'
  const notes: string[] = []
  const refused: RefusedRow[] = []
  const named = JSON.stringify({
    columns: { code: 'Procedure', requirement: 'Requires PA' },
    constants: { payerId: 'test-titles' },
    values: { requirement: { Y: { requirement: 'required' } } },
  })
  const packs = await paList.read([inMemory('fees.csv', text), inMemory('fees.mapping.json', named)], {
    settings: { ...source, 'effective-from': '2026-01-01' },
    held: emptyContent,
    retrievedOn: '2026-11-23',
    refuse: (row) => {
      refused.push(row)
    },
    count: () => {},
    note: (note) => {
      notes.push(note)
    },
  })
  t.match(notes, [/2 rows above the headings on line 3 passed over; they begin with "A fee schedule"/])
  t.match(refused, [{ line: 5, column: 'requirement' }], 'an empty cell is never taken for "not required"')
  t.match(packs[0]?.content.policies[0]?.versions[0]?.rules, [{ row: 'row 4 of fees.csv' }])
})
