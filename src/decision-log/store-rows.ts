import type { Database } from '../store/database/database.js'
import { ensureLogMonths, insertLogRows } from '../store/log/decision-log.js'
import type { LogRecord } from './record.js'

const noSuchMonth = '23514' // check_violation: no partition of the table takes the row

/**
 * Stores rows in one transaction, and first makes a missing month: a spool may be older than the
 * partitions, and a clock may jump. With `again`, rows that are already stored stay as they are.
 */
export async function storeRows(
  database: Database,
  records: readonly LogRecord[],
  options: { readonly again?: boolean } = {},
): Promise<void> {
  try {
    await insertLogRows(database, records, options)
  } catch (error) {
    if ((error as { code?: string }).code !== noSuchMonth) throw error
    await ensureLogMonths(database, [...new Set(records.map(({ at }) => `${at.slice(0, 7)}-01`))])
    await insertLogRows(database, records, options)
  }
}
