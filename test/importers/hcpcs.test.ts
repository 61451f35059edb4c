import t from 'tap'
import { Compile } from 'typebox/compile'
import { CodeTable } from '../../src/decision/shapes/tables.js'
import { hcpcs } from '../../src/importers/hcpcs/index.js'
import { fixtures, importRefused, importTable, inMemory, ranges } from './code-table-imports.js'
import { zipOf } from './zips.js'

const yearly = 'hcpcs/HCPC2019_CONTR_ANWEB.txt'
const april = 'hcpcs/HCPC2019_APR_ANWEB.txt'
const october = 'hcpcs/HCPC2026_OCT_ANWEB.csv'

t.test('the 320-column text becomes code rows', async (t) => {
  const { table, refused, packId, counted } = await importTable(hcpcs, await fixtures(yearly))
  t.equal(packId, 'hcpcs')
  t.ok(Compile(CodeTable).Check(table), 'fits the schema of a code table')
  t.strictSame(refused, [])
  t.equal(counted, 8)
  t.strictSame(table.held, [{ from: '2019-01-01' }])
  t.match(table.source, {
    documentVersion: '2019-Q1',
    coversThrough: '2019-03-31',
    usableThrough: '2020-03-31',
    note: /left out: 2 modifiers, and 0 CPT/,
  })
  t.strictSame(
    table.rows.map((row) => row.code),
    ['A0080', 'A4466', 'E0193', 'J1020', 'J3420', 'J7030'],
  )
  t.equal(
    table.rows[0]?.title,
    'Non-emergency transportation, per mile - vehicle provided by volunteer (individual or organization), with no vested interest',
    'continuation rows are joined',
  )
  t.strictSame(ranges(table, 'A4466'), ['2010-01-01..2017-01-01 billable'], 'TERM DT is the last usable day')
  t.strictSame(table.rows[4], {
    code: 'J3420',
    from: '1986-01-01',
    billable: true,
    edition: '2019-Q1',
    title: 'Injection, vitamin b-12 cyanocobalamin, up to 1000 mcg',
    dosePerUnit: { value: 1000, unit: 'ug' },
    listings: [
      {
        from: '2019-01-01',
        to: '2019-04-01',
        added: '1986-01-01',
        actionFrom: '1997-01-01',
        dosePerUnit: { value: 1000, unit: 'ug' },
      },
    ],
  })
  t.strictSame(table.complete, [], 'an excerpt says nothing by its silence')
})

const cell = (value: string | number, at: string): string =>
  typeof value === 'number'
    ? `<c r="${at}"><v>${value}</v></c>`
    : `<c r="${at}" t="inlineStr"><is><t xml:space="preserve">${value}</t></is></c>`

/** A workbook with a notice above its headings; numbers are cells of numbers, as in the published file. */
function workbookOf(rows: readonly (readonly (string | number)[])[]): Buffer {
  const data = rows
    .map(
      (cells, row) =>
        `<row r="${row + 1}">${cells.map((value, column) => cell(value, `${String.fromCharCode(65 + column)}${row + 1}`)).join('')}</row>`,
    )
    .join('')
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
  const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
  const packages = 'http://schemas.openxmlformats.org/package/2006'
  return zipOf(
    {
      name: '[Content_Types].xml',
      content: `<Types xmlns="${packages}/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>`,
    },
    {
      name: 'xl/workbook.xml',
      content: `<workbook xmlns="${main}" xmlns:r="${office}"><sheets><sheet name="HCPCS" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    },
    {
      name: 'xl/_rels/workbook.xml.rels',
      content: `<Relationships xmlns="${packages}/relationships"><Relationship Id="rId1" Type="${office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    },
    {
      name: 'xl/worksheets/sheet1.xml',
      content: `<worksheet xmlns="${main}"><sheetData>${data}</sheetData></worksheet>`,
    },
  )
}

t.test('a workbook reads like the CSV, and the text of the same edition goes before it', async (t) => {
  const workbook = inMemory(
    'HCPC2019_CONTR_ANWEB.xlsx',
    workbookOf([
      ['Disclaimers: inclusion does not imply coverage'],
      [
        'HCPC',
        'SEQNUM',
        'RECID',
        'LONG DESCRIPTION',
        'SHORT DESCRIPTION',
        'ADD DT',
        'ACT EFF DT',
        'TERM DT',
        'ACTION CD',
      ],
      ['   A1', 10, 7, 'Dressing for one wound', 'Dressing for one wound', 20020701, 20020701, '', 'N'],
      [
        'J3420',
        10,
        3,
        'Injection, vitamin b-12 cyanocobalamin, up to 1000 mcg',
        'Vitamin b12 injection',
        19860101,
        19970101,
        '',
        'N',
      ],
      ['J9998', 10, 3, 'Injection, gone, 1 mg', 'Gone', 20100101, 20100101, 20181231, 'D'],
    ]),
  )
  const { table } = await importTable(hcpcs, [workbook])
  t.strictSame(
    table.rows.map(({ code, from, to, dosePerUnit }) => [code, from, to, dosePerUnit?.value]),
    [
      ['J3420', '1986-01-01', undefined, 1000],
      ['J9998', '2010-01-01', '2019-01-01', 1],
    ],
  )
  t.match(table.source.note, /left out: 1 modifiers/)
  t.equal((await importTable(hcpcs, [workbook, ...(await fixtures(yearly))])).table.rows.length, 6)
})

t.test('CSV columns are found by their headings', async (t) => {
  const { table } = await importTable(hcpcs, await fixtures(october))
  t.match(table.source, {
    documentVersion: '2026-Q4',
    coversThrough: '2026-12-31',
    usableThrough: '2027-12-31',
  })
  t.strictSame(ranges(table, 'J1020'), ['1982-01-01..2024-04-01 billable'])
  t.strictSame(
    table.rows.flatMap(({ code, dosePerUnit }) =>
      dosePerUnit === undefined ? [] : [[code, dosePerUnit.value, dosePerUnit.unit]],
    ),
    [
      ['J1020', 20, 'mg'],
      ['J3420', 1000, 'ug'],
      ['J3424', 25, 'mg'],
      ['J3425', 10, 'ug'],
      ['J7030', 1000, 'mL'],
    ],
  )
})

t.test('a later quarter ends what it no longer lists', async (t) => {
  const first = await importTable(hcpcs, await fixtures(yearly))
  const { table, content } = await importTable(hcpcs, await fixtures(april), { held: first.content })
  t.strictSame(
    ranges(table, 'E0193'),
    ['1990-01-01..2019-04-01 billable'],
    'no termination date: it ends where it is no longer listed',
  )
  t.strictSame(ranges(table, 'A4466'), ['2010-01-01..2017-01-01 billable'], 'its termination date stands')
  t.strictSame(ranges(table, 'Q5110'), ['2019-04-01.. billable'])
  t.strictSame(table.held, [{ from: '2019-01-01' }])
  t.strictSame(
    (await importTable(hcpcs, await fixtures(april, yearly))).content,
    content,
    'together, in whatever order they are given',
  )
  t.strictSame(
    (await importTable(hcpcs, await fixtures(april), { held: content })).content,
    content,
    'and once more',
  )
})

t.test('quarters that were skipped and that the newer file does not remember are a gap', async (t) => {
  const { table } = await importTable(hcpcs, await fixtures(yearly, october))
  t.strictSame(
    table.held,
    [{ from: '2019-01-01', to: '2019-04-01' }, { from: '2024-04-01' }],
    'its oldest termination is that of J1020',
  )
  t.strictSame(
    ranges(table, 'E0193'),
    ['1990-01-01..2024-04-01 billable'],
    'ended within the gap, or it would be listed with its date',
  )
})

t.test('an older file fills in what no newer one says, and ends nothing', async (t) => {
  const newer = await importTable(hcpcs, await fixtures(april))
  const both = await importTable(hcpcs, await fixtures(yearly), { held: newer.content })
  t.strictSame(both.content, (await importTable(hcpcs, await fixtures(yearly, april))).content)
  t.strictSame(both.table.held, [{ from: '2019-01-01' }])
  t.match(both.table.source, { documentVersion: '2019-Q2', coversThrough: '2019-06-30' })
  for (const { code } of newer.table.rows)
    t.strictSame(
      ranges(both.table, code).slice(-1),
      ranges(newer.table, code).slice(-1),
      `${code} is as the newer file says`,
    )
})

t.test('a starter pack is not continued, and an excerpt does not end codes', async (t) => {
  const { content } = await importTable(hcpcs, await fixtures(yearly))
  const starter = {
    ...content,
    codeTables: content.codeTables.map((table) => ({
      ...table,
      source: { ...table.source, documentVersion: '2019 file and others' },
    })),
  }
  t.strictSame(
    ranges((await importTable(hcpcs, await fixtures(april), { held: starter })).table, 'E0193'),
    [],
  )
  const excerpt = inMemory(
    'HCPC2019_JUL_ANWEB.csv',
    'HCPC,SEQNUM,RECID,LONG DESCRIPTION,SHORT DESCRIPTION,ADD DT,TERM DT\nJ3420,0010,3,Injection,Inj,19860101,\n',
  )
  t.match(
    (await importRefused(hcpcs, [excerpt], { held: content })).message,
    /lists 1 of the 5 codes in use: it is an excerpt/,
  )
})

t.test('CPT and CDT descriptors never enter', async (t) => {
  const { content, refused, table } = await importTable(
    hcpcs,
    await fixtures('hcpcs/licensed/HCPC2019_CONTR_ANWEB.txt'),
  )
  t.match(table.source.note, /3 CPT numbers and CDT codes, whose descriptors are under license/)
  t.notMatch(JSON.stringify([content, refused]), /A descriptor|continuation|Another one|Licensed/)
  t.notOk(table.rows.some(({ code }) => /^\d|^D/.test(code)))
})

t.test('bad rows are named and the others taken', async (t) => {
  const held = (await importTable(hcpcs, await fixtures(yearly))).content
  const files = await fixtures('hcpcs/damaged/HCPC2019_CONTR_ANWEB.txt')
  const { table, refused } = await importTable(hcpcs, files)
  t.match(refused, [
    { line: 4, column: 'record id', reason: 'a continuation of J1020 without its first row above it' },
    { line: 3, column: 'add date', reason: 'the add date is "19901301"; it is YYYYMMDD' },
    { line: 6, column: 'code', reason: 'J1020 is listed twice' },
    { line: 7, column: 'record id', reason: /the record id is "9"/ },
    { line: 8, column: 'code', reason: /"J34X0" is not a HCPCS Level II code/ },
    {
      line: 9,
      column: 'termination date',
      reason: 'J9999 ends on 2017-12-31, before it begins on 2018-01-01',
    },
  ])
  t.strictSame(
    table.rows.map((row) => row.code),
    ['A0080', 'J1020'],
  )
  t.strictSame(
    ranges((await importTable(hcpcs, files, { held, settings: { edition: '2019-Q2' } })).table, 'E0193'),
    ['1990-01-01.. billable'],
    'a code whose row could not be read is not ended',
  )
})

t.test('other files say what was found and what to give', async (t) => {
  t.match(
    (await importRefused(hcpcs, [inMemory('HCPC2019_CONTR_ANWEB.txt', 'Dear reader\n')])).message,
    /no line begins with a code, a sequence number and a record id\. Give the 320-column text/,
  )
  t.match((await importRefused(hcpcs, [inMemory('HCPC2026_OCT_ANWEB.csv', 'a,b\n1,2\n')])).message, /HCPC/)
  t.match(
    (await importRefused(hcpcs, [inMemory('codes.txt', '')])).message,
    /does not say its year and quarter/,
  )
  t.match(
    (await importRefused(hcpcs, [inMemory('codes.txt', '')], { settings: { edition: '2026-10' } })).message,
    /--edition 2026-10 is not an edition/,
  )
  t.match(
    (await importRefused(hcpcs, [inMemory('HCPC2026_OCT.mdb', '')])).message,
    /not a HCPCS file that is known/,
  )
  t.match(
    (await importRefused(hcpcs, [inMemory('proc_notes_2019.txt', '')])).message,
    /proc_notes_2019\.txt only comes with one/,
  )
  t.match(
    (
      await importRefused(hcpcs, [
        inMemory('HCPC2026_OCT_ANWEB.txt', ''),
        inMemory('HCPC2026_OCT_ANWEB_v2.txt', ''),
      ])
    ).message,
    /both the edition 2026-Q4/,
  )
})
