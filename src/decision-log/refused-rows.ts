import type { InstallationKey } from '../sealing/installation-key.js'
import type { Database } from '../store/database/database.js'
import { insertRefusedRow } from '../store/log/refused-rows.js'
import type { LogRecord } from './record.js'
import { signRefusedRow } from './signature.js'

/** The methods of a log that this file uses. */
export interface RefusedRowLog {
  readonly warn: (fields: object, message: string) => void
}

/** Rows that the database refuses for good. */
export interface RefusedRows {
  /** Their number since this process started. */
  readonly count: number
  /**
   * Sets a refused row aside, signed, and logs its determination and the SQLSTATE, never its
   * content. `answered`: its answer was already given, so the row keeps its number in the chain;
   * then this rejects when it cannot be set aside.
   */
  readonly setAside: (record: LogRecord, sqlState: string, answered: boolean) => Promise<void>
}

export function createRefusedRows({
  database,
  key,
  log,
}: {
  readonly database: Database
  readonly key: InstallationKey
  readonly log: RefusedRowLog
}): RefusedRows {
  let count = 0
  return {
    get count() {
      return count
    },
    async setAside(record, sqlState, answered) {
      const { tenantId, writerId, seq, at, previousHash, hash, determinationId, action } = record
      const unsigned = { tenantId, writerId, seq, at, answered, sqlState, previousHash, hash }
      const row = signRefusedRow({ ...unsigned, record: JSON.stringify(record) }, key)
      const failure = await insertRefusedRow(database, row).then(
        () => undefined,
        (error: unknown) => ({ error }),
      )
      if (failure !== undefined && answered) throw failure.error
      count++
      log.warn(
        { determinationId, action, sqlState, answered },
        failure === undefined
          ? 'the database refuses a row of the decision log for good; it is set aside in the table log_refused_row'
          : 'the database refuses a row of the decision log for good, and it could not be set aside; its answer was not given',
      )
    },
  }
}
