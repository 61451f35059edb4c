import type { FrequencyAnswer } from '../shapes/answers.js'
import type { DiagnosisFacts } from '../shapes/finding.js'
import { union, type Evaluated } from '../shapes/truth.js'
import type { FirstFree } from './frequency-times.js'

/** What a rule says of a line: true = it is content, false = it objects, unknown = it cannot tell. */
export interface RuleResult extends Evaluated {
  readonly reasonCode: string
  /** The specific reason, a sentence for a biller. */
  readonly reason: string
  /** Diagnoses the document lists, for information. */
  readonly listed?: readonly string[] | undefined
  /** Of a diagnosis rule: what its reason is made of. */
  readonly diagnosis?: DiagnosisFacts | undefined
}

/** What was evaluated, with its reason. Named field by field: this runs for every rule of every line, and adding to a spread object is slow. */
export function saying(
  { truth, missing, used, because }: Evaluated,
  reasonCode: string,
  reason: string,
  listed?: readonly string[],
  diagnosis?: DiagnosisFacts,
): RuleResult {
  return { truth, missing, used, because, reasonCode, reason, listed, diagnosis }
}

/** A frequency rule's result with its arithmetic. */
export interface ScheduleResult extends RuleResult {
  readonly status: 'within-limit' | 'exceeds-limit' | 'too-soon' | 'unknown'
  readonly arithmetic: Pick<
    FrequencyAnswer,
    'used' | 'remaining' | 'period' | 'nextEligibleDate' | 'calculation'
  >
  /** When each of its limits has room by the services known. */
  readonly firstFree: readonly FirstFree[]
}

/** An answer that a prior-authorization rule can still give; silent: it does not speak to this line. */
export type Reach = 'required' | 'conditional' | 'unknown' | 'not-required' | 'silent'

/** A prior-authorization rule's result: all answers still reachable while facts are missing. */
export interface ReachResult extends RuleResult {
  readonly reachable: readonly Reach[]
  readonly consequence?: 'denial' | 'prepayment-review' | 'penalty' | 'unknown'
}

/** The result made unknown because it is not certain that the rule speaks; what it missed already it goes on missing. */
export function scopeUnknown<R extends RuleResult>(result: R, missing: readonly string[]): R {
  return {
    ...result,
    truth: 'unknown',
    missing: union(missing, result.truth === 'unknown' ? result.missing : []),
    reasonCode: 'applicability-unknown',
    reason: `Whether this applies depends on facts that were not given. If it does: ${result.reason}`,
  }
}
