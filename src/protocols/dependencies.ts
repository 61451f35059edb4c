import type { Check } from '../check.js'
import type { Snapshot } from '../policies/snapshot.js'

/** What every face is given: the policy in memory and the one use case. */
export interface Dependencies {
  readonly snapshot: Pick<Snapshot, 'current'>
  readonly check: Check
}
