import { readFile } from 'node:fs/promises'
import t from 'tap'
import { emptyContent, type PolicyContent } from '../../src/decision/shapes/policy.js'
import type { NdcEdition } from '../../src/decision/shapes/tables.js'
import type { FoundFile } from '../../src/importers/files.js'
import {
  ImportRefused,
  type ImportContext,
  type RefusedRow,
  type SourceFile,
} from '../../src/importers/importer.js'
import { ndc } from '../../src/importers/ndc/index.js'
import { runImport } from '../../src/importers/run.js'
import { compilePolicyView } from '../../src/policies/loaded/compile.js'
import { openMigratedMemory } from '../support/embedded.js'
import { fileOf } from './sources.js'

const fixtures = new URL('fixtures/ndc/', import.meta.url)
const published = 'section 508 version of October 2026 ASP NDC-HCPCS Crosswalk.csv'
const fixture = async (name = published, file = published): Promise<FoundFile> =>
  fileOf(name, await readFile(new URL(encodeURIComponent(file), fixtures)), 50)

async function read(
  files: readonly SourceFile[],
  held: Partial<PolicyContent> = {},
  settings: ImportContext['settings'] = {},
) {
  const refused: RefusedRow[] = []
  const notes: string[] = []
  let rows = 0
  const [pack] = await ndc.read(files, {
    settings,
    held: { ...emptyContent, ...held },
    retrievedOn: '2026-11-24',
    refuse: (row) => {
      refused.push(row)
    },
    count: (more) => {
      rows += more
    },
    note: (text) => {
      notes.push(text)
    },
  })
  if (pack === undefined) throw new Error('one pack is expected')
  return {
    ...pack,
    editions: pack.content.ndcEditions,
    edition: pack.content.ndcEditions[0] as NdcEdition,
    refused,
    notes,
    rows,
  }
}

const spans = (editions: readonly NdcEdition[]): string[] =>
  editions.map(({ edition, from, to }) => `${edition} ${from} ${to ?? '-'}`)
const after = async (
  held: readonly NdcEdition[],
  name: string,
  settings?: ImportContext['settings'],
): Promise<NdcEdition[]> => (await read([await fixture(name)], { ndcEditions: [...held] }, settings)).editions

t.test('a crosswalk as it is published', async (t) => {
  const { packId, content, edition, refused, notes, rows } = await read([
    await fixture(`october-2026.zip/${published}`),
    fileOf('october-2026.zip/NOC NDC-HCPCS Crosswalk.csv', 'x'),
  ])
  t.equal(packId, 'ndc')
  t.equal(rows, 7)
  t.strictSame(refused, [])
  t.match(content.policySets, [{ policySetId: 'cms-asp-ndc', speaksTo: ['claim-line'] }])
  t.match(edition, {
    policySetId: 'cms-asp-ndc',
    edition: '2026-Q4',
    from: '2026-10-01',
    source: {
      documentVersion: '2026 Q4',
      grade: 'primary',
      coversThrough: '2026-12-31',
      usableThrough: '2027-06-30',
    },
  })
  t.strictSame(
    edition.rows,
    [
      {
        ndc: '00517003125',
        procedureCode: 'J3420',
        packageSize: 1,
        packageQuantity: 25,
        billingUnits: 1,
        billingUnitsPerPackage: 25,
        drugName: 'Cyanocobalamin',
        labeler: 'American Regent, Inc.',
      },
      {
        ndc: '00517003225',
        procedureCode: 'J3420',
        packageSize: 10,
        packageQuantity: 25,
        billingUnits: 10,
        billingUnitsPerPackage: 250,
        drugName: 'Cyanocobalamin',
        labeler: 'American Regent, Inc.',
      },
      {
        ndc: '00517750425',
        procedureCode: 'J7608',
        packageSize: 4,
        packageQuantity: 25,
        billingUnits: 0.4,
        billingUnitsPerPackage: 10,
        drugName: 'Acetylcysteine',
        labeler: 'Labeler® of a drug',
      },
      {
        ndc: '00517750425',
        procedureCode: 'J7699',
        drugName: 'Acetylcysteine',
        labeler: 'Labeler® of a drug',
      },
    ],
    'with and without dashes, in Windows-1252, an NDC of two codes, amounts that are not known, no short description',
  )
  t.match(notes, [
    /2 product numbers are not a 5-4-2 NDC and left out: 89130-444-01 \(J7331, line 9\), N\/A \(J7332, line 10\)\./,
  ])
  const view = compilePolicyView({ ...emptyContent, ...content }, 1)
  t.match(view.ndcEditions('cms-asp-ndc', '00517750425'), [
    { edition: { edition: '2026-Q4' }, rows: [{ procedureCode: 'J7608' }, { procedureCode: 'J7699' }] },
  ])
})

t.test('quarters follow each other; the name tells which', async (t) => {
  const first = await after([], 'April 2026 ASP NDC-HCPCS Crosswalk 031526.csv')
  t.strictSame(spans(first), ['2026-Q2 2026-04-01 -'])
  const second = await after(first, 'asp_ndc_hcpcs_crosswalk_2027Q1.csv')
  t.strictSame(
    spans(second),
    ['2026-Q2 2026-04-01 2026-07-01', '2027-Q1 2027-01-01 -'],
    'a quarter that is missing stays a gap',
  )
  t.strictSame(spans(await after(second, published)), [
    '2026-Q2 2026-04-01 2026-07-01',
    '2026-Q4 2026-10-01 2027-01-01',
    '2027-Q1 2027-01-01 -',
  ])
  t.strictSame(spans(await after([], 'Jan-2026.zip/asp.csv')), ['2026-Q1 2026-01-01 -'], 'the zip tells')
  t.strictSame(spans(await after([], 'asp.csv', { edition: '2026-Q3' })), ['2026-Q3 2026-07-01 -'])
  const again = await after(
    [
      { ...(first[0] as NdcEdition), policySetId: 'somebody-else' },
      { ...(first[0] as NdcEdition), edition: '2026 Q4', from: '2026-10-01' },
    ],
    published,
  )
  t.strictSame(
    spans(again),
    ['2026-Q4 2026-10-01 -'],
    'the same quarter again is a correction; other sets are left alone',
  )
})

t.test('rows that are refused, each with its line and reason', async (t) => {
  const { edition, refused, notes } = await read([await fixture('October 2026 ASP.csv', 'malformed.csv')])
  t.strictSame(notes, [])
  t.strictSame(
    refused.map(({ line, column, reason }) => `${line} ${column ?? ''}: ${reason}`),
    [
      '3 CODE: "j342" is not a procedure code of five capital letters and digits',
      '4 PKG SIZE: "one" is not a number',
      '5 BILLUNITS: "-1" is not a number',
      '6 : 5 fields where the headings are 10',
      '8 NDC: 00517003130 J3424 has another package or other billing units than on line 7; neither row is taken',
    ],
  )
  t.match(edition.rows, [
    { procedureCode: 'J3420' },
    { procedureCode: 'J3425', packageSize: 1000, billingUnits: 0.5 },
  ])
})

t.test('the heading NDC2, as in 2025, with columns that hold nothing', async (t) => {
  const content = [
    '_2025_CODE,Short Description,LABELER NAME,NDC2,Drug Name,HCPCS dosage,PKG SIZE,PKG QTY,BILLUNITS,BILLUNITSPKG,,',
    'J3420,x,A,00517-0031-25,D,1 MG,1,25,1,25,,',
    '',
  ].join('\n')
  const { edition, refused } = await read([fileOf('asp_ndc_hcpcs_crosswalk_2025Q4.csv', content)])
  t.strictSame(refused, [])
  t.match(edition, { edition: '2025-Q4', rows: [{ ndc: '00517003125', procedureCode: 'J3420' }] })
})

t.test('ten digits without dashes are an NDC that lost a zero, and are refused', async (t) => {
  const headings = 'CODE,LABELER NAME,NDC,Drug Name,PKG SIZE,PKG QTY,BILLUNITS,BILLUNITSPKG'
  const { edition, refused, notes } = await read([
    fileOf(
      '2026Q4.csv',
      `${headings}\nJ3420,A,0517003125,D,1,25,1,25\nJ3420,A,00517003225,D,1,25,1,25\nQ4121,A,100TSXS,D,1,1,6,7\n`,
    ),
  ])
  t.match(refused, [{ line: 2, column: 'NDC', reason: /"0517003125" has ten digits and no dashes/ }])
  t.equal(edition.rows.length, 1)
  t.match(notes, [/1 product number is not a 5-4-2 NDC and left out: 100TSXS/])
})

t.test('files that are something else are refused, with what to do', async (t) => {
  const text = (await readFile(new URL(encodeURIComponent(published), fixtures))).toString('latin1')
  const named = (content: string | Uint8Array): FoundFile => fileOf(published, content)
  t.equal(
    (await read([named(Buffer.from(`\ufeff${text}`, 'utf16le'))])).edition.rows.length,
    4,
    'UTF-16 that says so is read',
  )
  const cases: Array<[string, readonly SourceFile[], ImportContext['settings'], RegExp]> = [
    ['only a workbook', [fileOf('asp.xlsx', '')], {}, /No ASP NDC-HCPCS crosswalk as CSV among asp\.xlsx/],
    [
      'only companions',
      [fileOf('October 2026 OPPS NDC-HCPCS Crosswalk.csv', text)],
      {},
      /NOC and OPPS drugs are not read/,
    ],
    ['empty', [named('')], {}, /is empty/],
    ['a web page', [named('<html><body>')], {}, /is a web page/],
    [
      'a renamed column',
      [named(text.replace('BILLUNITS,', 'UNITS,'))],
      {},
      /no column "BILLUNITS"\. Line 4 has "CODE"/,
    ],
    [
      'tabs',
      [named('_2026_CODE\tNDC\nJ3420\t00517-0031-25\n')],
      {},
      /no column "CODE".*Line 1 has "_2026_CODE NDC"/,
    ],
    ['no headings', [named('J3420,x,y\n')], {}, /no column/],
    ['a quote that does not end', [named('"abc')], {}, /repair the quotes/],
    ['only headings', [named(text.split('\r\n').slice(0, 4).join('\n'))], {}, /no usable row/],
    ['no edition', [fileOf('asp.csv', text)], {}, /the name does not tell its edition; give --edition/],
    [
      'another edition',
      [named(text)],
      { edition: '2026-Q3' },
      /its name says edition 2026-Q4, --edition says 2026-Q3/,
    ],
    ['a quarter twice', [named(text), fileOf('2026Q4.csv', text)], {}, /a second file for 2026-Q4/],
  ]
  for (const [title, files, settings, message] of cases)
    await t.rejects(read(files, {}, settings), { constructor: ImportRefused, message }, title)
})

t.test('imported: the same again is nothing, and a quarter leaves the rows of the one before', async (t) => {
  const db = await openMigratedMemory()
  t.teardown(async () => await db.close())
  const run = async (name: string, retrievedOn = '2026-11-24') =>
    await runImport({ database: db, importer: ndc, files: [await fixture(name)], settings: {}, retrievedOn })
  t.match(await run(published), {
    outcome: 'imported',
    policyRevision: 1,
    changes: { ndcEditions: { added: 1 }, ndcCodes: { added: 4 } },
    notes: [/left out/],
  })
  t.match(await run(published, '2026-12-24'), { outcome: 'nothing-changed', policyRevision: 1 })
  const next = await run('January 2027 ASP NDC-HCPCS Crosswalk.csv')
  t.strictSame(next.changes, {
    ndcEditions: { added: 1, changed: 1, ended: 0 },
    ndcCodes: { added: 4, changed: 0, ended: 0 },
  })
})
