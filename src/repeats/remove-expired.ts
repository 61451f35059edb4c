import type { Database } from '../store/database/database.js'
import { removeExpired } from '../store/log/repeated-requests.js'

const everyMs = 60_000
// Rows of one transaction, so that no lock lasts long.
const batch = 500

/** The methods of a log that this file uses. */
interface Log {
  readonly warn: (fields: object, message: string) => void
}

export interface RemovingParts {
  readonly database: Database
  readonly tenants: () => readonly string[] | Promise<readonly string[]>
  readonly log: Log
  readonly intervalMs?: number
}

/**
 * Removes expired rows every minute in small batches. Several processes do not block each other.
 * `stop` waits for a running round.
 */
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
      // Logged once, and only the code: a driver's message can hold row values.
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
