import type { FailureCode } from '../../error-codes.js'
import type { Snapshot } from './snapshot.js'

/** The store has not been reached for so long that policy may have changed since. */
export class PolicyUnconfirmed extends Error {
  readonly code = 'policy-unconfirmed' satisfies FailureCode
  constructor() {
    super('The store has not been reached for long, so policy may have changed since.')
  }
}

const msOfMinute = 60_000

/**
 * The policy that decides now, while the store has answered within `minutes`. After that, asking
 * throws PolicyUnconfirmed until the store is back. 0 minutes: no limit. `silentForMs`:
 * milliseconds since the store last answered.
 */
export function confirmedWithin(
  minutes: number,
  snapshot: Pick<Snapshot, 'current'>,
  silentForMs: () => number,
): Pick<Snapshot, 'current'> {
  if (minutes === 0) return snapshot
  return {
    current(tenantId) {
      if (silentForMs() > minutes * msOfMinute) throw new PolicyUnconfirmed()
      return snapshot.current(tenantId)
    },
  }
}
