import t from 'tap'
import { readCsv, readRecords } from '../../src/importers/csv.js'
import { cutLine, readLines } from '../../src/importers/fixed-width.js'
import { readSheets, readWorkbookTable } from '../../src/importers/workbook.js'
import { all, fileOf } from './sources.js'
import { workbookOf } from './zips.js'

const columns = { code: ['HCPCS Code', 'HCPCS/CPT Code'], units: ['MUE Values'], why: ['Rationale'] } as const

t.test('records have the line on which they begin', async (t) => {
  const text = '\ufeff"Copyright\nnotice, ""quoted""",,\r\n\r\nHCPCS/CPT\n'.replace(
    'HCPCS/CPT\n',
    '"HCPCS/CPT\nCode", mue  VALUES ,rationale\r\nJ3420,1,"a\n\nb"\r\n,,\r\nJ3425,2,c',
  )
  t.strictSame(await all(readCsv(fileOf('t.csv', text), columns)), [
    { line: 6, values: { code: 'J3420', units: '1', why: 'a\n\nb' } },
    { line: 10, values: { code: 'J3425', units: '2', why: 'c' } },
  ])
  t.match(await all(readRecords(fileOf('t.csv', 'a\tb"c\n1\t2'), { delimiter: '\t', quoted: false })), [
    { line: 1, cells: ['a', 'b"c'] },
    { line: 2 },
  ])
})

const read = async (bytes: Uint8Array): Promise<string> =>
  (await all(readRecords(fileOf('t.csv', bytes, 3)))).map(({ cells }) => cells.join()).join('|')

t.test('encodings: UTF-8, Windows-1252 where it is not, UTF-16 where it says so', async (t) => {
  const text = 'a\nµg – “x”\n'
  t.equal(await read(Buffer.from(text)), 'a|µg – “x”')
  t.equal(
    await read(Buffer.from([0x61, 10, 0xb5, 0x67, 0x20, 0x96, 0x20, 0x93, 0x78, 0x94, 10])),
    'a|µg – “x”',
  )
  t.equal(await read(Buffer.from(`\ufeff${text}`, 'utf16le')), 'a|µg – “x”')
})

t.test('columns that are not there are told with those that are', async (t) => {
  await t.rejects(
    all(readCsv(fileOf('t.csv', 'notice\nHCPCS Code,MUE Value,Rationale\nJ3420,1,x\n'), columns)),
    {
      code: 'import-refused',
      message: /t\.csv: no column "MUE Values"\. Line 2 has "HCPCS Code", "MUE Value", "Rationale"\./,
    },
  )
  await t.rejects(all(readCsv(fileOf('t.csv', ''), columns)), { message: /it is empty/ })
  t.match(
    await all(readCsv(fileOf('t.csv', 'rationale,hcpcs code\nx,J3420\n'), columns, { optional: ['units'] })),
    [{ values: { code: 'J3420', why: 'x' } }],
  )
})

const linesOf = async (text: string, size?: number): Promise<unknown> =>
  (await all(readRecords(fileOf('t.csv', text, size)))).map(({ line, cells }) => [line, ...cells])

t.test('line breaks of every kind are one line each, between quotes too', async (t) => {
  for (const end of ['\n', '\r\n', '\r']) {
    const text = ['code,note', 'J1,"a', 'b', '', 'c"', 'J2,d', ''].join(end)
    for (const size of [1, 2, 3, 100])
      t.strictSame(
        await linesOf(text, size),
        [
          [1, 'code', 'note'],
          [2, 'J1', 'a\nb\n\nc'],
          [6, 'J2', 'd'],
        ],
        JSON.stringify([end, size]),
      )
  }
})

t.test('rows of another width are refused with their line', async (t) => {
  const file = fileOf('t.csv', 'HCPCS Code,MUE Values,Rationale\nJ1,1\nJ2,1,x,\nJ3,1,x,y\n')
  const refused: unknown[] = []
  t.match(await all(readCsv(file, columns, { refuse: (row) => refused.push(row) })), [
    { line: 3, values: { code: 'J2' } },
  ])
  t.strictSame(refused, [
    { file: 't.csv', line: 2, reason: '2 fields where the headings are 3' },
    { file: 't.csv', line: 4, reason: '4 fields where the headings are 3' },
  ])
  await t.rejects(all(readCsv(file, columns)), {
    code: 'import-refused',
    message: /t\.csv, line 2: 2 fields/,
  })
  await t.rejects(all(readRecords(fileOf('t.csv', 'a\nb\n"c\nd'))), {
    code: 'import-refused',
    message: /t\.csv: .*line 4.*repair the quotes/,
  })
  const broken = {
    ...file,
    chunks: async function* () {
      yield Buffer.from('a\n')
      throw new Error('the disk is gone')
    },
  }
  await t.rejects(
    all(readRecords(broken)),
    { message: 'the disk is gone' },
    'an error of the file is not taken for its end',
  )
})

t.test('lines of a fixed-width file', async (t) => {
  t.strictSame(await all(readLines(fileOf('t.txt', '\ufeffone\r\n\n two \nthree', 2))), [
    { line: 1, text: 'one' },
    { line: 3, text: ' two ' },
    { line: 4, text: 'three' },
  ])
  t.strictSame(
    cutLine('00001 A000    1 Cholera', {
      order: [1, 5],
      code: [7, 13],
      billable: [15, 15],
      title: [17, 76],
      none: [78, 80],
    }),
    { order: '00001', code: 'A000', billable: '1', title: 'Cholera', none: '' },
  )
})

t.test('a workbook as rows of texts', async (t) => {
  const file = fileOf(
    't.xlsx',
    workbookOf([
      ['Notice'],
      [null],
      ['HCPCS Code', 'MUE Values', 'Rationale'],
      [' J3420 ', 1, { days: 46296 }],
      [null, null, null],
      ['J3425', 2.5, null],
    ]),
  )
  t.match(await readSheets(file), [
    { name: 'Table 1', rows: [{ line: 1 }, {}, {}, { line: 4, cells: ['J3420', '1', '2026-10-01'] }] },
  ])
  t.strictSame(await readWorkbookTable(file, columns), [
    { line: 4, values: { code: 'J3420', units: '1', why: '2026-10-01' } },
    { line: 6, values: { code: 'J3425', units: '2.5', why: '' } },
  ])
  await t.rejects(readWorkbookTable(fileOf('t.xlsx', workbookOf([['Code']])), columns), {
    code: 'import-refused',
    message: /no column "HCPCS Code" or "HCPCS\/CPT Code", .*Line 1 has "Code"/,
  })
  await t.rejects(readSheets(fileOf('t.xls', '\xd0\xcf\x11\xe0')), {
    code: 'import-refused',
    message: /t\.xls is not an XLSX workbook\. .*save it as XLSX or CSV/,
  })
  const cut = Buffer.from(await file.bytes()).subarray(0, 700)
  await t.rejects(readSheets(fileOf('t.xlsx', cut)), { code: 'import-refused' })
  await t.rejects(readSheets(file, { bytes: 100, ratio: 250, members: 100, depth: 1 }), {
    message: /more than 100 bytes/,
  })
})
