import type { Check } from '../../check.js'
import type { Determinations } from '../../decision-log/determinations.js'
import type { PastRevisions } from '../../policies/loaded/past-revisions.js'
import type { Snapshot } from '../../policies/loaded/snapshot.js'
import type { Repeats } from '../../repeats/repeats.js'

/**
 * What every face is given: the policy in memory and the one use case; and where there is a store,
 * what was policy before and what was answered.
 */
export interface Parts {
  readonly snapshot: Pick<Snapshot, 'current'>
  readonly check: Check
  /** Absent where there is no store: then no Idempotency-Key is taken. */
  readonly repeats?: Repeats
  readonly past?: PastRevisions
  /**
   * Whether a tenant is served this policy revision or a newer one, waiting a little for it. Absent
   * where there is no store: then only what is held counts.
   */
  readonly atLeast?: (tenantId: string, revision: number) => Promise<boolean>
  readonly determinations?: Determinations
  /** Whether answers can be recorded; absent where none are. */
  readonly isLogWritable?: () => boolean
}

/** The same, and which face it is. */
export interface Dependencies extends Parts {
  /** Name of the face, as it stands in the decision log: `rest`. */
  readonly channel: string
}
