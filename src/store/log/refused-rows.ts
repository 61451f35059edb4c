import type { Database } from '../database/connection.js'

/**
 * A row of the log that the database refused for good, stored apart. `record` is the row as JSON.
 */
export interface StoredRefusedRow {
  readonly tenantId: string
  readonly writerId: string
  readonly seq: number
  readonly at: string
  /** Whether its answer was given. If so, the row has its place in its chain. */
  readonly answered: boolean
  readonly sqlState: string
  readonly record: string
  readonly previousHash: string
  readonly hash: string
  readonly signer: string
  readonly signature: string
}

const STATEMENT_MS = 2_000
const READ_MS = 60_000

/** Stores a refused row; one that exists already stays as it is. */
export async function insertRefusedRow(db: Database, row: StoredRefusedRow): Promise<void> {
  await db.transaction(
    async (tx) => {
      await tx.query(
        `INSERT INTO log_refused_row (tenant_id, writer_id, seq, at, answered, sql_state, record, previous_hash, hash, signer, signature)
         VALUES ($1, $2, $3, $4::timestamptz, $5, $6, decode($7, 'base64'), $8, $9, $10, $11) ON CONFLICT DO NOTHING`,
        [
          row.tenantId,
          row.writerId,
          row.seq,
          row.at,
          row.answered,
          row.sqlState,
          Buffer.from(row.record).toString('base64'),
          row.previousHash,
          row.hash,
          row.signer,
          row.signature,
        ],
      )
    },
    { tenantId: row.tenantId, timeoutMs: STATEMENT_MS },
  )
}

/** The refused rows of a tenant, by writer and in order of their numbers. */
export async function readRefusedRows(db: Database, tenantId: string): Promise<StoredRefusedRow[]> {
  const rows = await db.transaction(
    async (tx) =>
      await tx.query<StoredRefusedRow>(
        `SELECT tenant_id AS "tenantId", writer_id AS "writerId", seq, at, answered, sql_state AS "sqlState", encode(record, 'base64') AS record,
           previous_hash AS "previousHash", hash, signer, signature
         FROM log_refused_row WHERE tenant_id = $1 ORDER BY writer_id, seq, hash`,
        [tenantId],
      ),
    { tenantId, timeoutMs: READ_MS },
  )
  return rows.map((row) => ({ ...row, record: Buffer.from(row.record, 'base64').toString('utf8') }))
}
