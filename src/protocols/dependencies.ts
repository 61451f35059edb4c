import type { Check } from '../check.js'
import type { Determinations } from '../decision-log/determinations.js'
import type { PastRevisions } from '../policies/past-revisions.js'
import type { Snapshot } from '../policies/snapshot.js'

/** What every face is given: the policy in memory and the one use case; and where there is a store, what was policy before and what was answered. */
export interface Dependencies {
  readonly snapshot: Pick<Snapshot, 'current'>
  readonly check: Check
  readonly past?: PastRevisions
  readonly determinations?: Determinations
}
