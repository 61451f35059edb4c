import { readFile } from 'node:fs/promises'
import t from 'tap'
import { doseOn } from '../../src/decision/facts/code-presence.js'
import { statusOf } from '../../src/decision/questions/code-validity.js'
import { hcpcs } from '../../src/importers/hcpcs/index.js'
import { openSources } from '../../src/importers/files.js'
import { compileCodeTables } from '../../src/policies/loaded/code-layers.js'
import { hasRealData, importTable, inMemory, ranges, realData } from './code-table-imports.js'

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
        listings: [
          {
            from: '2019-01-01',
            to: '2019-04-01',
            added: '1986-01-01',
            actionFrom: '1997-01-01',
            coverageCode: 'D',
            dosePerUnit: { value: 1000, unit: 'ug' },
          },
        ],
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

  t.test('the files of 2018 and 2019 around a gap', async (t) => {
    // Without the rows that have ended the file of 2019 remembers nothing of 2018, so that the quarters between are a gap.
    const text = await readFile(`${realData}hcpcs/HCPC2019_CONTR_ANWEB.txt`, 'latin1')
    const inUse = text.split('\n').filter((line) => line.slice(284, 292).trim() === '')
    const { table } = await importTable(hcpcs, [
      ...(await openSources(`${realData}real/hcpcs/2018-Alpha-Numeric-HCPCS-File.zip`)),
      inMemory('HCPC2019_CONTR_ANWEB.txt', inUse.join('\n')),
    ])
    t.strictSame(table.held, [{ from: '2018-01-01', to: '2018-04-01' }, { from: '2019-01-01' }])
    const view = compileCodeTables([table]).get('hcpcs')
    if (view === undefined) return t.fail('a table is held')
    const codes = [...new Set(table.rows.map(({ code }) => code))]
    const said = codes.map((code) => statusOf('hcpcs', code, code, view, '2018-08-01').reason.code)
    t.equal(said.filter((one) => one === 'between-editions').length, 5711, 'were there in between')
    t.equal(said.filter((one) => one === 'edition-gap').length, 715, 'are not known')
    const doses = codes.filter((code) => doseOn(view, code, '2018-08-01') !== undefined)
    t.equal(doses.length, 549, 'doses are the same on both sides, and nothing changed in between')
  })
}
