// Where the document index makes the set complete, so that silence means that there is no local rule.
import t from 'tap'
import { emptyContent, type PolicySet } from '../../src/decision/shapes/policy.js'
import type { SourceFile } from '../../src/importers/importer.js'
import { answererOf, exportOf, filesOf, fixture, read, type Texts } from './mcd-export.js'

const name = 'mcd_documents_2026-09.csv'
const complete = (sets: readonly PolicySet[]): string[] =>
  sets.flatMap(({ completeness = [] }) =>
    completeness.map(({ kinds, jurisdiction, from }) => {
      const { contractorTypes = [], states = [] } =
        Array.isArray(jurisdiction) || jurisdiction === undefined ? {} : jurisdiction
      return `${kinds.join('+')} ${contractorTypes.join()} ${states.join(' ')} from ${from}`
    }),
  )
const part = (kind: 'A' | 'B', ...states: string[]): string =>
  `diagnosis mac-part-${kind.toLowerCase()} ${states.join(' ')} from 2026-09-21`
const index =
  (change: (text: string) => string) =>
  (texts: Texts): SourceFile[] =>
    filesOf({ ...texts, [name]: change(texts[name] ?? '') })

const cases: ReadonlyArray<
  readonly [title: string, files: (texts: Texts) => SourceFile[], complete: readonly string[], note: RegExp]
> = [
  [
    'all that it names is held',
    index((text) => text),
    [part('A', 'DN', 'FL', 'GA', 'WI'), part('B', 'DN', 'FL', 'WI')],
    /names 7 documents; 5 of them are in the export.*Complete by it: mac-part-a: DN FL GA WI; mac-part-b/,
  ],
  [
    'a document is missing',
    index((text) => text.replaceAll('A90001', 'A90009')),
    [part('A', 'DN', 'FL', 'GA', 'WI'), part('B', 'DN', 'WI')],
    /4 of them/,
  ],
  [
    'a version is older than that of the index',
    index((text) => text.replace('A90002,90002,Article,5', 'A90002,90002,Article,6')),
    [part('A', 'FL', 'GA'), part('B', 'FL')],
    /4 of them/,
  ],
  [
    'the index names a contractor that the export does not',
    index((text) => text.replace('East Contractor, Inc.', 'East Contractor of old')),
    [part('A', 'DN', 'FL', 'GA', 'WI')],
    /Contractors that it names and the export does not: East Contractor of old/,
  ],
  [
    'the export has a contractor that the index does not name',
    (texts) =>
      filesOf({
        ...texts,
        [name]: texts[name]!.replace(
          /"North Contractor\n\(MAC - Part B\)\n\nNational[^]*?\n"North/,
          '"North',
        ),
      }),
    [part('A', 'DN'), part('B', 'DN', 'FL', 'WI')],
    /6 documents/,
  ],
  [
    'the determinations are not given',
    (texts) => filesOf(Object.fromEntries(Object.entries(texts).filter(([file]) => !file.startsWith('lcd')))),
    [part('A', 'DN', 'FL', 'GA', 'WI')],
    /3 of them/,
  ],
  [
    'a document that was retired since is not missed',
    index((text) =>
      text.replace(
        'A99999,99999,Article,1,08/14/2025,Retired,09/22/2024',
        'A99999,99999,Article,1,08/14/2025,Retired,09/22/2026',
      ),
    ),
    [part('A', 'DN', 'FL', 'GA', 'WI'), part('B', 'DN', 'WI')],
    /5 of them/,
  ],
  [
    'a determination of which nobody knows what it is for',
    (texts) =>
      filesOf({ ...texts, 'lcd_x_hcpc_code.csv': texts['lcd_x_hcpc_code.csv']!.replace(/"80002".*/, '') }),
    [part('A', 'DN', 'FL', 'GA', 'WI'), part('B', 'FL')],
    /1 document of the export names no procedures in tables, so what it is for is not known and where it holds nothing is complete: L80002\./,
  ],
  [
    'a row of the index that cannot be read',
    index((text) => text.replace('L80001', 'X')),
    [],
    /names 6 documents/,
  ],
]

for (const [title, files, wanted, note] of cases) {
  t.test(title, async (t) => {
    const { content, notes } = await read(files(await fixture()))
    t.strictSame(complete(content.policySets), wanted)
    t.ok(
      notes.some((text) => note.test(text)),
      notes.join('\n'),
    )
  })
}

t.test('what it means for a claim', async (t) => {
  const { content } = await read(filesOf(await fixture()))
  const manual = {
    policyId: 'manual',
    policySetId: 'cms-manual',
    title: 'Manual',
    versions: [
      {
        versionId: '1',
        from: '2015-10-01',
        source: {
          publisher: 'P',
          title: 'Manual',
          url: 'https://example.com',
          retrievedOn: '2026-11-23',
          grade: 'primary' as const,
        },
        rules: [
          {
            kind: 'diagnosis' as const,
            ruleId: 'all',
            procedures: ['J9997', 'J9991'],
            others: 'unknown' as const,
            statement: 'No restriction.',
          },
        ],
      },
    ],
  }
  const set = { policySetId: 'cms-manual', title: 'Manual', publisher: 'P', speaksTo: ['diagnosis' as const] }
  const answer = answererOf(
    { ...content, policies: [...content.policies, manual], policySets: [...content.policySets, set] },
    [{ policySetId: 'cms-manual', role: 'fallback' }],
  )
  t.equal(
    answer({ code: 'J9997', diagnoses: 'D51.0' }).medicalNecessity.status,
    'met',
    'no local document: the manual speaks',
  )
  t.equal(
    answer({ code: 'J9997', diagnoses: 'D51.0', date: '2026-09-20' }).medicalNecessity.status,
    'indeterminate',
    'before the export nothing is known',
  )
  t.equal(
    answer({ code: 'J9997', diagnoses: 'D51.0', state: 'GA' }).medicalNecessity.status,
    'indeterminate',
    'nor where no contractor is known',
  )
  t.equal(
    answer({ code: 'J9991', diagnoses: 'D52.0' }).medicalNecessity.status,
    'not-met',
    'where there is one, it speaks',
  )
})

t.test('the export with all versions tells of past dates; lists of drugs tell of exclusions', async (t) => {
  const texts = await fixture()
  const all = Object.entries(texts).flatMap(([file, text]) =>
    filesOf({ [file]: text }, file.startsWith('lcd') ? 'all_lcd.zip/all_lcd_csv.zip/' : 'all_article.zip/'),
  )
  t.match(complete((await read(all)).content.policySets), [/from 2015-10-01$/, /from 2015-10-01$/])
  const drugs = {
    ...texts,
    'article_x_code_table.csv': (await exportOf([{ drugs: [] }]))['article_x_code_table.csv']!,
  }
  t.match(complete((await read(filesOf(drugs))).content.policySets), [
    /^diagnosis\+coverage-exclusion /,
    /^diagnosis\+coverage-exclusion /,
  ])
})

t.test('the index alone compares nothing and takes nothing away', async (t) => {
  const held = (await read(filesOf(await fixture()))).content
  const { content, notes } = await read(filesOf(await fixture((file) => file === name)), { held })
  t.strictSame(
    [content.policies, content.codeSets, content.policySets].map((list) => JSON.stringify(list)),
    [held.policies, held.codeSets, held.policySets].map((list) => JSON.stringify(list)),
  )
  t.match(notes, [/names 7 documents.*give both in one import/])
  t.strictSame((await read(filesOf(await fixture((file) => file === name)))).content.policies, [])
})

t.test('what others have declared stays, and its own is made anew', async (t) => {
  const mine = (await read(filesOf(await fixture()))).content.policySets[0]!
  const byHand = {
    ...mine.completeness![0]!,
    statement: 'By hand',
    source: { ...mine.completeness![0]!.source, title: 'Somebody else' },
  }
  const starter: PolicySet = { ...mine, title: 'The starter pack', completeness: [byHand] }
  const taken = await read(filesOf(await fixture()), { held: { ...emptyContent, policySets: [starter] } })
  t.strictSame(
    taken.content.policySets[0]?.completeness?.map(({ statement }) => statement === 'By hand'),
    [true, false, false],
  )
  const lessened = await read(index((text) => text.replaceAll('A90001', 'A90009'))(await fixture()), {
    held: taken.content,
  })
  t.strictSame(complete(lessened.content.policySets).slice(1), [
    part('A', 'DN', 'FL', 'GA', 'WI'),
    part('B', 'DN', 'WI'),
  ])
  const without = await read(filesOf(await fixture((file) => file !== name)), { held: taken.content })
  t.strictSame(
    without.content.policySets[0]?.completeness?.map(({ statement }) => statement),
    ['By hand'],
    'an export without the index may lack documents, so what was declared with it is taken back',
  )
})
