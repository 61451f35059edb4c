import type { Database } from '../store/database.js'
import { insertLogRows } from '../store/decision-log.js'
import type { LogRecord } from './record.js'
import type { LogSink } from './writer.js'

/** Rows go straight to the store: an answer waits until its batch is committed. */
export function databaseSink(database: Database, onStored: (records: readonly LogRecord[]) => void): LogSink {
  return {
    async write(records) {
      await insertLogRows(database, records)
      onStored(records)
    },
  }
}
