import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from '../store/database.js'
import { ensureLogMonths, insertLogRows } from '../store/decision-log.js'
import type { LogRecord } from './record.js'
import type { Spool } from './spool.js'

const idleMs = 100
const retryMs = 1_000
const mostAtOnce = 500
const lastAttemptsMs = 5_000
const noSuchMonth = '23514' // check_violation: no partition of the table takes the row

/** What shipping needs of a log. */
interface ShipperLog {
  readonly info: (fields: object, message: string) => void
  readonly warn: (fields: object, message: string) => void
}

export interface ShipperSettings {
  readonly database: Database
  readonly spool: Spool
  readonly onStored: (records: readonly LogRecord[]) => void
  readonly log: ShipperLog
}

/**
 * Moves rows from the spool to the store, in order, until it is stopped. A row that is shipped twice is kept once. While the store
 * cannot be reached rows stay in the spool. `stop` ships what is left, for up to five seconds.
 */
export function startShipping({ database, spool, onStored, log }: ShipperSettings): {
  readonly stop: () => Promise<void>
} {
  let reachable = true
  const stopping = new AbortController()
  const shipAll = async (until: () => boolean): Promise<boolean> => {
    try {
      for (let piece = await spool.next(); piece !== undefined && !until(); piece = await spool.next()) {
        for (let at = 0; at < piece.records.length; at += mostAtOnce) {
          const some = piece.records.slice(at, at + mostAtOnce)
          await store(database, some)
          onStored(some)
        }
        await piece.done()
        if (piece.damaged > 0)
          log.warn(
            { damagedRows: piece.damaged },
            'rows of the spool were damaged and cannot be shipped; their file is kept in SPOOL_DIR',
          )
        if (piece.torn)
          log.info(
            {},
            'a process was killed while it wrote to the spool; half a row, for which nobody was answered, is left out',
          )
      }
      if (!reachable) log.info({}, 'the decision log is shipped again')
      reachable = true
      return true
    } catch (error) {
      if (reachable)
        log.warn(
          { code: (error as { code?: string }).code, waitingBytes: spool.waitingBytes },
          'the decision log cannot be shipped to the store; rows wait in the spool',
        )
      reachable = false
      return false
    }
  }
  const running = (async () => {
    while (!stopping.signal.aborted) {
      const shipped = await shipAll(() => stopping.signal.aborted)
      await sleep(shipped ? idleMs : retryMs, undefined, { signal: stopping.signal }).catch(() => {})
    }
  })()
  return {
    async stop() {
      stopping.abort()
      await running
      const deadline = Date.now() + lastAttemptsMs
      await shipAll(() => Date.now() > deadline)
    },
  }
}

// A spool may be older than the months that are kept ready.
async function store(database: Database, records: readonly LogRecord[]): Promise<void> {
  try {
    await insertLogRows(database, records, { again: true })
  } catch (error) {
    if ((error as { code?: string }).code !== noSuchMonth) throw error
    await ensureLogMonths(database, [...new Set(records.map(({ at }) => `${at.slice(0, 7)}-01`))])
    await insertLogRows(database, records, { again: true })
  }
}
