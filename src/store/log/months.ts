import type { Database, Queryable } from '../database/connection.js'
import { insertRetirement, type StoredRetirement } from './checkpoints.js'

/** A month of the log, `YYYY-MM`. */
export type LogMonth = string

const STATEMENT_MS = 10 * 60_000

/** The months that the log has, oldest first. */
export async function logMonths(db: Queryable): Promise<LogMonth[]> {
  const rows = await db.query<{ name: string }>(
    "SELECT c.relname AS name FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid WHERE i.inhparent = 'decision_log'::regclass ORDER BY c.relname",
  )
  return rows.flatMap(({ name }) => /^decision_log_(\d{4})_(\d{2})$/.exec(name)?.slice(1).join('-') ?? [])
}

/**
 * The last row of each chain of a tenant before an instant, in the log or among the refused rows.
 */
export async function lastRowsBefore(
  db: Database,
  tenantId: string,
  instant: string,
): Promise<Array<{ writerId: string; seq: number; hash: string }>> {
  return await db.transaction(
    async (tx) =>
      await tx.query<{ writerId: string; seq: number; hash: string }>(
        `SELECT DISTINCT ON (writer_id) writer_id AS "writerId", seq, hash
           FROM (SELECT writer_id, seq, hash FROM decision_log WHERE tenant_id = $1 AND at < $2::timestamptz
                 UNION ALL SELECT writer_id, seq, hash FROM log_refused_row WHERE tenant_id = $1 AND at < $2::timestamptz AND answered) AS past
          ORDER BY writer_id, seq DESC`,
        [tenantId, instant],
      ),
    { tenantId, timeoutMs: STATEMENT_MS },
  )
}

/**
 * Removes months of the log for good and records where the chains begin afterwards, in one
 * transaction. Needs the owner of the tables.
 */
export async function removeLogMonths(
  db: Database,
  months: readonly LogMonth[],
  retirements: readonly StoredRetirement[],
): Promise<void> {
  await db.transaction(
    async (tx) => {
      for (const retirement of retirements) {
        await tx.query("SELECT set_config('app.tenant', $1, true)", [retirement.tenantId])
        await insertRetirement(tx, retirement)
      }
      for (const month of months) {
        if (!/^\d{4}-\d{2}$/.test(month)) throw new RangeError(`${month} is not a month`)
        await tx.script(`DROP TABLE decision_log_${month.replace('-', '_')}`)
        await removeRefusedRows(tx, month)
      }
    },
    { timeoutMs: STATEMENT_MS, role: 'owner' },
  )
}

/**
 * Refused rows are removed with their month. The triggers of the table are disabled inside the
 * transaction only.
 */
async function removeRefusedRows(tx: Queryable, month: LogMonth): Promise<void> {
  await tx.script(
    'ALTER TABLE log_refused_row DISABLE TRIGGER USER; ALTER TABLE log_refused_row NO FORCE ROW LEVEL SECURITY',
  )
  await tx.query(
    "DELETE FROM log_refused_row WHERE at >= $1::timestamptz AND at < $1::timestamptz + interval '1 month'",
    [`${month}-01T00:00:00Z`],
  )
  await tx.script(
    'ALTER TABLE log_refused_row ENABLE TRIGGER USER; ALTER TABLE log_refused_row FORCE ROW LEVEL SECURITY',
  )
}
