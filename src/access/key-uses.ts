import { recordKeyUses } from '../store/keys/api-keys.js'
import type { Database } from '../store/database/database.js'
import type { KeyTable } from './key-table.js'

const everyMs = 60_000

/**
 * Stores once a minute which keys were used, so that an operator can find unused keys. A request
 * only notes an instant in memory. What the store does not take is stored with the next minute;
 * `stop` stores the rest.
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
      // Logged once. Only the code: a driver's message can hold row values.
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
