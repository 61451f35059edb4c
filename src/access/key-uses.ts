import { recordKeyUses } from '../store/keys/api-keys.js'
import type { Database } from '../store/database/database.js'
import type { KeyTable } from './key-table.js'

const everyMs = 60_000

/**
 * Writes once a minute which keys were used since, so that a key that nobody uses any more is known before it is revoked. Requests only note an
 * instant in memory. What the store does not take is written with the next; `stop` writes what is left.
 */
export function keepKeyUses(
  database: Database,
  table: Pick<KeyTable, 'takeUses' | 'putBackUses'>,
  log: { readonly warn: (fields: object, message: string) => void },
  intervalMs = everyMs,
): { readonly stop: () => Promise<void> } {
  let writing: Promise<void> = Promise.resolve()
  let failed = false
  const write = async (): Promise<void> => {
    const uses = table.takeUses()
    try {
      await recordKeyUses(database, uses)
      failed = false
    } catch (error) {
      table.putBackUses(uses)
      // Said once. Only the code: row values stand in a driver's message.
      if (!failed)
        log.warn(
          { code: (error as { code?: string }).code },
          'the last use of keys could not be written; it will be within a minute after the store answers',
        )
      failed = true
    }
  }
  const timer = setInterval(() => {
    writing = writing.then(write)
  }, intervalMs)
  timer.unref()
  return {
    stop: async () => {
      clearInterval(timer)
      await (writing = writing.then(write))
    },
  }
}
