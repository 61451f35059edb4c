// Doses, discarded drug and unit limits as tables: one row, one worked example of a published rule, with its source.
import { readFile } from 'node:fs/promises'
import t, { type Test } from 'tap'
import { determine } from '../../src/decision/determine.js'
import type { FullLine } from '../../src/decision/explain/views.js'
import { addDays } from '../../src/decision/shapes/plain-date.js'
import { emptyContent, type PolicyContent } from '../../src/decision/shapes/policy.js'
import type { Rule } from '../../src/decision/shapes/rule.js'
import type { CheckRequest, ServiceLine } from '../../src/decision/shapes/request.js'
import type { Source } from '../../src/decision/shapes/source.js'
import type { NdcEdition, UnitLimitEdition } from '../../src/decision/shapes/tables.js'
import { compilePolicyView } from '../../src/policies/loaded/compile.js'

type ClaimType = NonNullable<CheckRequest['claimType']>
interface Row {
  readonly title: string
  readonly code: string
  readonly source: string
}
interface Dosed {
  readonly dose?: string
  readonly strength?: string
  readonly discarded?: string
  readonly vial?: 'single-dose' | 'multi-dose'
  readonly modifiers?: string[]
  readonly ndc?: string
  readonly ndcUnit?: 'ML' | 'UN'
  readonly ndcQuantity?: number
  readonly units?: number
}
interface DoseRow extends Row, Dosed {
  readonly billed: number | null
  readonly leftToBill?: number
  readonly shows?: string | string[]
}
interface DiscardRow extends Row, Dosed {
  readonly claimType: ClaimType
  readonly claimLine: string
  readonly asks?: string
}
interface LimitRow extends Row {
  readonly claimType: ClaimType
  readonly maximum?: number
  readonly adjudicationIndicator?: number
  readonly first: string
  readonly says?: string
  readonly lines: ReadonlyArray<{ readonly units: number; readonly until?: number; readonly npi?: string }>
}
interface Table<R> {
  readonly sources: Readonly<Record<string, unknown>>
  readonly rows: readonly R[]
}

const folder = new URL(
  import.meta.url.endsWith('.ts') ? 'cases/doses/' : '../decision/cases/doses/',
  import.meta.url,
)
const read = async <T>(file: string): Promise<T> =>
  JSON.parse(await readFile(new URL(file, folder), 'utf8')) as T
const doses = await read<
  Table<DoseRow> & {
    doseOfOneUnit: Record<string, string>
    packages: Record<string, Omit<NdcEdition['rows'][number], 'ndc'>>
  }
>('doses.json')
const discards = await read<Table<DiscardRow> & { rules: Rule[] }>('discarded.json')
const limits = await read<Table<LimitRow>>('unit-limits.json')

const date = '2026-11-03'
const source: Source = {
  publisher: 'CMS',
  title: 'A table',
  url: 'https://www.cms.gov/',
  retrievedOn: '2026-11-03',
  grade: 'primary',
}
const kinds = ['units', 'claim-line'] as const

const content: PolicyContent = {
  ...emptyContent,
  payers: [{ payerId: 'a-payer', name: 'A payer' }],
  plans: [
    {
      planId: 'a-plan',
      payerId: 'a-payer',
      name: 'A plan',
      lineOfBusiness: 'medicare',
      benefit: 'medical',
      follows: [{ policySetId: 'a-set', role: 'governing' }],
    },
  ],
  policySets: [{ policySetId: 'a-set', title: 'A set', publisher: 'CMS', speaksTo: [...kinds] }],
  codeTables: [
    {
      system: 'hcpcs',
      source,
      held: [{ from: '2020-01-01' }],
      complete: [],
      rows: Object.entries(doses.doseOfOneUnit).map(([code, dose]) => ({
        code,
        from: '2020-01-01',
        billable: true,
        dosePerUnit: amount(dose),
      })),
    },
  ],
  ndcEditions: [
    {
      policySetId: 'a-set',
      edition: '2026-Q4',
      from: '2026-10-01',
      source,
      rows: Object.entries(doses.packages).map(([ndc, row]) => ({ ndc, ...row })),
    },
  ],
}

/** `350 mg` as a value and its unit. */
function amount(text: string): { value: number; unit: string } {
  const [value = '', unit = ''] = text.split(' ')
  return { value: Number(value), unit }
}

function lineOf({
  code,
  dose,
  strength,
  discarded,
  vial,
  modifiers,
  ndc,
  ndcUnit,
  ndcQuantity,
  units,
}: Row & Dosed): ServiceLine {
  return {
    lineNumber: 1,
    procedureCode: code,
    dateOfService: date,
    ...(units === undefined ? {} : { units }),
    ...(dose === undefined
      ? {}
      : {
          administeredDose: {
            ...amount(dose),
            ...(strength === undefined ? {} : { concentration: amount(strength) }),
          },
        }),
    ...(discarded === undefined ? {} : { discardedDose: amount(discarded) }),
    ...(vial === undefined ? {} : { vialType: vial }),
    ...(modifiers === undefined ? {} : { modifiers }),
    ...(ndc === undefined
      ? {}
      : {
          ndc: {
            code: ndc,
            ...(ndcUnit === undefined ? {} : { unit: ndcUnit }),
            ...(ndcQuantity === undefined ? {} : { quantity: ndcQuantity }),
          },
        }),
  }
}

function answer(lines: ServiceLine[], claimType: ClaimType, more: Partial<PolicyContent>): FullLine {
  const [first] = determine(
    { coverage: { planId: 'a-plan' }, claimType, serviceLines: lines },
    compilePolicyView({ ...content, ...more }, 1),
  ).lines
  if (first === undefined) throw new Error('no line was answered')
  return first
}

function sourcesNamed(t: Test, { rows, sources }: Table<Row>): void {
  t.strictSame(
    rows.filter((row) => !(row.source in sources)),
    [],
    'every row names its source',
  )
  t.equal(new Set(rows.map((row) => row.title)).size, rows.length, 'every row has a title of its own')
}

function contains(t: Test, text: string | undefined, wanted: string | readonly string[] = []): void {
  for (const part of typeof wanted === 'string' ? [wanted] : wanted) t.match(text, part)
}

t.test(`${doses.rows.length} doses, and what is billed of them`, async (t) => {
  sourcesNamed(t, doses)
  const unlimited = {
    unitLimits: [
      mue(
        'practitioner',
        Object.keys(doses.doseOfOneUnit).map((procedureCode) => ({
          procedureCode,
          maximum: 1000,
          adjudicationIndicator: 1,
        })),
      ),
    ],
  }
  for (const row of doses.rows) {
    await t.test(row.title, async (t) => {
      const { units, infoNeeded } = answer([lineOf(row)], 'professional', unlimited)
      t.equal(units.billedUnits ?? null, row.billed)
      if (row.discarded !== undefined || row.leftToBill !== undefined)
        t.equal(units.discardedUnits, row.leftToBill)
      contains(t, `${units.calculation ?? ''} ${units.reason}`, row.shows)
      if (row.billed === null)
        t.ok(
          infoNeeded.some(({ fact }) => fact === 'units'),
          'the units are asked for',
        )
      else if (row.units === undefined) t.ok(units.calculation !== undefined, 'the rounding is shown')
    })
  }
})

t.test(`${discards.rows.length} vials, and which modifier they need`, async (t) => {
  sourcesNamed(t, discards)
  const policies = [
    {
      policyId: 'discarded',
      policySetId: 'a-set',
      title: 'Discarded drugs',
      versions: [{ versionId: '2023-07', from: '2023-07-01', source, rules: discards.rules }],
    },
  ]
  for (const row of discards.rows) {
    await t.test(row.title, async (t) => {
      const { claimLine, infoNeeded } = answer([lineOf(row)], row.claimType, { policies, ndcEditions: [] })
      t.equal(claimLine.status, row.claimLine)
      if (row.asks !== undefined)
        t.ok(
          infoNeeded.some(({ fact, question }) => fact === row.asks && question === 'claim-line'),
          `asks for ${row.asks}`,
        )
    })
  }
})

t.test(`${limits.rows.length} unit limits by setting and indicator`, async (t) => {
  sourcesNamed(t, limits)
  for (const row of limits.rows) {
    await t.test(row.title, async (t) => {
      const lines = row.lines.map(({ units, until, npi }, at): ServiceLine => ({
        lineNumber: at + 1,
        procedureCode: row.code,
        dateOfService: date,
        units,
        ...(until === undefined ? {} : { dateOfServiceEnd: addDays(date, until) }),
        ...(npi === undefined ? {} : { provider: { npi } }),
      }))
      const { units } = answer(lines, row.claimType, {
        unitLimits:
          row.maximum === undefined
            ? published
            : [
                mue('practitioner', [
                  {
                    procedureCode: row.code,
                    maximum: row.maximum,
                    adjudicationIndicator: row.adjudicationIndicator ?? 3,
                  },
                ]),
              ],
      })
      t.equal(units.status, row.first)
      contains(t, units.reason, row.says)
    })
  }
})

function mue(setting: UnitLimitEdition['setting'], rows: UnitLimitEdition['rows']): UnitLimitEdition {
  return { policySetId: 'a-set', edition: '2026-Q4', setting, from: '2026-10-01', source, rows }
}

/** The rows of the Medicare tables of 2026 Q4 for B12, as in the starter pack. */
const published = [
  mue('practitioner', [
    { procedureCode: 'J3420', maximum: 1, adjudicationIndicator: 3 },
    { procedureCode: 'J3425', maximum: 20, adjudicationIndicator: 3 },
  ]),
  mue('outpatient-hospital', [
    { procedureCode: 'J3420', maximum: 1, adjudicationIndicator: 3 },
    { procedureCode: 'J3425', maximum: 20, adjudicationIndicator: 3 },
  ]),
  mue('dme-supplier', [
    { procedureCode: 'J3420', maximum: 0, adjudicationIndicator: 3 },
    { procedureCode: 'J3425', maximum: 20, adjudicationIndicator: 3 },
  ]),
]
