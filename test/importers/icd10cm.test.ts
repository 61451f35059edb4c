import t from 'tap'
import { Compile } from 'typebox/compile'
import { emptyContent, type PolicyContent } from '../../src/decision/shapes/policy.js'
import { CodeTable } from '../../src/decision/shapes/tables.js'
import type { SourceFile } from '../../src/importers/importer.js'
import { icd10cm } from '../../src/importers/icd10cm/index.js'
import { fixtures, importRefused, importTable, inMemory, ranges } from './code-table-imports.js'
import { workbookOf } from './zips.js'

const yearly = [
  'icd10cm_order_2023.txt',
  'icd10cm_order_2024.txt',
  'icd10cm_order_2025.txt',
  'icd10cm-order-2026.txt',
].map((name) => `icd10cm/${name}`)

const row = (title: string): string => `00001 U071    1 ${'COVID-19'.padEnd(60)} ${title}\r\n`
const refusal = async (name: string, content: string, settings = {}): Promise<string> =>
  (await importRefused(icd10cm, [inMemory(name, content)], { settings })).message

t.test('several years at once become effective ranges', async (t) => {
  const { table, refused, counted, packId } = await importTable(icd10cm, await fixtures(...yearly))
  t.equal(packId, 'icd10cm')
  t.ok(Compile(CodeTable).Check(table), 'fits the schema of a code table')
  t.strictSame(refused, [])
  t.equal(counted, 18 + 20 + 22 + 25)
  t.strictSame(table.held, [{ from: '2022-10-01' }])
  t.match(table.source, {
    documentVersion: 'FY2023 to FY2026',
    coversThrough: '2026-09-30',
    usableThrough: '2027-09-30',
    retrievedOn: '2026-11-24',
    grade: 'primary',
  })
  t.equal(table.complete.join(''), 'ABCDEFGHIJKLMNOPQRSTUVWXYZ')
  t.strictSame(ranges(table, 'D51'), ['2022-10-01.. header'])
  t.strictSame(ranges(table, 'K90821'), ['2023-10-01.. billable'], 'a new code')
  t.strictSame(
    ranges(table, 'E340'),
    ['2022-10-01..2024-10-01 billable', '2024-10-01.. header'],
    'a code that became a header',
  )
  t.strictSame(ranges(table, 'Z7901'), ['2022-10-01..2025-10-01 billable'], 'a code that is gone')
  t.equal(
    table.rows.find((row) => row.code === 'D510')?.title,
    'Vitamin B12 deficiency anemia due to intrinsic factor deficiency',
    'the long title',
  )
  t.strictSame(
    table.rows.map((row) => `${row.code} ${row.from}`),
    table.rows.map((row) => `${row.code} ${row.from}`).sort(),
    'rows stand in order',
  )
})

t.test('a missing year is a gap, and is filled later', async (t) => {
  const [y2023, y2024, , y2026] = await fixtures(...yearly)
  const first = await importTable(
    icd10cm,
    [y2023, y2024, y2026].flatMap((file) => file ?? []),
  )
  t.strictSame(first.table.held, [{ from: '2022-10-01', to: '2024-10-01' }, { from: '2025-10-01' }])
  t.strictSame(ranges(first.table, 'D510'), ['2022-10-01.. billable'], 'in both neighbours: one row across')
  t.strictSame(
    ranges(first.table, 'E3400'),
    ['2025-10-01.. billable'],
    'begins with the edition in which it is first seen',
  )
  t.match(first.table.source, {
    documentVersion: 'FY2023 to FY2024, FY2026',
    note: /Years between the spans were not held/,
  })
  const filled = await importTable(icd10cm, await fixtures('icd10cm/icd10cm_order_2025.txt'), {
    held: first.content,
  })
  t.strictSame(filled.content, (await importTable(icd10cm, await fixtures(...yearly))).content)
})

t.test('years one by one, in any order, give the same content', async (t) => {
  const expected = (await importTable(icd10cm, await fixtures(...yearly))).content
  for (const order of [
    [3, 0, 2, 1],
    [1, 3, 2, 0],
    [0, 1, 2, 3],
  ]) {
    let held = (await importTable(icd10cm, await fixtures(yearly[order[0] ?? 0] ?? ''))).content
    for (const at of order.slice(1))
      held = (await importTable(icd10cm, await fixtures(yearly[at] ?? ''), { held })).content
    t.strictSame(held, expected, order.join(' '))
  }
})

t.test('an April release splits its year', async (t) => {
  const files = await fixtures(...yearly, 'icd10cm/april-1-2025')
  const { table, content } = await importTable(icd10cm, files)
  t.strictSame(table.held, [{ from: '2022-10-01' }])
  t.strictSame(ranges(table, 'D511'), ['2025-04-01..2025-10-01 billable'])
  t.match(table.source, { documentVersion: 'FY2023 to FY2026, April 2025' })
  t.strictSame(
    (await importTable(icd10cm, await fixtures(yearly[2] ?? ''), { held: content })).content,
    content,
    'the October file again leaves it',
  )
  const alone = await importTable(icd10cm, await fixtures(yearly[3] ?? ''), {
    settings: { edition: '2026-april' },
  })
  t.strictSame(alone.table.held, [{ from: '2026-04-01' }])
})

const codes = (...named: string[]): string =>
  [...named, 'U071']
    .map((code, at) => `${String(at + 1).padStart(5, '0')} ${code.padEnd(7)} 1 ${'x'.padEnd(60)} Title\r\n`)
    .join('')

t.test('a January release stands between two Octobers, whichever comes first', async (t) => {
  const october = (year: number, ...named: string[]): SourceFile =>
    inMemory(`icd10cm_order_${year}.txt`, codes(...named))
  const years = [october(2021, 'D510'), october(2022, 'D510', 'J1282')]
  const january = inMemory('January 1 2021/icd10cm_order_2021.txt', codes('D510', 'J1282'))
  const { table, content } = await importTable(icd10cm, [...years, january])
  t.strictSame(ranges(table, 'J1282'), ['2021-01-01.. billable'])
  t.strictSame(table.held, [{ from: '2020-10-01' }])
  t.match(table.source.documentVersion, /^FY2021 to FY2022, January 2021$/)
  for (const order of [
    [january, ...years],
    [years[1], january, years[0]],
  ]) {
    let held = emptyContent
    for (const file of order)
      held = (await importTable(icd10cm, file === undefined ? [] : [file], { held })).content
    t.strictSame(held, content)
  }
  const named = await importTable(icd10cm, [inMemory('order.txt', codes('J1282'))], {
    settings: { edition: '2021-january' },
  })
  t.strictSame(named.table.held, [{ from: '2021-01-01' }])
})

const conversionTable = (...rows: [code: string, effective: string][]) =>
  inMemory(
    'ICD-10-CM-CONVERSION-TABLE-FY2026.xlsx',
    workbookOf([
      ['A notice'],
      ['Current code assignment', 'Effective', 'Previous Code(s) Assignment'],
      ...rows.map((row) => [...row, 'Z99.9']),
    ]),
  )
const notesOf = async (
  files: readonly SourceFile[],
  held = emptyContent,
): Promise<{ table: CodeTable; content: PolicyContent; notes: string[] }> => {
  const notes: string[] = []
  return {
    ...(await importTable(icd10cm, files, {
      held,
      note: (text) => {
        notes.push(text)
      },
    })),
    notes,
  }
}

t.test(
  'the conversion table puts codes of an update within the year on their day, and there they stay',
  async (t) => {
    const files = await fixtures(...yearly)
    const update = conversionTable(['K90.821', '2024-04-01'], ['E34.00', '2024'], ['U07.0', '2020-04-01'])
    const { table, content, notes } = await notesOf([...files, update])
    t.strictSame(ranges(table, 'K90821'), ['2024-04-01.. billable'])
    t.strictSame(ranges(table, 'E3400'), ['2024-10-01.. billable'])
    t.match(table.source.documentVersion, /April 2024/)
    t.strictSame(table.held, [{ from: '2022-10-01' }])
    t.strictSame(notes, ['1 code came into force within a year; the conversion table says on which day.'])
    const without = await notesOf(files)
    t.match(without.notes, [/No conversion table was given/])
    t.strictSame((await notesOf([update], without.content)).content, content, 'also alone, afterwards')
    t.strictSame((await notesOf(files, content)).content, content, 'also when the years are read again')
  },
)

t.test('what companions say otherwise is named, and the order files are taken', async (t) => {
  const files = await fixtures(...yearly)
  const { table, notes } = await notesOf([...files, conversionTable(['K90.821', '2024'], ['Q99.99', '2024'])])
  t.strictSame(ranges(table, 'K90821'), ['2023-10-01.. billable'])
  t.match(notes, [
    /The conversion table says otherwise of 2 codes; the order files were taken\. K90821 begins on 2024-10-01; the order files have it from 2023-10-01; Q9999 begins on 2024-10-01; no order file has it\./,
  ])
  const addenda = [
    'Add:         1 D510    x',
    'Add:         0 K90821  x',
    'Delete:      1 D511    x',
    'Delete:      1 E340    x',
    'Add:         0 E340    x',
    'Codes',
    '',
  ].join('\r\n')
  const checked = await notesOf([
    ...files,
    conversionTable(),
    inMemory('icd10cm_order_addenda_2025.txt', addenda),
  ])
  t.match(checked.notes, [
    /icd10cm_order_addenda_2025\.txt says otherwise of 1 code; .*K90821 is added as a header; the order file has it as billable\./,
  ])
  const wrong = inMemory('ICD-10-CM-CONVERSION-TABLE-FY2026.xlsx', workbookOf([['Code', 'Since']]))
  t.match(
    (await importRefused(icd10cm, [...files, wrong])).message,
    /no column "Current code assignment", "Effective"\. Line 1 has "Code", "Since"/,
  )
})

t.test('the same year is replaced', async (t) => {
  const wrong = await importTable(icd10cm, await fixtures('icd10cm/icd10cm_order_2023.txt'), {
    settings: { edition: 'FY2026' },
  })
  const right = await importTable(icd10cm, await fixtures('icd10cm/icd10cm-order-2026.txt'), {
    held: wrong.content,
  })
  t.strictSame(
    right.content,
    (await importTable(icd10cm, await fixtures('icd10cm/icd10cm-order-2026.txt'))).content,
  )
})

t.test('the title is that of the newest edition, whichever came first', async (t) => {
  const [older, newer] = [
    inMemory('icd10cm_order_2022.txt', row('As it was')),
    inMemory('icd10cm_order_2023.txt', row('As it is')),
  ]
  const back = await importTable(icd10cm, [older], { held: (await importTable(icd10cm, [newer])).content })
  t.equal(back.table.rows[0]?.title, 'As it is')
  t.strictSame(
    (await importTable(icd10cm, [newer], { held: (await importTable(icd10cm, [older])).content })).content,
    back.content,
  )
  t.match(
    (await importTable(icd10cm, [inMemory('icd10cm_order_2022.txt', row('long '.repeat(70)))])).table.rows[0]
      ?.title,
    /^.{299}…$/u,
  )
})

t.test('a starter pack that holds a part is not continued', async (t) => {
  const { content } = await importTable(icd10cm, await fixtures('icd10cm/icd10cm_order_2024.txt'))
  const starter = {
    ...content,
    codeTables: content.codeTables.map((table) => ({ ...table, complete: ['D51'] })),
  }
  const { table } = await importTable(icd10cm, await fixtures('icd10cm/icd10cm-order-2026.txt'), {
    held: starter,
  })
  t.strictSame(table.held, [{ from: '2025-10-01' }])
})

t.test('every bad row is named, and the edition is refused', async (t) => {
  const { message, refused } = await importRefused(
    icd10cm,
    await fixtures('icd10cm/damaged/icd10cm_order_2026.txt'),
  )
  t.match(
    message,
    /icd10cm_order_2026\.txt: 5 of 25 rows cannot be read \(line 2, long description: .*; line 3, flag: the flag is "2"/,
  )
  t.match(refused, [
    { line: 2, column: 'long description', reason: /60 characters/ },
    { line: 3, column: 'flag', reason: 'the flag is "2"; it is 0 for a header or 1 for a billable code' },
    { line: 4, column: 'code', reason: '"b 8" is not an ICD-10-CM code without its dot' },
    { line: 7, column: 'layout', reason: /the columns of this row are shifted/ },
    { line: 10, column: 'code', reason: 'A00 is listed twice' },
  ])
  t.ok(refused.every((row) => row.file === 'icd10cm_order_2026.txt'))
})

t.test('a part of an order file is refused: what it lacks would be called wrong', async (t) => {
  t.match(
    (await importRefused(icd10cm, await fixtures('icd10cm/part/icd10cm_order_2026.txt'))).message,
    /part of an order file: line 3 has the order number 00006, not 3/,
  )
  t.match(
    (await importRefused(icd10cm, await fixtures('icd10cm/cut/icd10cm_order_2026.txt'))).message,
    /ends at D519, before the chapters of Z and U codes/,
  )
})

t.test('files that are not order files say what was found and what to give', async (t) => {
  t.match(
    await refusal('notes.txt', 'Dear reader'),
    /notes\.txt is not an order file: it begins with "Dear reader".*Give the order file/,
  )
  t.match(await refusal('icd10cm_order_2026.txt', ''), /not an order file/)
  t.match(
    (await importRefused(icd10cm, await fixtures('icd10cm/icd10cm_order_addenda_2026.txt'))).message,
    /list of changes \(addenda\).*Give the order file/,
  )
  t.match(
    (await importRefused(icd10cm, await fixtures('icd10cm/icd10cm_codes_2026.txt'))).message,
    /list of billable codes, which lacks the headers/,
  )
  t.match(await refusal('ICD-10-CM-CONVERSION-TABLE-FY2026.xlsx', 'PK'), /no order files are held yet/)
  t.match(
    await refusal('ICD-10-CM-CONVERSION-TABLE-FY2026.pdf', '%PDF'),
    /a conversion table, .* is read as XLSX/,
  )
  t.match(await refusal('order.txt', '00001 U071    1 COVID-19'), /does not say its fiscal year/)
  t.match(
    await refusal('order.txt', '00001 U071    1 COVID-19', { edition: 'next' }),
    /--edition next is not an edition/,
  )
  const twice = [
    ...(await fixtures('icd10cm/icd10cm-order-2026.txt')),
    ...(await fixtures('icd10cm/damaged/icd10cm_order_2026.txt')),
  ]
  t.match((await importRefused(icd10cm, twice)).message, /are the same edition/)
  t.match((await importRefused(icd10cm, twice, { settings: { edition: '2026' } })).message, /one at a time/)
})

t.test('what comes in the same zip is passed over', async (t) => {
  const { table } = await importTable(
    icd10cm,
    await fixtures(
      'icd10cm/icd10cm-order-2026.txt',
      'icd10cm/icd10cm_order_addenda_2026.txt',
      'icd10cm/icd10cm_codes_2026.txt',
    ),
  )
  t.equal(table.rows.length, 25)
})
