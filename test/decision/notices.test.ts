// Notices of Original Medicare: the truth table, and that nothing unknown, nobody else's plan and no unit limit ever brings one.
import t from 'tap'
import { decide } from '../../src/decision/decide.js'
import type { LineDetermination } from '../../src/decision/determination.js'
import { frequencyFails } from '../../src/decision/next-steps.js'
import { noticesFor } from '../../src/decision/notices/notices.js'
import { noticeTable } from '../../src/decision/notices/table.js'
import type { Plan } from '../../src/decision/policy.js'
import { exclusionBases, type ExceedConsequence, type ExclusionBasis } from '../../src/decision/rule.js'
import { compilePolicyView } from '../../src/policies/loaded/compile.js'
import { pairOf } from '../oracle/generate.js'
import { worldsOf } from '../support/short.js'

const plan = (lineOfBusiness: Plan['lineOfBusiness']): Plan => ({
  planId: 'p',
  payerId: 'p',
  name: 'A plan',
  lineOfBusiness,
  benefit: 'medical',
  follows: [],
})
const words = { reasonCode: 'r', reason: 'Because.' }
type Row = readonly [
  necessity: LineDetermination['medicalNecessity']['status'],
  objections: readonly ExclusionBasis[],
  frequency: LineDetermination['frequency']['status'],
  expected: string,
]

const table: readonly Row[] = [
  ['met', [], 'within-limit', ''],
  ['not-met', ['reasonable-and-necessary'], 'within-limit', 'abn-required GA GZ'],
  ['not-met', ['statutory'], 'within-limit', 'abn-voluntary GY GX'],
  ['not-met', ['benefit-category'], 'within-limit', 'abn-voluntary GY GX'],
  ['not-met', ['reasonable-and-necessary', 'statutory'], 'too-soon', 'abn-voluntary GY GX'],
  ['met', [], 'too-soon', 'abn-required GA GZ'],
  ['met', [], 'exceeds-limit', 'abn-required GA GZ'],
  ['indeterminate', [], 'within-limit', ''],
  ['insufficient-evidence', [], 'within-limit', ''],
  ['indeterminate', [], 'indeterminate', ''],
  ['insufficient-evidence', [], 'too-soon', 'abn-required GA GZ'],
]

const given = (
  lineOfBusiness: Plan['lineOfBusiness'],
  date: string,
  [necessity, objections, frequency]: Row,
  codes: 'valid' | 'invalid' | 'indeterminate' = 'valid',
  curedBy?: string,
  onExceed: ExceedConsequence = 'deny',
): string =>
  noticesFor(
    plan(lineOfBusiness),
    date,
    {
      medicalNecessity: { status: necessity, ...words },
      frequency: {
        status: frequency,
        ...words,
        ...(curedBy !== undefined
          ? { curedBy }
          : ['within-limit', 'indeterminate'].includes(frequency)
            ? {}
            : { onExceed }),
      },
      codeValidity: { status: codes, ...words, codes: [] },
    },
    objections,
  )
    .map(({ code, modifiers }) => [code, ...modifiers.map(({ modifier }) => modifier)].join(' '))
    .join('; ')

t.test('the truth table', async (t) => {
  for (const row of table) {
    const title = row.slice(0, 3).join(' / ')
    t.equal(given('medicare', '2026-11-03', row), row[3], title)
    for (const other of ['medicare-advantage', 'medicaid', 'commercial', 'not-stated'] as const)
      t.equal(given(other, '2026-11-03', row), '', `${title}: ${other}`)
    t.equal(given('medicare', '2026-11-03', row, 'invalid'), '', `${title}: an invalid code`)
    t.equal(
      given('medicare', '2026-11-03', row, 'indeterminate'),
      row[3],
      `${title}: a code that is not known`,
    )
  }
  t.equal(
    noticesFor(
      undefined,
      '2026-11-03',
      {
        medicalNecessity: { status: 'not-met', ...words },
        frequency: { status: 'too-soon', ...words, onExceed: 'deny' },
        codeValidity: { status: 'valid', ...words, codes: [] },
      },
      ['statutory'],
    ).length,
    0,
    'no plan',
  )
  t.equal(
    given('medicare', '2026-11-03', ['met', [], 'too-soon', ''], 'valid', 'A1'),
    '',
    'cured by an authorization on file',
  )
  t.equal(
    given('medicare', '2026-11-03', ['met', [], 'too-soon', ''], 'valid', undefined, 'medical-review'),
    '',
    'judged on records: no notice is advised by this limit',
  )
})

t.test('a row holds from its first day', async (t) => {
  const necessity: Row = ['not-met', ['reasonable-and-necessary'], 'within-limit', '']
  t.equal(given('medicare', '2011-06-30', necessity), '')
  t.not(given('medicare', '2011-07-01', necessity), '')
  t.equal(given('medicare', '2010-03-31', ['not-met', ['statutory'], 'within-limit', '']), '')
  t.not(given('medicare', '2010-04-01', ['not-met', ['statutory'], 'within-limit', '']), '')
})

t.test('every ground has exactly one row, and every row its sources', async (t) => {
  for (const basis of exclusionBases)
    t.equal(noticeTable.filter(({ grounds }) => grounds.includes(basis)).length, 1, basis)
  for (const { code, sources, modifiers } of noticeTable)
    t.ok(sources.length > 0 && modifiers.length > 0, code)
})

t.test('in generated worlds', async (t) => {
  let seen = 0
  for (let seed = 1; seed <= worldsOf(2000, 150); seed++) {
    const { request, content } = pairOf(seed)
    const decision = decide(request, compilePolicyView(content, 1))
    const medicare =
      content.plans.find(({ planId }) => planId === decision.planId)?.lineOfBusiness === 'medicare'
    for (const line of decision.lines) {
      if (line.notices === undefined) continue
      seen++
      const fails = line.medicalNecessity.status === 'not-met' || frequencyFails(line.frequency)
      if (
        !medicare ||
        !fails ||
        line.codeValidity.status === 'invalid' ||
        line.notices.length !== 1 ||
        line.outcome !== 'expect-denial'
      )
        return t.fail(`seed ${seed}`)
      if (
        line.notices.some(
          ({ citations, because }) =>
            citations.length === 0 || because === '' || because === line.units.reason,
        )
      )
        return t.fail(`seed ${seed}: without a reason`)
    }
  }
  t.ok(seen > worldsOf(500, 20), `${seen} notices`)
})
