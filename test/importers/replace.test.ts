import t from 'tap'
import type { Importer } from '../../src/importers/importer.js'
import { importers } from '../../src/importers/index.js'
import { reportText, type ImportReport } from '../../src/importers/report.js'
import { runImport } from '../../src/importers/run.js'
import { emptied } from '../store/emptied.js'
import { openMigratedMemory } from '../support/embedded.js'
import { fileOf } from './sources.js'

const database = await openMigratedMemory()
t.teardown(async () => await database.close())

type Options = { replace?: boolean; dryRun?: boolean; settings?: Record<string, string> }

/** Imports one file after the other into an empty store; gives the reports. */
async function importing(
  source: string,
  ...files: readonly (readonly [name: string, content: string, options?: Options])[]
): Promise<ImportReport[]> {
  const base = await emptied(database)
  const importer = importers.get(source) as Importer
  const reports: ImportReport[] = []
  for (const [name, content, { settings = {}, ...options } = {}] of files)
    reports.push(
      await runImport({
        database,
        importer,
        files: [fileOf(name, content, 4096)],
        settings,
        retrievedOn: '2026-11-24',
        ...options,
      }),
    )
  return reports.map((report) => ({ ...report, policyRevision: report.policyRevision - base }))
}

const codes = (count: number): string[] => Array.from({ length: count }, (_, at) => `J${1000 + at}`)
const mue = (count: number): string =>
  ['HCPCS/CPT Code,Practitioner Services MUE Values,MUE Adjudication Indicator,MUE Rationale']
    .concat(codes(count).map((code) => `${code},1,3 Date of Service Edit: Clinical,x`))
    .join('\n')
const mueOf = (day: string): string => `MCR_MUE_PractitionerServices_Eff_${day}.csv`
const crosswalk = (count: number): string =>
  ['CODE,LABELER NAME,NDC,Drug Name,PKG SIZE,PKG QTY,BILLUNITS,BILLUNITSPKG']
    .concat(codes(count).map((code, at) => `${code},A,00517-00${10 + at}-25,D,1,25,1,25`))
    .join('\n')
const pairs = (count: number): string =>
  [
    'Column 1\tColumn 2\t*=in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale',
    '\t\tprior to 1996\tDate\tDate\t0=not allowed\t',
    '\t\t\t\t*=no data\t1=allowed\t',
    '\t\t\t\t\t9=not applicable\t',
  ]
    .concat(codes(count).map((code) => `${code}\tA0001\t\t20040101\t*\t1\tx`))
    .join('\r\n')
const list = (count: number): string =>
  ['code,requirement,payerId,effectiveFrom']
    .concat(codes(count).map((code) => `${code},required,test-p,2026-01-01`))
    .join('\n')
const listOf = (version: string): Record<string, string> => ({
  url: 'https://example.com/list',
  'document-version': version,
})
const hcpcs = (count: number, last = count): string =>
  ['HCPC,SEQNUM,RECID,LONG DESCRIPTION,SHORT DESCRIPTION,ADD DT,TERM DT']
    .concat(
      codes(count)
        .slice(0, last)
        .map((code, at) => `${code},${at},3,A code,x,19900101,`),
    )
    .join('\n')

const outcomes = (reports: readonly ImportReport[]): string[] => reports.map(({ outcome }) => outcome)

t.test('an older edition of a kind that has one at a time needs --replace', async (t) => {
  for (const [source, newer, older] of [
    ['mue', [mueOf('10-01-2026'), mue(20)], [mueOf('07-01-2026'), mue(20)]],
    ['ndc', ['2026Q4.csv', crosswalk(20)], ['2026Q3.csv', crosswalk(20)]],
    ['ptp', ['ccipra-v323r0-f1.txt', pairs(20)], ['ccipra-v322r0-f1.txt', pairs(20)]],
    [
      'pa-list',
      ['list.csv', list(20), { settings: listOf('2026-07') }],
      ['list.csv', list(20), { settings: listOf('2026-01') }],
    ],
  ] as const) {
    const [name, content, options] = older as readonly [string, string, Options?]
    const reports = await importing(
      source,
      newer as readonly [string, string, Options?],
      [name, content, { ...options, dryRun: true }],
      older as readonly [string, string, Options?],
      [name, content, { ...options, replace: true, dryRun: true }],
      [name, content, { ...options, replace: true }],
    )
    t.strictSame(
      outcomes(reports),
      ['imported', 'needs-replace', 'needs-replace', 'would-import', 'imported'],
      source,
    )
    t.strictSame(
      reports.map(({ policyRevision }) => policyRevision),
      [1, 1, 1, 1, 2],
    )
    t.match(reports[2]?.toConfirm, [/ older than .*, which is held/])
    t.match(reportText(reports[2] as ImportReport), /Nothing was changed: .*import with --replace\./)
  }
})

t.test('one of the same name with fewer rows needs --replace', async (t) => {
  for (const [source, name, of, settings] of [
    ['mue', mueOf('10-01-2026'), mue, {}],
    ['ndc', '2026Q4.csv', crosswalk, {}],
    ['ptp', 'ccipra-v323r0-f1.txt', pairs, {}],
    ['pa-list', 'list.csv', list, listOf('2026-07')],
  ] as const) {
    const reports = await importing(
      source,
      [name, of(30), { settings }],
      [name, of(29), { settings }],
      [name, of(29), { settings, replace: true }],
      [name, of(30), { settings }],
    )
    t.strictSame(outcomes(reports), ['imported', 'needs-replace', 'imported', 'imported'], source)
    t.match(reports[1], {
      toConfirm: [/held with 30 rows, and the file has 29/],
      endings: [{ key: /J1029|00517003925/ }],
    })
    t.equal(reports[2]?.endings.length, 1, 'what ends is told all the same')
  }
})

t.test(
  'a full export that ends more than 5 % of what it held needs --replace; otherwise endings are listed',
  async (t) => {
    const [january, april] = ['HCPC2026_JAN_ANWEB.csv', 'HCPC2026_APR_ANWEB.csv']
    const few = await importing('hcpcs', [january, hcpcs(40)], [april, hcpcs(40, 38)])
    t.strictSame(outcomes(few), ['imported', 'imported'])
    t.strictSame(few[1]?.endings, [
      { kind: 'hcpcs code', key: 'J1038', on: '2026-04-01' },
      { kind: 'hcpcs code', key: 'J1039', on: '2026-04-01' },
    ])
    t.match(reportText(few[1] as ImportReport), /Ends: hcpcs code J1038 on 2026-04-01\n/)
    const many = await importing(
      'hcpcs',
      [january, hcpcs(40)],
      [april, hcpcs(40, 37), { dryRun: true }],
      [april, hcpcs(40, 37)],
      [april, hcpcs(40, 37), { replace: true }],
    )
    t.strictSame(outcomes(many), ['imported', 'needs-replace', 'needs-replace', 'imported'])
    t.match(many[2]?.toConfirm, ['it would end 3 of the 40 hcpcs codes that are held'])
    const older = await importing('hcpcs', [april, hcpcs(40)], [january, hcpcs(38)])
    t.match(older[1], { outcome: 'imported', endings: [] }, 'an older file of a code table ends nothing')
  },
)

t.test('a list that loses more than 5 % of its rows needs --replace, whatever its version', async (t) => {
  const reports = await importing(
    'pa-list',
    ['list.csv', list(40), { settings: listOf('2026-01') }],
    ['list.csv', list(37), { settings: listOf('2026-07') }],
    ['list.csv', list(38), { settings: listOf('2026-07') }],
  )
  t.strictSame(outcomes(reports), ['imported', 'needs-replace', 'imported'])
  t.match(reports[1]?.toConfirm, [/it would end 3 of the 40 rules of /])
})

t.test('documents of an export that goes without many of them are not ended without a word', async (t) => {
  const documents = (count: number): Importer => ({
    source: 'documents',
    summary: 'documents',
    settings: {},
    wholeExportOf: 'documents',
    read: async () => [
      {
        packId: 'documents',
        content: {
          payers: [],
          plans: [],
          codeSets: [],
          unitLimits: [],
          procedurePairs: [],
          ndcEditions: [],
          codeTables: [],
          policySets: [{ policySetId: 'set', title: 'A set', publisher: 'A', speaksTo: ['units'] }],
          policies: Array.from({ length: count }, (_, at) => ({
            policyId: `p${at}`,
            policySetId: 'set',
            title: 'P',
            versions: [
              {
                versionId: '1',
                from: '2026-01-01',
                source: {
                  publisher: 'A',
                  title: 'P',
                  url: 'https://example.org',
                  retrievedOn: '2026-01-01',
                  grade: 'primary' as const,
                },
                rules: [
                  {
                    kind: 'review' as const,
                    about: 'units' as const,
                    ruleId: 'r',
                    procedures: ['J3420'],
                    reasonCode: 'text-not-interpreted',
                    statement: 'Nobody has read this.',
                  },
                ],
              },
            ],
          })),
        },
      },
    ],
  })
  const base = await emptied(database)
  const run = async (count: number, replace = false): Promise<ImportReport> =>
    await runImport({
      database,
      importer: documents(count),
      files: [],
      settings: {},
      retrievedOn: '2026-11-24',
      replace,
    })
  t.match(await run(40), { outcome: 'imported' })
  t.match(await run(37), {
    outcome: 'needs-replace',
    toConfirm: ['it would end 3 of the 40 policies that are held'],
    policyRevision: base + 1,
  })
  t.match(await run(38), { outcome: 'imported', policyRevision: base + 2 })
  t.match(await run(10, true), { outcome: 'imported', policyRevision: base + 3 })
})
