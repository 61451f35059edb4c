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
  /**
   * The rows that are not in the store yet: bytes in the spool and their limit, the time of its
   * oldest row (milliseconds since 1970), and rows in memory.
   */
  readonly lag: () => {
    readonly waitingBytes: number
    readonly mostWaitingBytes: number | undefined
    readonly oldestWaiting: number | undefined
    readonly waitingRows: number
    /** Rows that the store refused for good since the process started. */
    readonly refusedRows: number
  }
  /** False after ten seconds without a written row; then no check can be answered. */
  readonly isWritable: () => boolean
  /** Writes, ships and signs the waiting rows. */
  readonly close: () => Promise<void>
}

/**
 * Opens the log in the configured mode. First it ships the rows that ended processes left in the
 * spool. Rejects when the store cannot take rows, or another process uses the spool.
 */
// oxlint-disable-next-line max-lines-per-function -- opens the parts of the log, in order
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
  // Make the data key of a tenant that has none, and check that ours opens the others, before the
  // first request.
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
    // Release the spool for a second try.
    months.stop()
    await shipping?.stop()
    await spool?.close()
    throw error
  })
  return {
    log: createDecisionLog(seals, writer, async (tenantId, determinationId) =>
      spool?.find(tenantId, determinationId),
    ),
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
