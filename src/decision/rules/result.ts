import type { Calculation } from '../reasons/frequency.js'
import type { Reason } from '../reasons/reason.js'
import type { FrequencyAnswer } from '../shapes/answers.js'
import type { DiagnosisFacts } from '../shapes/finding.js'
import type { RuleKind } from '../shapes/rule-kinds.js'
import type { Evaluated } from '../shapes/truth.js'
import type { FirstFree } from './frequency-times.js'

/** What every result has: true = the rule is content, false = it objects, unknown = it cannot tell; with its reason. */
interface WithReason extends Evaluated {
  readonly reason: Reason
  /** Diagnoses the document lists, for information. */
  readonly listed?: readonly string[] | undefined
  /** Of a diagnosis rule: what its reason is made of. */
  readonly diagnosis?: DiagnosisFacts | undefined
}

/** The result of a rule, a table row or a text that says yes, no or "not known". */
export interface PlainResult extends WithReason {
  readonly type: 'plain'
}

/** The numbers of the deciding limit, and the sums behind them. */
export interface Arithmetic extends Pick<
  FrequencyAnswer,
  'used' | 'remaining' | 'period' | 'nextEligibleDate'
> {
  readonly calculation?: Calculation
}

/** A frequency rule's result with its arithmetic. */
export interface ScheduleResult extends WithReason {
  readonly type: 'schedule'
  readonly status: 'within-limit' | 'exceeds-limit' | 'too-soon' | 'unknown'
  readonly arithmetic: Arithmetic
  /** When each of its limits has room by the services known. */
  readonly firstFree: readonly FirstFree[]
}

/** An answer that a prior-authorization rule can still give; silent: it does not speak to this line. */
export type Reach = 'required' | 'conditional' | 'unknown' | 'not-required' | 'silent'

/** A prior-authorization rule's result: all answers still reachable while facts are missing. */
export interface ReachResult extends WithReason {
  readonly type: 'reach'
  readonly reachable: readonly Reach[]
  readonly consequence?: 'denial' | 'prepayment-review' | 'penalty' | 'unknown'
}

/** What was found for one rule, table row or text. */
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

/** What was evaluated, with its reason. Named field by field: this runs for every rule of every line, and adding to a spread object is slow. */
export function saying(
  { truth, missing, used, because }: Evaluated,
  reason: Reason,
  listed?: readonly string[],
  diagnosis?: DiagnosisFacts,
): PlainResult {
  return { type: 'plain', truth, missing, used, because, reason, listed, diagnosis }
}
