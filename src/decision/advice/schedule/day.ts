import type { FrequencyAnswer, PriorAuthorizationAnswer } from '../../shapes/answers.js'
import type { Facts } from '../../facts/facts.js'
import type { PlanChoice } from '../../applicable/plan-choice.js'
import type { Plan } from '../../shapes/policy.js'
import { pressOfUnknown, type Answered } from '../../shapes/answered.js'
import { decideFrequency } from '../../questions/frequency.js'
import { hear } from '../../questions/hear.js'
import { seat, type Bench } from '../../applicable/applicable-rules.js'
import type { Truth } from '../../shapes/truth.js'
import type { Voice } from '../../applicable/provision.js'
import type { PolicyChanges } from './turning-points.js'

/** What the schedule rules and exclusions say of one day. */
export interface DayVerdict {
  readonly status: 'within-limit' | 'indeterminate' | 'not-allowed'
  /** What forbids it, when it is not allowed. */
  readonly by?: 'exclusion' | 'limit'
  readonly frequency: Omit<Answered<FrequencyAnswer>, 'findings'>
  /** The rules behind the status. */
  readonly voices: readonly Voice[]
  readonly reasonCode: string
  readonly reason: string
}

/** Asks the engine about one day: an exclusion that holds forbids it, else frequency decides. */
export function judgeDay(bench: Bench | undefined, facts: Facts, choice: PlanChoice): DayVerdict {
  if (bench === undefined) return withoutPlan(choice)
  const heard = hear('frequency', bench, facts)
  const frequency = decideFrequency(heard, facts.line.date, notAsked)
  const exclusions = hear('coverage-exclusion', bench, facts).filter(({ result }) => result.truth === 'false')
  const [excluded] = exclusions
  if (excluded !== undefined) {
    const { reasonCode, reason } = excluded.result
    return {
      status: 'not-allowed',
      by: 'exclusion',
      frequency,
      voices: exclusions.map(({ voice }) => voice),
      reasonCode,
      reason,
    }
  }
  const { status, reasonCode, reason } = frequency.answer
  const saying = (truth: Truth): Voice[] =>
    heard.filter(({ result }) => result.truth === truth).map(({ voice }) => voice)
  if (status === 'within-limit') return { status, frequency, voices: saying('true'), reasonCode, reason }
  if (status === 'indeterminate') return { status, frequency, voices: saying('unknown'), reasonCode, reason }
  return { status: 'not-allowed', by: 'limit', frequency, voices: saying('false'), reasonCode, reason }
}

// A fail that an authorization on file would cure stays a fail here: the calendar keeps the limits themselves.
const notAsked: PriorAuthorizationAnswer = {
  requirement: 'indeterminate',
  reasonCode: 'not-asked',
  reason: '',
}

function withoutPlan(choice: PlanChoice): DayVerdict {
  const { reasonCode, reason, missing } =
    'reasonCode' in choice ? choice : { reasonCode: 'plan-not-held', reason: '', missing: [] }
  return {
    status: 'indeterminate',
    frequency: {
      answer: { status: 'indeterminate', reasonCode, reason },
      missing,
      presses: pressOfUnknown(missing),
    },
    voices: [],
    reasonCode,
    reason,
  }
}

/**
 * Gives the bench of a day. Between two turning points of policy the same rules speak, so it is seated once for each stretch.
 * Days are asked for in order.
 */
export function benches(plan: Plan, { turningPoints }: PolicyChanges): (facts: Facts) => Bench {
  let stretch = -1
  let bench: Bench | undefined
  return (facts) => {
    let at = Math.max(stretch, 0)
    while (at < turningPoints.length && (turningPoints[at] ?? '') <= facts.line.date) at++
    if (bench === undefined || at !== stretch) bench = seat(plan, facts)
    stretch = at
    return bench
  }
}
