import { inProcedures, type PlainDate } from '../../shapes/codes.js'
import { atomsOf, conditionsOf } from '../../conditions/walk.js'
import type { Atom } from '../../shapes/expression.js'
import { addDays } from '../../shapes/plain-date.js'
import type { Plan } from '../../shapes/policy.js'
import { kindDecidedBy, type Rule } from '../../shapes/rule.js'
import type { PolicyView } from '../../shapes/view.js'
import { askedOfKinds } from './asked-of-kinds.js'

/** What of a plan's policy can change from one day to the next, for one procedure. */
export interface PolicyChanges {
  /** Days, in order, on which a text, rule, table row or declaration begins or ends. Between two of them the same rules speak. */
  readonly turningPoints: readonly PlainDate[]
  /** Whether some rule looks at a fact that has its own date, so that its answer can change on any day. */
  readonly changesDaily: boolean
  /** Whether some frequency rule has limits by treatment phase. */
  readonly hasPhases: boolean
}

interface Span {
  readonly from?: PlainDate
  readonly to?: PlainDate
}

/** Gathers them from everything that the plan's sets hold for the procedure, in force or not. */
export function policyChanges(plan: Plan, code: string, view: PolicyView): PolicyChanges {
  const days = new Set<PlainDate>()
  const span = ({ from, to }: Span, usableThrough?: PlainDate): void => {
    if (from !== undefined) days.add(from)
    if (to !== undefined) days.add(to)
    if (usableThrough !== undefined) days.add(addDays(usableThrough, 1))
  }
  const rules: Rule[] = []
  for (const { policySetId } of plan.follows) {
    for (const version of view.policies(policySetId, code).flatMap((policy) => policy.versions)) {
      span(version, version.source.usableThrough)
      const own = version.rules.filter((rule) => inProcedures(code, rule.procedures))
      for (const rule of own) span(rule)
      rules.push(...own)
    }
    for (const declaration of view.policySet(policySetId)?.completeness ?? [])
      span(declaration, declaration.source.usableThrough)
  }
  for (const table of view.codeTable('hcpcs')?.layers ?? []) for (const row of table.rows(code)) span(row)
  const deciding = rules.filter((rule) => askedOfKinds[kindDecidedBy(rule)] === 'every-day')
  return {
    turningPoints: [...days].sort(),
    changesDaily:
      deciding.flatMap(conditionsOf).flatMap(atomsOf).some(looksAtDates) || deciding.some(asksForPlanYear),
    hasPhases: deciding.some((rule) => rule.kind === 'frequency' && rule.phases !== undefined),
  }
}

/** While the month in which the plan year begins is not known, a limit per plan year goes from "no" to "not known" on days that no next eligible date tells. */
function asksForPlanYear(rule: Rule): boolean {
  if (rule.kind !== 'frequency') return false
  return [...(rule.limits ?? []), ...(rule.phases ?? []).flatMap(({ limits }) => limits)].some(
    (limit) =>
      limit.type === 'calendar-period' && limit.period === 'plan-year' && limit.startMonth === undefined,
  )
}

/** Results grow old, earlier services fall out of sight, companions are given on one day. */
function looksAtDates(atom: Atom): boolean {
  return 'lab' in atom || 'previousService' in atom || 'companion' in atom
}
