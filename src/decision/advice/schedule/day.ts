import type { Reason } from '../../reasons/reason.js'
import type { FrequencyVerdict, PriorAuthorizationVerdict } from '../../verdict/answers.js'
import type { Facts } from '../../facts/facts.js'
import type { NoPlan } from '../../applicable/plan-choice.js'
import type { Plan } from '../../shapes/policy.js'
import { pressOfUnknown, type Answered } from '../../verdict/answered.js'
import { decideFrequencyOf } from '../../questions/frequency.js'
import { evaluateApplicable } from '../../questions/evaluate-applicable.js'
import { applicableRules, type ApplicableRules } from '../../applicable/applicable-rules.js'
import type { Truth } from '../../shapes/truth.js'
import type { Provision } from '../../applicable/provision.js'
import type { PolicyChanges } from './turning-points.js'

/** What the schedule rules and exclusions say of one day. */
export interface DayVerdict {
  readonly status: 'within-limit' | 'indeterminate' | 'not-allowed'
  /** What forbids it, when it is not allowed. */
  readonly by?: 'exclusion' | 'limit'
  readonly frequency: Omit<Answered<FrequencyVerdict>, 'findings'>
  /** The rules behind the status. */
  readonly provisions: readonly Provision[]
  readonly reason: Reason
}

/** Asks the engine about one day: an exclusion that holds forbids it, else frequency decides. */
export function judgeDay(applicable: ApplicableRules, facts: Facts): DayVerdict {
  const evaluated = evaluateApplicable('frequency', applicable, facts)
  const frequency = decideFrequencyOf(evaluated, applicable, facts, notAsked)
  const exclusions = evaluateApplicable('coverage-exclusion', applicable, facts).filter(
    ({ result }) => result.truth === 'false',
  )
  const [excluded] = exclusions
  if (excluded !== undefined) {
    return {
      status: 'not-allowed',
      by: 'exclusion',
      frequency,
      provisions: exclusions.map(({ provision }) => provision),
      reason: excluded.result.reason,
    }
  }
  const { status, reason } = frequency.answer
  const saying = (truth: Truth): Provision[] =>
    evaluated.filter(({ result }) => result.truth === truth).map(({ provision }) => provision)
  if (status === 'within-limit') return { status, frequency, provisions: saying('true'), reason }
  if (status === 'indeterminate') return { status, frequency, provisions: saying('unknown'), reason }
  return { status: 'not-allowed', by: 'limit', frequency, provisions: saying('false'), reason }
}

// A fail that an authorization on file would cure stays a fail here: the calendar keeps the limits themselves.
const notAsked: PriorAuthorizationVerdict = {
  requirement: 'indeterminate',
  reason: { code: 'rule-not-loaded/authorization' },
}

/** A day of which nothing can be said, because no plan answers. */
export function dayWithoutPlan({ reason, missing }: NoPlan): DayVerdict {
  return {
    status: 'indeterminate',
    frequency: {
      answer: { status: 'indeterminate', reason },
      missing,
      presses: pressOfUnknown(missing),
    },
    provisions: [],
    reason,
  }
}

/**
 * Gives the applicable rules of a day. Between two turning points of policy they are the same, so they are collected once for each
 * stretch. Days are asked for in order.
 */
export function applicableByStretch(
  plan: Plan,
  { turningPoints }: PolicyChanges,
): (facts: Facts) => ApplicableRules {
  let stretch = -1
  let applicable: ApplicableRules | undefined
  return (facts) => {
    let at = Math.max(stretch, 0)
    while (at < turningPoints.length && (turningPoints[at] ?? '') <= facts.line.date) at++
    if (applicable === undefined || at !== stretch) applicable = applicableRules(plan, facts)
    stretch = at
    return applicable
  }
}
