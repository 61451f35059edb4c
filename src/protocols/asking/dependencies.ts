import type { Check } from '../../check.js'
import type { Determinations } from '../../decision-log/determinations.js'
import type { PastRevisions } from '../../policies/loaded/past-revisions.js'
import type { Snapshot } from '../../policies/loaded/snapshot.js'
import type { Repeats } from '../../repeats/repeats.js'

/**
 * What every face needs: the policy in memory, the one use case, and where there is a store, past
 * policy and recorded answers.
 */
export interface Parts {
  readonly snapshot: Pick<Snapshot, 'current'>
  readonly check: Check
  /** Absent without a store; then an Idempotency-Key is refused. */
  readonly repeats?: Repeats
  readonly past?: PastRevisions
  /**
   * Whether this process serves a tenant this policy revision or a newer one, after a short wait.
   * Absent without a store; then only the loaded revision counts.
   */
  readonly atLeast?: (tenantId: string, revision: number) => Promise<boolean>
  readonly determinations?: Determinations
  /** Whether answers can be recorded; absent where recording is off. */
  readonly isLogWritable?: () => boolean
}

/** The same, with the name of the face. */
export interface Dependencies extends Parts {
  /** Name of the face in the decision log: `rest`. */
  readonly channel: string
}
