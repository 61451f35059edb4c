import { createHash } from 'node:crypto'
import type { Queryable } from './connection.js'

/** The newest policy revision of a tenant; 0 before anything was published. */
export async function currentRevision (db: Queryable, tenantId: string): Promise<number> {
  const [row] = await db.query<{ revision: number }>(
    'SELECT coalesce(max(revision), 0) AS revision FROM policy_revision WHERE tenant_id = $1', [tenantId])
  return row?.revision ?? 0
}

/** The revision that was the newest at an instant (ISO 8601 with a zone); 0 before the first. */
export async function revisionAt (db: Queryable, tenantId: string, instant: string): Promise<number> {
  const [row] = await db.query<{ revision: number }>(
    'SELECT coalesce(max(revision), 0) AS revision FROM policy_revision WHERE tenant_id = $1 AND created_at <= $2::timestamptz', [tenantId, instant])
  return row?.revision ?? 0
}

/**
 * SHA-256 (hex) over everything in force at a revision, whatever pack owns it. It equals the `content_hash` recorded with the
 * revision, or the stored content was tampered with.
 */
export async function hashOfRevision (db: Queryable, tenantId: string, revision: number): Promise<string> {
  // The rows of code tables, unit limits, pairs and NDC codes are covered by the hash of their table and edition.
  const lines = await db.query<{ line: string }>(`
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
    ORDER BY line COLLATE "C"`, [tenantId, revision])
  return createHash('sha256').update(lines.map(row => row.line).join('\n')).digest('hex')
}
