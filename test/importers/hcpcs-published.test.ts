import t from 'tap'
import { hcpcs } from '../../src/importers/hcpcs/index.js'
import { openSources } from '../../src/importers/files.js'
import { hasRealData, importTable, ranges, realData } from './code-table-imports.js'

if (!hasRealData)
  t.pass(
    'SKIPPED: the published HCPCS files are not beside this checkout (../shared/data), so they were not read',
  )
else {
  t.test('the file of 2019', async (t) => {
    const { table, refused, counted } = await importTable(
      hcpcs,
      await openSources(`${realData}hcpcs/HCPC2019_CONTR_ANWEB.txt`),
    )
    t.strictSame(refused, [])
    t.equal(table.rows.length, 6440, 'procedures, one for each record 3')
    t.equal(counted - table.rows.length, 360, 'modifiers')
    t.strictSame(
      table.rows.find((row) => row.code === 'J3420'),
      {
        code: 'J3420',
        from: '1986-01-01',
        billable: true,
        edition: '2019-Q1',
        title: 'Injection, vitamin b-12 cyanocobalamin, up to 1000 mcg',
        dosePerUnit: { value: 1000, unit: 'ug' },
      },
    )
    t.strictSame(ranges(table, 'A4466'), ['2010-01-01..2017-01-01 billable'])
    t.equal(table.rows.filter((row) => row.to !== undefined).length, 506, 'codes with a termination date')
    t.equal(
      table.rows.filter((row) => row.dosePerUnit !== undefined).length,
      683,
      'doses that are beyond doubt',
    )
    t.equal(table.complete.join(''), 'ABCEGHJKLMPQRSTV')
    t.notOk(table.rows.some(({ code }) => /^\d|^D/.test(code)))
  })
}
