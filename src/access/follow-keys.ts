import { liveKeys } from '../store/keys/api-keys.js'
import type { Database } from '../store/database/database.js'
import { listTenants } from '../store/tables/tenants.js'
import type { KeyTable } from './key-table.js'

// A key that is revoked anywhere is refused everywhere within five seconds. Two polls fit in, and
// one of them may be slow.
const pollMs = 2_000

/** The methods of a log that this file uses. */
interface Log {
  readonly info: (fields: object, message: string) => void
  readonly warn: (fields: object, message: string) => void
}

/**
 * Polls the live keys and the tenants every two seconds, so that changes by other processes count
 * here. While the store cannot be read, the last table stays in use; keys still expire. `stop`
 * waits for a poll that is running.
 */
export function followKeys(
  database: Database,
  table: KeyTable,
  log: Log,
  intervalMs = pollMs,
): { readonly stop: () => Promise<void> } {
  let looking: Promise<void> | undefined
  let reachable = true
  const look = async (): Promise<void> => {
    try {
      table.replace(await liveKeys(database), await listTenants(database))
      if (!reachable) log.info({}, 'the keys can be read again')
      reachable = true
    } catch (error) {
      // Logged once. Only the code: a driver's message can hold row values.
      if (reachable)
        log.warn(
          { code: (error as { code?: string }).code },
          'the keys cannot be read; the last table stands and a revocation does not arrive',
        )
      reachable = false
    }
  }
  const timer = setInterval(() => {
    looking ??= look().finally(() => {
      looking = undefined
    })
  }, intervalMs)
  timer.unref()
  return {
    stop: async () => {
      clearInterval(timer)
      await looking
    },
  }
}
