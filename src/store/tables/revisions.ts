import { createHash } from 'node:crypto'
import type { Database, Queryable } from '../database/connection.js'
import { publicTenant } from './tenants.js'

/**
 * Notified in each transaction that publishes policy. The notification has no content; the change
 * is read from the store.
 */
export const policyChannel = 'precert_policy'

/** Notifies the listeners when the transaction `tx` is committed. */
export async function notifyOfPolicy(tx: Queryable): Promise<void> {
  await tx.query("SELECT pg_notify($1, '')", [policyChannel])
}

/**
 * The newest policy revision of a tenant's view: the greater of its own and the public one. 0
 * before anything was published.
 */
export async function currentRevision(db: Database, tenantId: string): Promise<number> {
  return await db.transaction(async (tx) => await newestOf(tx, tenantId), { tenantId })
}

/**
 * The newest revision of a tenant's view at an instant (ISO 8601 with a zone); 0 before the first.
 */
export async function revisionAt(db: Database, tenantId: string, instant: string): Promise<number> {
  return await db.transaction(
    async (tx) => await newestOf(tx, tenantId, 'created_at <= $3::timestamptz', instant),
    { tenantId },
  )
}

/**
 * The newest revision of a tenant's view not above `limit`, read in a transaction of that tenant.
 */
export async function newestRevision(tx: Queryable, tenantId: string, limit?: number): Promise<number> {
  return limit === undefined
    ? await newestOf(tx, tenantId)
    : await newestOf(tx, tenantId, 'revision <= $3::int8', limit)
}

async function newestOf(
  tx: Queryable,
  tenantId: string,
  condition = 'true',
  ...parameters: (string | number)[]
): Promise<number> {
  const [row] = await tx.query<{ revision: number }>(
    `SELECT coalesce(max(revision), 0) AS revision FROM policy_revision WHERE tenant_id IN ($1, $2) AND ${condition}`,
    [tenantId, publicTenant, ...parameters],
  )
  return row?.revision ?? 0
}

// The store is polled every two seconds, so a poll that is lost in the network must not delay the
// next ones.
const LOOK_MS = 1_500

/**
 * The newest revision that each tenant published itself, the public one among them; 0 for tenants
 * without one.
 */
export async function newestByTenant(db: Database): Promise<ReadonlyMap<string, number>> {
  const rows = await db.transaction(
    async (tx) =>
      await tx.query<{ tenantId: string; revision: number }>(
        `SELECT t.tenant_id AS "tenantId", coalesce(max(r.revision), 0) AS revision
       FROM tenant AS t LEFT JOIN policy_revision AS r ON r.tenant_id = t.tenant_id GROUP BY t.tenant_id ORDER BY t.tenant_id`,
      ),
    { role: 'access', timeoutMs: LOOK_MS },
  )
  return new Map(rows.map(({ tenantId, revision }) => [tenantId, revision]))
}

/**
 * SHA-256 (hex) over the tenant's own content in force at a revision, of all packs. If it differs
 * from the `content_hash` recorded with the revision, the stored content was tampered with.
 */
export async function hashOfRevision(db: Database, tenantId: string, revision: number): Promise<string> {
  return await db.transaction(async (tx) => await hashAt(tx, tenantId, revision), { tenantId })
}

/**
 * Calculates the hash of a revision inside a transaction of the tenant. The revision may be the one
 * that the transaction makes.
 */
export async function hashAt(db: Queryable, tenantId: string, revision: number): Promise<string> {
  // The hashes of tables and editions cover the rows of code tables, unit limits, pairs and NDC
  // codes.
  const lines = await db.query<{ line: string }>(
    `
    SELECT line FROM (
      SELECT tenant_id, revisions, 'payer ' || payer_id || ' ' || content_hash AS line FROM payer
      UNION ALL SELECT tenant_id, revisions, 'plan ' || plan_id || ' ' || content_hash FROM plan
      UNION ALL SELECT tenant_id, revisions, 'policy-set ' || policy_set_id || ' ' || content_hash FROM policy_set
      UNION ALL SELECT tenant_id, revisions, 'policy ' || policy_id || ' ' || content_hash FROM policy
      UNION ALL SELECT tenant_id, revisions, 'version ' || policy_id || ' ' || version_id || ' ' || content_hash || ' ' || effective::text FROM policy_version_in_effect
      UNION ALL SELECT tenant_id, revisions, 'code-set ' || code_set_id || ' ' || content_hash || ' ' || title FROM code_set_name
      UNION ALL SELECT tenant_id, revisions, 'code-table ' || system || ' ' || content_hash FROM code_table
      UNION ALL SELECT tenant_id, revisions, 'unit-limits ' || policy_set_id || ' ' || setting || ' ' || edition || ' ' || content_hash FROM unit_limit_edition
      UNION ALL SELECT tenant_id, revisions, 'procedure-pairs ' || policy_set_id || ' ' || setting || ' ' || content_hash FROM procedure_pair_edition
      UNION ALL SELECT tenant_id, revisions, 'ndc-codes ' || policy_set_id || ' ' || edition || ' ' || effective::text || ' ' || content_hash FROM ndc_edition
    ) AS content
    WHERE tenant_id = $1 AND revisions @> $2::int8
    ORDER BY line COLLATE "C"`,
    [tenantId, revision],
  )
  return createHash('sha256')
    .update(lines.map((row) => row.line).join('\n'))
    .digest('hex')
}

/**
 * The recorded hash of a revision that the tenant itself published; undefined where there is none
 * of that number.
 */
export async function recordedHash(
  tx: Queryable,
  tenantId: string,
  revision: number,
): Promise<string | undefined> {
  const [row] = await tx.query<{ hash: string }>(
    'SELECT content_hash AS hash FROM policy_revision WHERE tenant_id = $1 AND revision = $2::int8',
    [tenantId, revision],
  )
  return row?.hash
}
