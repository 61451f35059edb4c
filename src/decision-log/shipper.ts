import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from '../store/database/database.js'
import { refusalOf } from '../store/database/store-error.js'
import type { LogRecord } from './record.js'
import type { RefusedRows } from './refused-rows.js'
import type { Piece, Spool } from './spool.js'
import { storeRows } from './store-rows.js'

// How long rows gather: under load a hundred of them cost the store little more than one.
const gatheringMs = 100
const retryMs = 1_000
const mostAtOnce = 500
// A piece with fewer rows has all that wait, or nearly.
const manyRows = 250
const lastAttemptsMs = 5_000

/** The methods of a log that this file uses. */
interface ShipperLog {
  readonly info: (fields: object, message: string) => void
  readonly warn: (fields: object, message: string) => void
}

export interface ShipperSettings {
  readonly database: Database
  readonly spool: Spool
  readonly refused: Pick<RefusedRows, 'setAside'>
  readonly onStored: (records: readonly LogRecord[]) => void
  readonly log: ShipperLog
}

/**
 * Moves rows from the spool to the store, in order, until `stop`. A row that is shipped twice is
 * stored once. While the store cannot be reached, rows stay in the spool. `stop` ships the rest,
 * for up to five seconds.
 */
export function startShipping(settings: ShipperSettings): { readonly stop: () => Promise<void> } {
  const { spool, log } = settings
  let reachable = true
  const stopping = new AbortController()
  const shipAll = async (until: () => boolean, least = 0): Promise<boolean> => {
    try {
      for (let piece = await spool.next(); piece !== undefined && !until(); piece = await spool.next()) {
        await ship(settings, piece)
        if (piece.records.length < least && piece.damaged === 0 && !piece.torn) break
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
      const shipped = await shipAll(() => stopping.signal.aborted, manyRows)
      await sleep(shipped ? gatheringMs : retryMs, undefined, { signal: stopping.signal }).catch(() => {})
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

async function ship(settings: ShipperSettings, piece: Piece): Promise<void> {
  const { log } = settings
  let damaged = piece.damaged
  for (let at = 0; at < piece.records.length; at += mostAtOnce)
    damaged += await store(settings, piece.records.slice(at, at + mostAtOnce))
  await piece.done(damaged)
  if (damaged > 0)
    log.warn(
      { damagedRows: damaged },
      'rows of the spool were damaged and cannot be shipped; their file is kept in SPOOL_DIR',
    )
  if (piece.torn)
    log.info(
      {},
      'a process was killed while it wrote to the spool; half a row, for which nobody was answered, is left out',
    )
}

/**
 * Stores rows in order. A row that is refused for good is found by bisection and set aside. Returns
 * how many could not even be set aside.
 */
async function store(settings: ShipperSettings, records: readonly LogRecord[]): Promise<number> {
  const { database, refused, onStored } = settings
  try {
    await storeRows(database, records, { again: true })
    onStored(records)
    return 0
  } catch (error) {
    const why = refusalOf(error)
    if (why === undefined) throw error
    const [first, ...others] = records
    if (first !== undefined && others.length === 0) return await setAside(refused, first, why)
    const half = Math.ceil(records.length / 2)
    return (await store(settings, records.slice(0, half))) + (await store(settings, records.slice(half)))
  }
}

async function setAside(
  refused: ShipperSettings['refused'],
  record: LogRecord,
  why: string,
): Promise<number> {
  try {
    await refused.setAside(record, why, true)
    return 0
  } catch (error) {
    // The file stays: a row without a tenant or a number was not written by this program.
    if (refusalOf(error) === undefined) throw error
    return 1
  }
}
