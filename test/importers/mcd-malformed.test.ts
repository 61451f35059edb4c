// Files that are not what they should be: each with what is told.
import t from 'tap'
import { emptyContent } from '../../src/decision/shapes/policy.js'
import type { SourceFile } from '../../src/importers/importer.js'
import { answererOf, articlesOnly, exportOf, filesOf, fixture, read, type Texts } from './mcd-export.js'
import { fileOf } from './sources.js'

const changed =
  (table: string, change: (text: string) => string) =>
  (texts: Texts): SourceFile[] =>
    filesOf({ ...texts, [`${table}.csv`]: change(texts[`${table}.csv`] ?? '') })
const without =
  (table: string) =>
  (texts: Texts): SourceFile[] =>
    filesOf(Object.fromEntries(Object.entries(texts).filter(([name]) => name !== `${table}.csv`)))

const refusals: ReadonlyArray<
  readonly [title: string, files: (texts: Texts) => SourceFile[], message: RegExp]
> = [
  [
    'nothing of the export',
    () => [fileOf('export/readme.txt', 'x'), fileOf('export/lcd_x_requestor_letters.csv', '1,2')],
    /No table of the Medicare Coverage Database among export\/readme\.txt.*Give current_article\.zip/,
  ],
  [
    'a table that is missing',
    without('article_x_icd10_covered_group'),
    /Beside article\.csv the export holds article_x_icd10_covered_group\.csv, which is not among the files: article\.csv.*Give the zip or folder as published.*September 2026/,
  ],
  [
    'a column that is missing',
    changed('article', (text) => text.replace('"article_eff_date"', '"other"')),
    /export\/article\.csv: no column "article_eff_date"\. Line 1 has "article_id".*"other".*Known here is the export of September 2026/,
  ],
  [
    'a column that was renamed',
    changed('article_x_icd10_covered', (text) => text.replace('icd10_covered_group', 'icd10_group')),
    /no column "icd10_covered_group"\. Line 1 has .*"icd10_group".*If the publisher renamed a column/,
  ],
  [
    'a table without its headings',
    changed('article_x_hcpc_code', (text) => text.slice(text.indexOf('\n') + 1)),
    /no column "article_id", .*Line 1 has "90001", "2", "J9991".*The first line is a row of data: the line of headings is lost/,
  ],
  [
    'an empty table',
    changed('article_x_hcpc_code', () => ''),
    /article_x_hcpc_code\.csv holds no table: it is empty/,
  ],
  ['a quote that does not end', changed('article', (text) => `${text}"90009","1","`), /repair the quotes/],
  [
    'no period',
    changed('update_period', (text) => text.slice(0, text.indexOf('\n') + 1)),
    /update_period\.csv has no period/,
  ],
  [
    'two editions at once',
    (texts) => [...filesOf(texts, 'current_article.zip/'), ...filesOf(texts, 'all_article.zip/')],
    /article\.csv is there 2 times: current_article\.zip\/article\.csv, all_article\.zip\/article\.csv.*one edition at a time/,
  ],
  [
    'an overlay without an export',
    () => [fileOf('my.mcd-overlay.json', '{"entries":[]}')],
    /No table of the Medicare Coverage Database/,
  ],
  [
    'an overlay that is not JSON',
    (texts) => [...filesOf(texts), fileOf('my.mcd-overlay.json', '{')],
    /my\.mcd-overlay\.json: it is not JSON/,
  ],
  [
    'an overlay of another shape',
    (texts) => [...filesOf(texts), fileOf('my.mcd-overlay.json', '{"entries":[{"document":"A1"}]}')],
    /my\.mcd-overlay\.json: .*See examples\/mcd\/overlay\.schema\.json/,
  ],
  [
    'a reading in the wrong place',
    (texts) => [
      ...filesOf(texts),
      fileOf(
        'my.mcd-overlay.json',
        JSON.stringify({
          entries: [
            {
              document: 'A1',
              text: 'noncovered 1',
              hash: '0'.repeat(64),
              reading: 'partner',
              reviewedBy: 'x',
              reviewedOn: '2026-11-23',
            },
          ],
        }),
      ),
    ],
    /\/entries\/0\/reading "partner" is not a reading of noncovered 1/,
  ],
  [
    'two indexes',
    (texts) => [...filesOf(texts), fileOf('mcd_documents_1.csv', ''), fileOf('mcd_documents_2.csv', '')],
    /Two document indexes/,
  ],
  [
    'an index with other columns',
    (texts) => [...filesOf(texts), fileOf('mcd_documents.csv', 'a,b\n1,2\n')],
    /mcd_documents\.csv: no column "contractor_name_type"/,
  ],
  [
    'an index without documents',
    (texts) => [
      ...filesOf(texts),
      fileOf(
        'mcd_documents.csv',
        'contractor_name_type,document_display_id,document_version,retirement_date,updated_on\n',
      ),
    ],
    /names no document/,
  ],
]

for (const [title, files, message] of refusals) {
  t.test(title, async (t) => {
    await t.rejects(read(files(await fixture(articlesOnly))), { code: 'import-refused', message })
  })
}

t.test('rows that are refused, each with line, column and reason', async (t) => {
  const texts = await fixture(articlesOnly)
  const add = (table: string, ...lines: string[]): void => {
    texts[`${table}.csv`] += lines.map((line) => `${line}\r\n`).join('')
  }
  texts['article.csv'] = texts['article.csv']!.replace('2023-10-01 00:00:00', 'soon')
  add(
    'article_x_icd10_covered',
    '"90001","2","D5!","2026","1","N","","9","","N"',
    '"90001","2","D52.0","2026","first","N","","9","","N"',
    '"90001","2"',
  )
  add('article_x_icd10_covered_group', '"90003","1","?","Text","",""')
  add(
    'article_x_hcpc_code',
    '"90001","2","J99","2026","1","N","","",""',
    '"90001","2","N/A","2026","1","N","","",""',
  )
  add('contractor_jurisdiction', '"1","9","1","99","","",""', '"1","9","1","9","","","never"')
  add('update_period', '"1221","2026-09-28 00:00:00","2026-09-21 00:00:00"')
  const { refused, notes } = await read(filesOf(texts))
  t.strictSame(
    refused
      .map(({ file, line, column, reason }) => `${file.slice(7)}:${line} ${column ?? '-'}: ${reason}`)
      .sort(),
    [
      'article.csv:7 article_eff_date: "soon" is not the first day of an active article',
      'article_x_hcpc_code.csv:7 hcpc_code_id: "J99" is not a procedure code of five letters and digits',
      'article_x_icd10_covered.csv:12 icd10_code_id: "D5!" is not an ICD-10-CM code',
      'article_x_icd10_covered.csv:13 icd10_covered_group: "first" is not the number of a group',
      'article_x_icd10_covered.csv:14 -: 2 fields where the headings are 10',
      'article_x_icd10_covered_group.csv:7 icd10_covered_group: "?" is not the number of a group',
      'contractor_jurisdiction.csv:13 term_date: "never" is not a date',
      'update_period.csv:4 end_date: "2026-09-28 00:00:00" to "2026-09-21 00:00:00" is not a period',
    ].sort(),
    'N/A is no row',
  )
  t.ok(
    notes.some((note) => /^LEFT OUT: 1 row of contractor_jurisdiction\.csv .*number 99/.test(note)),
    'a state that is not known is told apart',
  )
  t.ok(
    notes.some((note) => /^\d+ rows of the tables belong to no document/.test(note)),
    'rows of an article that was refused are counted',
  )
})

t.test('rows that are left out all the same make nothing more lenient, nor a denial', async (t) => {
  const article = { covered: { 1: { codes: 'D51.0' } }, noncovered: { 1: { codes: 'XX000' } } }
  const answerWith = async (change: (texts: Texts) => void) => {
    const texts = await exportOf([article])
    change(texts)
    const { content, refused } = await read(filesOf(texts))
    t.equal(refused.length, 1)
    return ['D51.0', 'E53.8'].map((diagnoses) => answererOf(content)({ diagnoses }).medicalNecessity.status)
  }
  t.strictSame(
    await answerWith((texts) => {
      texts['article_x_icd10_covered.csv'] += '"91000","1","E53.8?","1","N"\r\n'
    }),
    ['met', 'indeterminate'],
    'a code that cannot be read may have been the one',
  )
  t.strictSame(
    await answerWith((texts) => {
      texts['article_x_icd10_covered.csv'] += '"91000","1","E53.8"\r\n'
    }),
    ['met', 'indeterminate'],
    'or a row of another width',
  )
  t.strictSame(
    await answerWith((texts) => {
      texts['article_x_icd10_covered_group.csv'] += '"91000","1"\r\n'
    }),
    ['indeterminate', 'indeterminate'],
    'a paragraph that is lost may have been a condition',
  )
})

t.test('other forms of the same', async (t) => {
  const whole = (await read(filesOf(await fixture(articlesOnly)))).content
  const same = async (title: string, files: SourceFile[], wanted = whole) => {
    t.strictSame((await read(files)).content, wanted, title)
  }
  const texts = await fixture(articlesOnly)
  await same(
    'end_date in place of dis_end_date',
    filesOf({
      ...texts,
      'update_period.csv': texts['update_period.csv']!.replace('dis_end_date', 'end_date'),
    }),
  )
  await same(
    'American dates',
    filesOf({
      ...texts,
      'article.csv': texts['article.csv']!.replace('"2024-04-01 00:00:00"', '"04/01/2024"').replace(
        '"2023-10-01 00:00:00"',
        '"10/1/2023"',
      ),
    }),
  )
  await same(
    'type_id in the lookup',
    filesOf({
      ...texts,
      'contractor_type_lookup.csv': texts['contractor_type_lookup.csv']!.replace(
        'contractor_type_id',
        'type_id',
      ),
    }),
  )
  await same(
    'unix line ends, a byte order mark, capitals in names',
    Object.entries(texts).map(([name, text]) =>
      fileOf(`x/${name.toUpperCase()}`, `\ufeff${text.replaceAll('\r\n', '\n')}`, 5),
    ),
  )
  await same(
    'columns in another order',
    filesOf({
      ...texts,
      'state_lookup.csv': texts['state_lookup.csv']!.split('\r\n')
        .map((line) => line.split(',').reverse().join(','))
        .join('\r\n'),
    }),
  )
  const latin = Buffer.from(
    texts['article.csv']!.replace('&ndash;', '\u0096').replace('Pairs', 'Pairs \u00ae'),
    'latin1',
  )
  const { content } = await read([
    ...filesOf({ ...texts, 'article.csv': '' }).filter(({ name }) => name !== 'export/article.csv'),
    fileOf('export/article.csv', latin, 4096),
  ])
  t.strictSame(
    content.policies.map(({ title }) => title).slice(0, 2),
    ['Billing and Coding: Example12 Injections - first', 'Billing and Coding: Pairs ®'],
    'Windows-1252',
  )
  t.strictSame(
    (await read(filesOf(texts), { held: emptyContent, retrievedOn: '2026-12-01' })).content.policies.length,
    3,
  )
})
