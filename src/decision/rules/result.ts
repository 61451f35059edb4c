import type { Calculation } from '../reasons/frequency.js'
import type { Reason } from '../reasons/reason.js'
import type { FrequencyAnswer } from '../shapes/answers.js'
import type { DiagnosisFacts } from '../shapes/finding.js'
import type { RuleKind } from '../shapes/rule-kinds.js'
import type { Evaluated } from '../shapes/truth.js'
import type { FirstFree } from './frequency-times.js'

/**
 * The fields of every result. `true`: the rule passes; `false`: it fails; `unknown`: facts are missing. Each
 * has a reason.
 */
interface WithReason extends Evaluated {
  readonly reason: Reason
  /** Diagnoses that the document lists, to show. */
  readonly listed?: readonly string[] | undefined
  /** For a diagnosis rule, the facts that its reason is made of. */
  readonly diagnosis?: DiagnosisFacts | undefined
}

/** The result of a rule, table row or text that passes, fails or is unknown. */
export interface PlainResult extends WithReason {
  readonly type: 'plain'
}

/** The numbers of the deciding limit, and their calculation. */
export interface Arithmetic extends Pick<
  FrequencyAnswer,
  'used' | 'remaining' | 'period' | 'nextEligibleDate'
> {
  readonly calculation?: Calculation
}

/** The result of a frequency rule, with its arithmetic. */
export interface ScheduleResult extends WithReason {
  readonly type: 'schedule'
  readonly status: 'within-limit' | 'exceeds-limit' | 'too-soon' | 'unknown'
  readonly arithmetic: Arithmetic
  /** For each limit, the function that finds the first date on which it holds. */
  readonly firstFree: readonly FirstFree[]
}

/**
 * An answer that a prior-authorization rule can still give. `silent`: the rule does not apply to this line.
 */
export type Reach = 'required' | 'conditional' | 'unknown' | 'not-required' | 'silent'

/** The result of a prior-authorization rule: every answer that is still possible while facts are missing. */
export interface ReachResult extends WithReason {
  readonly type: 'reach'
  readonly reachable: readonly Reach[]
  readonly consequence?: 'denial' | 'prepayment-review' | 'penalty' | 'unknown'
}

/** The result of one rule, table row or text. */
export type RuleResult = PlainResult | ScheduleResult | ReachResult

/** The result of each kind of rule. */
interface Results {
  readonly 'prior-authorization': ReachResult
  readonly 'coverage-exclusion': PlainResult
  readonly diagnosis: PlainResult
  readonly documentation: PlainResult
  readonly frequency: ScheduleResult
  readonly units: PlainResult
  readonly 'claim-line': PlainResult
  readonly review: PlainResult
}
export type ResultOf<K extends RuleKind> = Results[K]

/**
 * Makes a result from an evaluation and a reason. Fields are listed one by one, because this runs for every
 * rule of every line and spreading an object is slow.
 */
export function saying(
  { truth, missing, used, because }: Evaluated,
  reason: Reason,
  listed?: readonly string[],
  diagnosis?: DiagnosisFacts,
): PlainResult {
  return { type: 'plain', truth, missing, used, because, reason, listed, diagnosis }
}
