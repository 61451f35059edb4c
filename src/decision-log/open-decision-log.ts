import type { Seals } from '../sealing/data-keys.js'
import type { InstallationKey } from '../sealing/installation-key.js'
import type { Database } from '../store/database/database.js'
import { Checkpoints, type CheckpointLog } from './checkpoints.js'
import { databaseSink } from './database-sink.js'
import { createDecisionLog, noDecisionLog, type DecisionLog } from './decision-log.js'
import { keepMonthsAhead } from './months.js'
import { createRefusedRows } from './refused-rows.js'
import { startShipping } from './shipper.js'
import { Spool } from './spool.js'
import { LogWriter } from './writer.js'

export interface DecisionLogSettings {
  readonly mode: 'db' | 'spool' | 'off'
  readonly spool: { readonly folder: string; readonly maxBytes: number; readonly strict: boolean }
}

export interface OpenedDecisionLog {
  readonly log: DecisionLog
  /** What is not in the store yet: bytes of a spool and how many may wait there, when its oldest row was made (milliseconds since 1970), and rows in memory. */
  readonly lag: () => {
    readonly waitingBytes: number
    readonly mostWaitingBytes: number | undefined
    readonly oldestWaiting: number | undefined
    readonly waitingRows: number
    /** Rows that the store refused for good since the process started. */
    readonly refusedRows: number
  }
  /** False while no row could be written for ten seconds, so that no check can be answered. */
  readonly isWritable: () => boolean
  /** Writes what waits, ships it and signs it. */
  readonly close: () => Promise<void>
}

/**
 * Opens the log as the operator set it. What a spool holds from processes that ended is shipped first of all. Rejects when the store
 * cannot take rows, or the spool belongs to another process.
 */
// oxlint-disable-next-line max-lines-per-function -- opens the parts of the log in the order in which they need each other, each a line or two
export async function openDecisionLog(
  settings: DecisionLogSettings,
  {
    database,
    seals,
    key,
    tenants,
    log,
  }: {
    readonly database: Database
    readonly seals: Seals
    readonly key: InstallationKey
    readonly tenants: () => Promise<readonly string[]> | readonly string[]
    readonly log: CheckpointLog
  },
): Promise<OpenedDecisionLog> {
  if (settings.mode === 'off') {
    log.warn({ decisionLog: 'off' }, 'answers are not recorded (DECISION_LOG=off), and each of them says so')
    return {
      log: noDecisionLog,
      lag: () => ({
        waitingBytes: 0,
        mostWaitingBytes: undefined,
        oldestWaiting: undefined,
        waitingRows: 0,
        refusedRows: 0,
      }),
      isWritable: () => true,
      close: async () => {},
    }
  }
  // The data key of a tenant that has none yet, and whether ours opens those that are there, before anybody asks.
  for (const tenantId of await tenants()) await seals.of(tenantId)
  const months = await keepMonthsAhead(database)
  const checkpoints = new Checkpoints({ database, key, tenants, log })
  const onStored = checkpoints.stored.bind(checkpoints)
  const refused = createRefusedRows({ database, key, log })
  const spool = settings.mode === 'spool' ? await Spool.open(settings.spool) : undefined
  const shipping =
    spool === undefined ? undefined : startShipping({ database, spool, refused, onStored, log })
  const writer = new LogWriter(spool ?? databaseSink(database, refused, onStored))
  await checkpoints.signAbandoned(0).catch(async (error: unknown) => {
    // Whoever tries again finds the spool free.
    months.stop()
    await shipping?.stop()
    await spool?.close()
    throw error
  })
  return {
    log: createDecisionLog(seals, writer),
    lag: () => ({
      waitingBytes: spool?.waitingBytes ?? 0,
      mostWaitingBytes: spool === undefined ? undefined : settings.spool.maxBytes,
      oldestWaiting: spool?.oldestWaiting,
      waitingRows: writer.waitingRows,
      refusedRows: refused.count,
    }),
    isWritable: () => writer.isWritable,
    async close() {
      months.stop()
      await writer.close()
      await shipping?.stop()
      const allStored = spool === undefined || spool.waitingBytes === 0
      await spool?.close()
      await checkpoints.close(allStored ? writer.writerId : undefined)
    },
  }
}
