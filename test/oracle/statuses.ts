// The statuses of an answer as the specification names them, written again so that nothing of the core runs here.
import type { Outcome } from '../../src/decision/shapes/statuses.js'

export type {
  ClaimLineStatus,
  FrequencyStatus,
  NecessityStatus,
  Outcome,
  Requirement,
  UnitsStatus,
  ValidityStatus,
} from '../../src/decision/shapes/statuses.js'

/** Most pressing first. Section 12. */
export const outcomes: readonly Outcome[] = [
  'expect-denial',
  'obtain-authorization',
  'complete-information',
  'indeterminate',
  'proceed',
]
