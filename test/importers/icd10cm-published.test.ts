import t from 'tap'
import { openSources } from '../../src/importers/files.js'
import { icd10cm } from '../../src/importers/icd10cm/index.js'
import { hasRealData, importRefused, importTable, ranges, realData } from './code-table-imports.js'

// Rows and billable codes of each year, as counted in the files by other means.
const counts: Readonly<Record<number, readonly [rows: number, billable: number]>> = {
  2021: [95358, 72621],
  2023: [96795, 73674],
  2024: [97296, 74044],
  2025: [97584, 74260],
  2026: [98186, 74719],
}

if (!hasRealData)
  t.pass(
    'SKIPPED: the published ICD-10-CM files are not beside this checkout (../shared/data), so they were not read',
  )
else {
  t.test('five yearly zips', async (t) => {
    const years = Object.keys(counts).map(Number)
    const before = process.memoryUsage().rss
    const started = Date.now()
    const { table, refused, content } = await importTable(
      icd10cm,
      await openSources(years.map((year) => `${realData}icd10cm/cms_${year}_dx.zip`)),
    )
    const growth = Math.round((process.memoryUsage().rss - before) / 1024 ** 2)
    t.comment(`${table.rows.length} rows in ${Date.now() - started} ms, ${growth} MiB more memory`)
    t.ok(growth < 400, 'memory stays reasonable')
    t.strictSame(refused, [])
    t.strictSame(
      table.held,
      [{ from: '2020-10-01', to: '2021-10-01' }, { from: '2022-10-01' }],
      'FY2022 is a gap',
    )
    for (const year of years) {
      const day = `${year - 1}-10-01`
      const inForce = table.rows.filter((row) => row.from <= day && (row.to === undefined || day < row.to))
      t.strictSame([inForce.length, inForce.filter((row) => row.billable).length], counts[year], `FY${year}`)
    }
    t.strictSame(ranges(table, 'D51'), ['2020-10-01.. header'])
    t.strictSame(ranges(table, 'K90821'), ['2023-10-01.. billable'])
    t.strictSame(ranges(table, 'C50A1'), ['2025-10-01.. billable'])
    t.strictSame(ranges(table, 'E340'), ['2020-10-01..2024-10-01 billable', '2024-10-01.. header'])
    t.strictSame(ranges(table, 'N183'), ['2020-10-01.. header'])

    const dated = await importTable(
      icd10cm,
      await openSources(`${realData}icd10cm/ICD-10-CM-CONVERSION-TABLE-FY2026.xlsx`),
      { held: content },
    )
    t.strictSame(
      ranges(dated.table, 'T74A1XA'),
      ['2023-04-01.. billable'],
      'a code of an April update that stands in the yearly file',
    )
    t.strictSame(ranges(dated.table, 'J1282'), ['2021-01-01.. billable'])
    t.strictSame(dated.table.held, table.held)
    const afterwards = await importTable(icd10cm, await openSources(`${realData}icd10cm/cms_2023_dx.zip`), {
      held: dated.content,
    })
    t.ok(
      JSON.stringify(afterwards.content) === JSON.stringify(dated.content),
      'and stays there when the year is read again',
    )

    const again = await importTable(icd10cm, await openSources(`${realData}icd10cm/cms_2023_dx.zip`), {
      held: content,
    })
    t.ok(JSON.stringify(again.content) === JSON.stringify(content), 'a year imported again changes nothing')
  })

  t.test('an extract is refused', async (t) => {
    const { message } = await importRefused(
      icd10cm,
      await openSources(`${realData}icd10cm/icd10cm_order_2026.extract.txt`),
    )
    t.match(message, /is a part of an order file: line 1 has the order number 00838, not 1/)
  })
}
