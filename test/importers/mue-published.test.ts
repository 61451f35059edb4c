// The tables as CMS published them. They are not part of the project; where a copy lies beside it, the importer is held to it.
import { readFile, readdir } from 'node:fs/promises'
import t from 'tap'
import { determine } from '../../src/decision/determine.js'
import { emptyContent } from '../../src/decision/shapes/policy.js'
import type { RefusedRow } from '../../src/importers/importer.js'
import { mue } from '../../src/importers/mue/index.js'
import { compilePolicyView } from '../../src/policies/loaded/compile.js'

const folder = new URL('../../../shared/data/mue/', import.meta.url)
const names = await readdir(folder).catch(() => [])

if (names.length === 0)
  t.pass('SKIPPED: no published MUE tables at ../shared/data/mue, so nothing of this file was tested')
else {
  t.test('the published tables of 2026 Q4', async (t) => {
    const refused: RefusedRow[] = []
    const files = await Promise.all(
      names.map(async (name) => {
        const bytes = await readFile(new URL(name, folder))
        return {
          name,
          bytes: async () => bytes,
          chunks: async function* () {
            yield bytes
          },
        }
      }),
    )
    const [pack] = await mue.read(files, {
      settings: {},
      held: emptyContent,
      retrievedOn: '2026-11-23',
      refuse: (row) => {
        refused.push(row)
      },
      count: () => {},
    })
    const tables = Object.fromEntries(
      pack?.content.unitLimits.map(({ setting, rows }) => [setting, rows]) ?? [],
    )
    t.strictSame(refused, [])
    t.strictSame(
      Object.entries(tables).map(([setting, rows]) => [setting, rows.length]),
      [
        ['dme-supplier', 13],
        ['outpatient-hospital', 59],
        ['practitioner', 41],
      ],
      '113 rows in all',
    )
    for (const [code, setting, maximum] of [
      ['J3420', 'practitioner', 1],
      ['J3420', 'outpatient-hospital', 1],
      ['J3420', 'dme-supplier', 0],
      ['J3425', 'practitioner', 20],
      ['J3425', 'outpatient-hospital', 20],
      ['J3425', 'dme-supplier', 20],
    ] as const)
      t.match(
        tables[setting]?.find(({ procedureCode }) => procedureCode === code),
        { maximum, adjudicationIndicator: 3 },
        `${code} ${setting}`,
      )
    const plan = {
      planId: 'p',
      payerId: 'm',
      name: 'P',
      lineOfBusiness: 'medicare' as const,
      benefit: 'medical' as const,
      follows: [{ policySetId: 'cms-mue', role: 'governing' as const }],
    }
    const view = compilePolicyView({ ...emptyContent, ...pack?.content, plans: [plan] }, 1)
    const units = (procedureCode: string, billed: number, claimType: 'professional' | 'institutional') =>
      determine(
        {
          coverage: { planId: 'p' },
          claimType,
          serviceLines: [{ lineNumber: 1, procedureCode, units: billed, dateOfService: '2026-11-03' }],
        },
        view,
      ).lines[0]?.units.status
    t.equal(units('J3230', 3, 'professional'), 'exceeds-limit', 'J3230: 2 in the office')
    t.equal(units('J3230', 3, 'institutional'), 'within-limit', 'J3230: 6 in the hospital')
  })
}
