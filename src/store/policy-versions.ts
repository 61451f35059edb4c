import type { Policy, PolicyVersion } from '../decision/policy.js'
import { contentHash } from './content-hash.js'
import { dateRange, period, type ContentTable } from './content-table.js'
import type { Queryable } from './connection.js'
import { loadDocuments } from './documents.js'

type VersionContent = Pick<PolicyVersion, 'source' | 'rules'>

// Identifiers hold no blank, so a blank joins two of them without doubt.
const KEY = "policy_id || ' ' || version_id"

export const policyVersionTable: ContentTable = {
  family: 'policyVersions',
  rows: ({ packId, content }) => content.policies.flatMap(({ policyId, versions }) => versions.map(version => {
    const { versionId, from, to, ...said } = version
    const hash = contentHash(said)
    return {
      key: `${policyId} ${versionId}`,
      packId,
      signature: `${hash} ${dateRange(from, to)}`,
      columns: { policyId, versionId, packId, from, to, hash, content: said }
    }
  })),
  held: `SELECT ${KEY} AS key, pack_id AS "packId", content_hash || ' ' || effective::text AS signature FROM policy_version_in_effect
          WHERE tenant_id = $1 AND upper_inf(revisions) AND (pack_id = ANY($2) OR ${KEY} = ANY($3))`,
  // A policy is taken with all of its versions.
  clashing: `SELECT ${KEY} AS key, pack_id AS "packId", content_hash || ' ' || effective::text AS signature
               FROM policy_version_in_effect
              WHERE tenant_id = $1 AND upper_inf(revisions) AND pack_id <> ALL($2)
                AND policy_id IN (SELECT "policyId" FROM jsonb_to_recordset($3::jsonb) AS r("policyId" text))`,
  end: `UPDATE policy_version_in_effect SET revisions = int8range(lower(revisions), $2::int8)
         WHERE tenant_id = $1 AND upper_inf(revisions) AND ${KEY} IN (SELECT jsonb_array_elements_text($3::jsonb))`,
  // A reading that comes back, as after a correction of a correction, finds its content already there.
  insert: `WITH r AS (
             SELECT * FROM jsonb_to_recordset($3::jsonb)
               AS r("policyId" text, "versionId" text, "packId" text, "from" date, "to" date, hash text, content jsonb)
           ), said AS (
             INSERT INTO policy_version (tenant_id, policy_id, version_id, content_hash, content)
             SELECT $1, "policyId", "versionId", hash, content FROM r ON CONFLICT DO NOTHING
           )
           INSERT INTO policy_version_in_effect (tenant_id, policy_id, version_id, content_hash, pack_id, effective, revisions)
           SELECT $1, "policyId", "versionId", hash, "packId", daterange("from", "to"), int8range($2::int8, NULL) FROM r`
}

/** Policies in force at `revision` by id, each with its versions by date. */
export async function loadPolicies (tx: Queryable, tenantId: string, revision: number): Promise<Policy[]> {
  const policies = await loadDocuments<Omit<Policy, 'versions'>>(tx, 'policies', tenantId, revision)
  const rows = await tx.query<{ policyId: string, versionId: string, from: string, to: string | null, content: VersionContent }>(
    `SELECT e.policy_id AS "policyId", e.version_id AS "versionId", lower(e.effective) AS "from", upper(e.effective) AS "to", v.content
       FROM policy_version_in_effect AS e JOIN policy_version AS v USING (tenant_id, policy_id, version_id, content_hash)
      WHERE e.tenant_id = $1 AND e.revisions @> $2::int8
      ORDER BY e.policy_id, lower(e.effective)`, [tenantId, revision])
  const versions = new Map<string, PolicyVersion[]>()
  for (const { policyId, versionId, content, ...dates } of rows) {
    const version = { versionId, ...period(dates), ...content }
    const list = versions.get(policyId)
    if (list === undefined) versions.set(policyId, [version])
    else list.push(version)
  }
  return policies.map(policy => ({ ...policy, versions: versions.get(policy.policyId) ?? [] }))
}
