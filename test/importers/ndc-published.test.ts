// The crosswalk as CMS published it. It is not part of the project; where a copy lies beside it, the importer is held to it.
import { readdir } from 'node:fs/promises'
import t from 'tap'
import { emptyContent } from '../../src/decision/shapes/policy.js'
import { openSources } from '../../src/importers/files.js'
import type { RefusedRow } from '../../src/importers/importer.js'
import { ndc } from '../../src/importers/ndc/index.js'
import { realData } from './code-table-imports.js'

const names = (await readdir(`${realData}asp`).catch(() => [])).filter((name) => /2026Q4.*\.csv$/.test(name))

if (names.length === 0)
  t.pass('SKIPPED: no published crosswalk at ../shared/data/asp, so nothing of this file was tested')
else {
  t.test('the crosswalk of 2026 Q4', async (t) => {
    const refused: RefusedRow[] = []
    const [pack] = await ndc.read(await openSources(names.map((name) => `${realData}asp/${name}`)), {
      settings: {},
      held: emptyContent,
      retrievedOn: '2026-11-24',
      refuse: (row) => {
        refused.push(row)
      },
      count: () => {},
    })
    t.strictSame(refused, [])
    const [edition] = pack?.content.ndcEditions ?? []
    t.match(edition, { edition: '2026-Q4', from: '2026-10-01' })
    const b12 = edition?.rows
      .filter(({ procedureCode }) => procedureCode === 'J3420')
      .map(({ ndc: number, packageSize, packageQuantity, billingUnits, billingUnitsPerPackage }) => [
        number,
        packageSize,
        packageQuantity,
        billingUnits,
        billingUnitsPerPackage,
      ])
    for (const row of [
      ['00517003125', 1, 25, 1, 25],
      ['00517003225', 10, 25, 10, 250],
      ['00517013001', 30, 1, 30, 30],
    ])
      t.ok(
        b12?.some((found) => JSON.stringify(found) === JSON.stringify(row)),
        `${row[0]}`,
      )
    t.match(
      edition?.rows.find(({ ndc: number }) => number === '00517750425'),
      { procedureCode: 'J7608', billingUnits: 0.4 },
      'part of a unit',
    )
  })
}
