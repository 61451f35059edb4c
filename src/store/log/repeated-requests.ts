import type { Database } from '../database/connection.js'

/**
 * One attempt to answer a request: `keyMark` tells whose key it is, `requestMark` what was asked,
 * `holder` who asks the store.
 */
export interface Attempt {
  readonly tenantId: string
  readonly keyMark: string
  readonly requestMark: string
  readonly holder: string
}

/**
 * What the store knows of a key: nothing, so that it is held by this attempt now; or what came of
 * the one before.
 */
export type Known =
  | { readonly state: 'leased' }
  | { readonly state: 'running'; readonly runningSeconds: number; readonly leaseSeconds: number }
  | { readonly state: 'answered'; readonly sealed: Buffer }
  | { readonly state: 'asked-otherwise' }

/** How long a holder is waited for, and how long an answer is kept. */
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
 * Holds a key for this attempt, if it is free: never used, expired, or held for the same request by
 * somebody whose lease has ended. All times are those of the database, so that clocks of processes
 * do not matter. Of attempts at the same moment exactly one holds it.
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
  // Let go of between the two statements: free for whoever comes next.
  if (row === undefined) return { state: 'running', runningSeconds: 0, leaseSeconds: 0 }
  const { isSame, answer, runningSeconds, leaseSeconds } = row
  if (!isSame) return { state: 'asked-otherwise' }
  return answer === null
    ? { state: 'running', runningSeconds, leaseSeconds }
    : { state: 'answered', sealed: Buffer.from(answer, 'base64') }
}

/**
 * Keeps the answer of the attempt that holds a key; false when it holds it no longer, and then
 * nothing is kept.
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

/** Lets go of a key that this attempt holds without an answer; else does nothing. */
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
 * Removes up to `most` expired rows of a tenant, passing by those that somebody is taking over;
 * answers how many.
 */
export async function removeExpired(db: Database, tenantId: string, most: number): Promise<number> {
  // Materialized: as a mere subquery it could be run more than once, each time past the rows that
  // it has just locked.
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
