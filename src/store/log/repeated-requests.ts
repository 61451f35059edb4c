import type { Database } from '../database/connection.js'

/**
 * One attempt to answer a request. `keyMark` identifies the key and its owner, `requestMark` the
 * request, `holder` this attempt.
 */
export interface Attempt {
  readonly tenantId: string
  readonly keyMark: string
  readonly requestMark: string
  readonly holder: string
}

/** The state of a key: leased by this attempt, or the outcome of the attempt before. */
export type Known =
  | { readonly state: 'leased' }
  | { readonly state: 'running'; readonly runningSeconds: number; readonly leaseSeconds: number }
  | { readonly state: 'answered'; readonly sealed: Buffer }
  | { readonly state: 'asked-otherwise' }

/** How long a lease lasts, and how long an answer is stored. */
export interface LeaseTimes {
  readonly leaseSeconds: number
  readonly storedSeconds: number
}

interface Row {
  readonly isSame: boolean
  readonly answer: string | null
  readonly runningSeconds: number
  readonly leaseSeconds: number
}

/**
 * Takes the lease of a key if it is free: never used, expired, or leased for the same request by an
 * attempt whose lease has run out. All times are those of the database, so the clocks of processes
 * do not matter. Of concurrent attempts exactly one gets the lease.
 */
export async function leaseKey(
  db: Database,
  { tenantId, keyMark, requestMark, holder }: Attempt,
  { leaseSeconds, storedSeconds }: LeaseTimes,
): Promise<Known> {
  return await db.transaction(
    async (tx) => {
      const leased = await tx.query(
        `
      INSERT INTO repeated_request AS known (tenant_id, key_mark, request_mark, holder, begun_at, leased_until, expires_at)
      VALUES ($1, $2, $3, $4, now(), now() + make_interval(secs => $5), now() + make_interval(secs => $6))
      ON CONFLICT (tenant_id, key_mark) DO UPDATE SET request_mark = excluded.request_mark, holder = excluded.holder, begun_at = excluded.begun_at,
        leased_until = excluded.leased_until, expires_at = excluded.expires_at, answer = NULL
      WHERE known.expires_at <= now() OR (known.answer IS NULL AND known.leased_until <= now() AND known.request_mark = excluded.request_mark)
      RETURNING key_mark`,
        [tenantId, keyMark, requestMark, holder, leaseSeconds, storedSeconds],
      )
      if (leased.length > 0) return { state: 'leased' }
      const [row] = await tx.query<Row>(
        `
      SELECT request_mark = $3 AS "isSame", CASE WHEN request_mark = $3 THEN encode(answer, 'base64') END AS answer,
        extract(epoch FROM now() - begun_at)::float8 AS "runningSeconds", extract(epoch FROM leased_until - now())::float8 AS "leaseSeconds"
      FROM repeated_request WHERE tenant_id = $1 AND key_mark = $2`,
        [tenantId, keyMark, requestMark],
      )
      return knownFrom(row)
    },
    { tenantId },
  )
}

function knownFrom(row: Row | undefined): Known {
  // Released between the two statements: free for the next attempt.
  if (row === undefined) return { state: 'running', runningSeconds: 0, leaseSeconds: 0 }
  const { isSame, answer, runningSeconds, leaseSeconds } = row
  if (!isSame) return { state: 'asked-otherwise' }
  return answer === null
    ? { state: 'running', runningSeconds, leaseSeconds }
    : { state: 'answered', sealed: Buffer.from(answer, 'base64') }
}

/**
 * Stores the answer of the attempt that has the lease. False when it has lost the lease; then
 * nothing is stored.
 */
export async function storeAnswer(
  db: Database,
  { tenantId, keyMark, holder }: Attempt,
  sealed: Buffer,
): Promise<boolean> {
  return await db.transaction(
    async (tx) =>
      (
        await tx.query(
          `
    UPDATE repeated_request SET answer = decode($4, 'base64')
    WHERE tenant_id = $1 AND key_mark = $2 AND holder = $3 AND answer IS NULL RETURNING key_mark`,
          [tenantId, keyMark, holder, sealed.toString('base64')],
        )
      ).length > 0,
    { tenantId },
  )
}

/** Releases a lease of this attempt that has no answer; otherwise does nothing. */
export async function releaseKey(db: Database, { tenantId, keyMark, holder }: Attempt): Promise<void> {
  await db.transaction(
    async (tx) =>
      await tx.query(
        'DELETE FROM repeated_request WHERE tenant_id = $1 AND key_mark = $2 AND holder = $3 AND answer IS NULL',
        [tenantId, keyMark, holder],
      ),
    { tenantId },
  )
}

/**
 * Removes up to `most` expired rows of a tenant and skips rows that another attempt is taking over.
 * Returns their number.
 */
export async function removeExpired(db: Database, tenantId: string, most: number): Promise<number> {
  // MATERIALIZED, because a plain subquery could run more than once, and each run would skip the
  // rows that the one before locked.
  return await db.transaction(
    async (tx) =>
      (
        await tx.query(
          `
    WITH gone AS MATERIALIZED (
      SELECT key_mark FROM repeated_request WHERE tenant_id = $1 AND expires_at <= now() ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED)
    DELETE FROM repeated_request AS known USING gone WHERE known.tenant_id = $1 AND known.key_mark = gone.key_mark
    RETURNING known.key_mark`,
          [tenantId, most],
        )
      ).length,
    { tenantId },
  )
}
