import type { Database } from '../store/database.js'
import { insertLogRows, lastLogRow } from '../store/decision-log.js'
import { chainStart, type ChainHead, type LogRecord } from './record.js'
import type { LogSink } from './writer.js'

/** Rows go straight to the store: an answer waits until its batch is committed. */
export function databaseSink (database: Database, writerId: string, onStored: (records: readonly LogRecord[]) => void): LogSink {
  return {
    async write (records) {
      await insertLogRows(database, records)
      onStored(records)
    },
    async heads (tenantIds) {
      const heads = new Map<string, ChainHead>()
      for (const tenantId of tenantIds) heads.set(tenantId, await lastLogRow(database, tenantId, writerId) ?? chainStart)
      return heads
    }
  }
}
