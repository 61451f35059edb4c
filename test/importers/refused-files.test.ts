import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { emptyContent } from '../../src/decision/shapes/policy.js'
import type { Importer } from '../../src/importers/importer.js'
import { importers } from '../../src/importers/index.js'
import { reportText, type ImportReport } from '../../src/importers/report.js'
import { runImport } from '../../src/importers/run.js'
import { openMigratedMemory, prepareDataDir } from '../support/embedded.js'
import { programArguments } from '../support/program.js'
import { fileOf } from './sources.js'

const db = await openMigratedMemory()
t.teardown(async () => await db.close())

const list =
  'code,requirement,payerId,effectiveFrom\nJ342,required,p,2026-01-01\nJ3421,perhaps,p,2026-01-01\n'

/** Files of which no row can be used: source, name, content, settings, the rows that are named, and why nothing was taken. */
const files: readonly (readonly [string, string, string, Record<string, string>, string[], RegExp])[] = [
  [
    'pa-list',
    'list.csv',
    list,
    { url: 'https://example.com/list' },
    ['2 code', '3 requirement'],
    /list\.csv: no usable row/,
  ],
  [
    'mue',
    'MCR_MUE_PractitionerServices_Eff_10-01-2026.csv',
    'HCPCS/CPT Code,Practitioner Services MUE Values,MUE Adjudication Indicator,MUE Rationale\nJ342,1,2 Date,x\nJ3421,many,2 Date,x\n',
    {},
    ['2 HCPCS/CPT Code', '3 MUE Values'],
    /it has no usable row/,
  ],
  [
    'ndc',
    'October 2026 ASP NDC-HCPCS Crosswalk.csv',
    '_2026_CODE,LABELER NAME,NDC,Drug Name,PKG SIZE,PKG QTY,BILLUNITS,BILLUNITSPKG\nj342,A,00517-0031-25,D,1,25,1,25\nJ3420,A,0517003125,D,1,25,1,25\n',
    {},
    ['2 CODE', '3 NDC'],
    /it has no usable row/,
  ],
  [
    'ptp',
    'ccipra-v323r0-f1.txt',
    'Column 1\tColumn 2\t*=in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale\r\n\t\tprior to 1996\tDate\tDate\t0=not allowed\t\r\n\t\t\t\t*=no data\t1=allowed\t\r\n\t\t\t\t\t9=not applicable\t\r\n2061\tJ2001\t\t20040101\t*\t1\tx\r\n20610\tJ2001\t\t20041301\t*\t1\tx\r\n',
    {},
    ['5 Column 1', '6 Effective Date'],
    /it has no usable row/,
  ],
]

const importerOf = (source: string): Importer => {
  const importer = importers.get(source)
  if (importer === undefined) throw new Error(`there is no importer ${source}`)
  return importer
}
const run = async (source: string, name: string, content: string, settings = {}): Promise<ImportReport> =>
  await runImport({
    database: db,
    importer: importerOf(source),
    files: [fileOf(name, content, 4096)],
    settings,
    retrievedOn: '2026-11-24',
    skipBad: true,
  })

for (const [source, name, content, settings, rows, problem] of files)
  t.test(`${source}: a file without a usable row says why, row by row`, async (t) => {
    const report = await run(source, name, content, settings)
    t.equal(report.outcome, 'refused', 'and --skip-bad leaves nothing to take')
    t.equal(report.policyRevision, 0)
    t.strictSame(
      report.refused.map(({ line, column = '' }) => `${line} ${column}`),
      rows,
    )
    t.match(report.problem, problem)
    t.match(reportText(report), /Nothing was changed\. .*usable row/)
  })

t.test('the command writes and prints the rows of such a file', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'precert-refused-'))
  const [file, refused, data] = ['list.csv', 'refused.csv', 'data'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  await prepareDataDir(data)
  await writeFile(file, list)
  const { status, stdout } = spawnSync(
    process.execPath,
    [...programArguments('import'), 'pa-list', file, '--url', 'https://example.com/list', '--json'].concat([
      '--refused',
      refused,
    ]),
    { env: { ...process.env, DATABASE_URL: '', DATA_DIR: data }, encoding: 'utf8' },
  )
  t.equal(status, 2)
  t.match(JSON.parse(stdout), { outcome: 'refused', refusedRows: 2, problem: /no usable row/ })
  t.equal((await readFile(refused, 'utf8')).trim().split('\r\n').length, 3, 'headings and two rows')
})

t.test('a row without authorization has no consequence of going without', async (t) => {
  const mapping = JSON.stringify({
    columns: { code: 'Code', requirement: 'PA' },
    constants: { payerId: 'test-flags', planId: 'test-flags-a', consequence: 'denial' },
    values: { requirement: { Y: { requirement: 'required' }, N: { requirement: 'not-required' } } },
  })
  const packs =
    (await importers
      .get('pa-list')
      ?.read([fileOf('list.csv', 'Code,PA\nJ3420,N\nJ0585,Y\n'), fileOf('list.mapping.json', mapping)], {
        settings: { url: 'https://example.com/list', 'effective-from': '2026-01-01' },
        held: emptyContent,
        retrievedOn: '2026-11-24',
        refuse: () => t.fail('no row is refused'),
        count: () => {},
      })) ?? []
  const [free, asked] = packs[0]?.content.policies[0]?.versions[0]?.rules ?? []
  t.equal(free?.statement, 'J3420 does not need prior authorization.')
  t.strictSame(free?.kind === 'prior-authorization' ? free.cases : [], [{ requirement: 'not-required' }])
  t.equal(asked?.statement, 'J0585 needs prior authorization; a claim without it is denied.')
})
