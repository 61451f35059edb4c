import type { Database, Queryable } from '../database/connection.js'

/** A signed head of a chain. `closing`: the writer has ended the chain there. */
export interface StoredCheckpoint {
  readonly tenantId: string
  readonly writerId: string
  readonly seq: number
  readonly hash: string
  readonly at: string
  readonly closing: boolean
  readonly signer: string
  readonly signature: string
}
/** The signed last row of the removed part of a chain. */
export type StoredRetirement = Omit<StoredCheckpoint, 'closing'>

const STATEMENT_MS = 10_000
const columns = 'tenant_id AS "tenantId", writer_id AS "writerId", seq, hash, at, signer, signature'

/** Stores a checkpoint. */
export async function insertCheckpoint(
  db: Database,
  { tenantId, writerId, seq, hash, at, closing, signer, signature }: StoredCheckpoint,
): Promise<void> {
  await db.transaction(
    async (tx) => {
      await tx.query(
        'INSERT INTO log_checkpoint (tenant_id, writer_id, seq, hash, at, closing, signer, signature) VALUES ($1, $2, $3, $4, $5::timestamptz, $6, $7, $8)',
        [tenantId, writerId, seq, hash, at, closing, signer, signature],
      )
    },
    { tenantId, timeoutMs: STATEMENT_MS },
  )
}

/** Checkpoints of a tenant by writer, in order of their rows. */
export async function readCheckpoints(db: Database, tenantId: string): Promise<StoredCheckpoint[]> {
  return await db.transaction(
    async (tx) =>
      await tx.query<StoredCheckpoint>(
        `SELECT ${columns}, closing FROM log_checkpoint WHERE tenant_id = $1 ORDER BY writer_id, seq, at`,
        [tenantId],
      ),
    { tenantId, timeoutMs: STATEMENT_MS },
  )
}

/** The ends of removed months of a tenant, by writer. */
export async function readRetirements(db: Database, tenantId: string): Promise<StoredRetirement[]> {
  return await db.transaction(
    async (tx) =>
      await tx.query<StoredRetirement>(
        `SELECT ${columns} FROM log_retirement WHERE tenant_id = $1 ORDER BY writer_id, seq`,
        [tenantId],
      ),
    { tenantId, timeoutMs: STATEMENT_MS },
  )
}

/**
 * Last rows of chains that have no checkpoint and were written before an instant, because their
 * writers may have stopped. Searches the months from that of `since` on. Uses the key of the table,
 * so the time depends on the number of chains, not of rows.
 */
export async function unsignedHeads(
  db: Database,
  tenantId: string,
  before: string,
  since: string,
): Promise<Array<{ writerId: string; seq: number; hash: string }>> {
  return await db.transaction(
    async (tx) =>
      await tx.query<{ writerId: string; seq: number; hash: string }>(
        `WITH RECURSIVE writer AS (
       (SELECT writer_id FROM decision_log WHERE tenant_id = $1 AND at >= $3::timestamptz ORDER BY writer_id LIMIT 1)
       UNION ALL
       SELECT (SELECT d.writer_id FROM decision_log AS d WHERE d.tenant_id = $1 AND d.at >= $3::timestamptz AND d.writer_id > w.writer_id ORDER BY d.writer_id LIMIT 1)
         FROM writer AS w WHERE w.writer_id IS NOT NULL)
     SELECT w.writer_id AS "writerId", head.seq, head.hash
       FROM writer AS w
      CROSS JOIN LATERAL (SELECT seq, hash, at FROM decision_log AS d WHERE d.tenant_id = $1 AND d.at >= $3::timestamptz AND d.writer_id = w.writer_id ORDER BY seq DESC LIMIT 1) AS head
      WHERE head.at < $2::timestamptz
        AND NOT EXISTS (SELECT FROM log_checkpoint AS c WHERE c.tenant_id = $1 AND c.writer_id = w.writer_id AND c.seq >= head.seq)`,
        [tenantId, before, monthOf(since)],
      ),
    { tenantId, timeoutMs: STATEMENT_MS },
  )
}

// A month is a partition, so removing whole months reads no row.
const monthOf = (instant: string): string => `${instant.slice(0, 7)}-01T00:00:00Z`

/**
 * Stores the last row of the months to be removed from a chain, in the transaction that removes
 * them.
 */
export async function insertRetirement(
  tx: Queryable,
  { tenantId, writerId, seq, hash, at, signer, signature }: StoredRetirement,
): Promise<void> {
  await tx.query(
    'INSERT INTO log_retirement (tenant_id, writer_id, seq, hash, at, signer, signature) VALUES ($1, $2, $3, $4, $5::timestamptz, $6, $7)',
    [tenantId, writerId, seq, hash, at, signer, signature],
  )
}
