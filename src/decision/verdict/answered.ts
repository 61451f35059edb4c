import type { Outcome } from '../shapes/statuses.js'
import type { FindingVerdict } from './finding.js'

/** One question answered for one line: the answer, what would settle it, what was found, and how it presses. */
export interface Answered<A> {
  readonly answer: A
  readonly missing: readonly string[]
  readonly findings: readonly FindingVerdict[]
  readonly presses: Outcome
}

/** How an unknown answer presses: the caller can complete it, or nobody here can. */
export function pressOfUnknown(missing: readonly string[]): Outcome {
  return missing.length > 0 ? 'complete-information' : 'indeterminate'
}
