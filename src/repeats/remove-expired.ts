import type { Database } from '../store/database/database.js'
import { removeExpired } from '../store/log/repeated-requests.js'

const everyMs = 60_000
const batch = 500 // rows of one transaction: no lock is held for long

/** What removing needs of a log. */
interface Log {
  readonly warn: (fields: object, message: string) => void
}

export interface RemovingParts {
  readonly database: Database
  readonly tenants: () => readonly string[] | Promise<readonly string[]>
  readonly log: Log
  readonly intervalMs?: number
}

/** Removes what has expired, every minute in small batches; several processes do not wait for each other. `stop` waits for a round under way. */
export function keepRemovingExpired({ database, tenants, log, intervalMs = everyMs }: RemovingParts): {
  readonly stop: () => Promise<void>
} {
  const ending = new AbortController()
  let failing = false
  let round: Promise<void> | undefined
  const removeAll = async (): Promise<void> => {
    try {
      for (const tenantId of await tenants()) {
        while (!ending.signal.aborted && (await removeExpired(database, tenantId, batch)) === batch) {
          /* the next batch */
        }
      }
      failing = false
    } catch (error) {
      // Said once, and only the code: row values stand in a driver's message.
      if (!failing)
        log.warn(
          { code: (error as { code?: string }).code },
          'expired answers cannot be removed; tried again every minute',
        )
      failing = true
    }
  }
  const timer = setInterval(() => {
    round ??= removeAll().finally(() => {
      round = undefined
    })
  }, intervalMs)
  timer.unref()
  return {
    stop: async () => {
      ending.abort()
      clearInterval(timer)
      await round
    },
  }
}
