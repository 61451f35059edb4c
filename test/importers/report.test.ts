import t from 'tap'
import { importProgress } from '../../src/commands/import/progress-words.js'
import { showProgress } from '../../src/commands/progress.js'
import { refusedCsv, reportOf, reportText } from '../../src/importers/report.js'
import { contentFamilies } from '../../src/store/tables/content-table.js'
import type { ContentChanges, Published } from '../../src/store/publishing/publish.js'

const none = Object.fromEntries(
  contentFamilies.map((family) => [family, { added: 0, changed: 0, ended: 0 }]),
) as ContentChanges
const published: Published = {
  revision: 8,
  changed: true,
  changes: {
    ...none,
    codeRows: { added: 12_345, changed: 2, ended: 0 },
    codeTables: { added: 0, changed: 1, ended: 0 },
  },
  taken: [
    { family: 'codeTables', key: 'icd-10-cm', owner: 'cms-code-tables' },
    { family: 'policyVersions', key: 'p 1', owner: 'cms-code-tables' },
  ],
  yielded: [],
}
const about = {
  source: 'mue',
  files: ['a.csv'],
  rows: 12_400,
  refused: [],
  dryRun: false,
  revision: 7,
  seconds: 1.5,
}
const row = (line: number) => ({
  file: 'a.csv',
  line,
  column: 'MUE\nValues',
  reason: `"${line}" is no number`,
})

t.test('what was done, in numbers', async (t) => {
  const report = reportOf({ ...about, published })
  t.match(report, {
    outcome: 'imported',
    policyRevision: 8,
    changes: { codeTables: { changed: 1 }, codeRows: { added: 12_345 } },
    takenOver: [{ key: 'icd-10-cm' }],
  })
  t.equal(Object.keys(report.changes).length, 2, 'only what changed')
  t.equal(
    reportText(report),
    [
      'mue: 1 file, 12,400 rows read, 0 refused, 1.5 s',
      '  code tables                  0 added         1 changed         0 ended',
      '  codes                   12,345 added         2 changed         0 ended',
      '  1 of these were of cms-code-tables until now.',
      'Imported. Policy revision 8 is in force.',
    ].join('\n'),
  )
  t.match(
    reportText(reportOf({ ...about, published, dryRun: true })),
    /Dry run: nothing was changed; policy revision 7 stays in force\.$/,
  )
  t.match(
    reportText(
      reportOf({ ...about, published: { ...published, revision: 7, changed: false, changes: none } }),
    ),
    /refused, 1\.5 s\nNothing changed: revision 7 says the same already\.$/,
  )
})

t.test('a hundred refused rows are shown, all are written', async (t) => {
  const refused = Array.from({ length: 130 }, (_, i) => row(i + 1))
  const report = reportOf({ ...about, refused })
  t.match(report, { outcome: 'refused', policyRevision: 7, changes: {} })
  const lines = reportText(report).split('\n')
  t.equal(lines[1], '  a.csv:1 [MUE Values] "1" is no number')
  t.strictSame(lines.slice(101), [
    '  … and 30 more; --refused FILE writes them all',
    'Nothing was changed, because rows were refused. Correct the file, or import the other rows with --skip-bad.',
  ])
  t.match(reportText(report, 'bad.csv'), /and 30 more\n {2}All of them are in bad\.csv\./)
  t.equal(refusedCsv(refused).split('\r\n').length, 132)
  t.equal(
    refusedCsv([{ file: 'a', line: 1, column: '=1+1', reason: 'a "b"' }]),
    'file,line,column,reason\r\n"a","1","\'=1+1","a ""b"""\r\n',
    'and no cell is a formula',
  )
})

t.test('progress: a bar on a terminal, a line elsewhere', async (t) => {
  const written: string[] = []
  const terminal = showProgress({ isTTY: true, write: (text) => written.push(text) }, importProgress)
  terminal.onProgress({ phase: 'reading', rows: 1200, bytes: 50, totalBytes: 100 })
  terminal.onProgress({ phase: 'reading', rows: 1300, bytes: 51, totalBytes: 100 })
  terminal.onProgress({ phase: 'publishing', rows: 2400, bytes: 100, totalBytes: 100 })
  terminal.done()
  t.strictSame(
    written.map((text) => text.slice('\r\x1b[K'.length)),
    [
      '[############            ] reading: 50 %, 1,200 rows',
      '[########################] publishing: 2,400 rows',
      '',
    ],
  )
  const plain: string[] = []
  const file = showProgress({ write: (text) => plain.push(text) }, importProgress)
  for (const phase of ['reading', 'reading', 'publishing'] as const)
    file.onProgress({ phase, rows: 1, bytes: 0, totalBytes: 0 })
  file.done()
  t.strictSame(plain, ['publishing: 1 rows\n'])
})
