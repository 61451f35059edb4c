import type { Database } from '../store/database/database.js'
import { refusalOf } from '../store/database/store-error.js'
import type { LogRecord } from './record.js'
import type { RefusedRows } from './refused-rows.js'
import { storeRows } from './store-rows.js'
import type { LogSink } from './writer.js'

/** Rows go straight to the store: an answer waits until its batch is committed. */
export function databaseSink(
  database: Database,
  refused: Pick<RefusedRows, 'setAside'>,
  onStored: (records: readonly LogRecord[]) => void,
): LogSink {
  return {
    async write(records) {
      await storeRows(database, records)
      onStored(records)
    },
    refusalOf,
    async setAside(record, sqlState) {
      await refused.setAside(record, sqlState, false)
    },
  }
}
