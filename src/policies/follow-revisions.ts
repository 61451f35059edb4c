import type { Database } from '../store/database.js'
import type { Snapshot } from './snapshot.js'

const pollMs = 5_000

/** What following needs of a log. */
interface Log {
  readonly info: (fields: object, message: string) => void
  readonly warn: (fields: object, message: string) => void
}

/**
 * Looks every five seconds whether another process has published a newer revision or made a tenant, and swaps it in. A database that cannot be
 * reached leaves the revision that is held, which goes on answering. `stop` waits for a look that is under way; `isStoreReachable`
 * tells how the last one went.
 */
export function followRevisions (database: Database, snapshot: Snapshot, log: Log, intervalMs = pollMs): { readonly stop: () => Promise<void>, readonly isStoreReachable: () => boolean } {
  let stopped = false
  let looking: Promise<void> = Promise.resolve()
  let reachable = true
  const look = async (): Promise<void> => {
    try {
      const replaced = await snapshot.load(database)
      if (!reachable) log.info({}, 'the store answers again')
      reachable = true
      if (replaced.length > 0) log.info({ policyRevision: Math.max(...replaced.map(tenantId => snapshot.current(tenantId)?.revision ?? 0)), tenants: replaced.length }, 'policy replaced')
    } catch (error) {
      // Said once, not every five seconds; row values stand in the driver's message, so only its code is logged.
      if (reachable) log.warn({ code: (error as { code?: string }).code }, 'the store cannot be reached; the policy that is held goes on answering')
      reachable = false
    }
  }
  const timer = setInterval(() => { if (!stopped) looking = looking.then(look) }, intervalMs)
  timer.unref()
  return { stop: async () => { stopped = true; clearInterval(timer); await looking }, isStoreReachable: () => reachable }
}
