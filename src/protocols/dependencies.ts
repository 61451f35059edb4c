import type { Check } from '../check.js'
import type { Snapshot } from '../policies/snapshot.js'
import type { Repeats } from '../repeats/repeats.js'

/** What every face is given: the policy in memory and the one use case. */
export interface Dependencies {
  readonly snapshot: Pick<Snapshot, 'current'>
  readonly check: Check
  /** Absent where there is no store: then no Idempotency-Key is taken. */
  readonly repeats?: Repeats
}
