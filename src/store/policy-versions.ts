import type { Policy, PolicyVersion } from '../decision/policy.js'
import { contentHash } from './content-hash.js'
import { dateRange, period, type ContentTable } from './content-table.js'
import type { Queryable } from './connection.js'
import { loadHashedDocuments } from './documents.js'
import { LoadedParts, takeAll, type Loading } from './loading.js'

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
export async function loadPolicies (tx: Queryable, tenantId: string, revision: number, loading: Loading): Promise<Policy[]> {
  const { parts = new LoadedParts() } = loading
  const documents = await loadHashedDocuments<Omit<Policy, 'versions'>>(tx, 'policies', tenantId, revision, loading)
  const inEffect = await tx.query<VersionInEffect>(
    `SELECT policy_id AS "policyId", version_id AS "versionId", lower(effective) AS "from", upper(effective) AS "to", content_hash AS hash
       FROM policy_version_in_effect WHERE tenant_id = $1 AND revisions @> $2::int8
      ORDER BY policy_id, lower(effective)`, [tenantId, revision])
  const contents = await takeAll(parts, inEffect.map(contentKey), async keys => await loadContents(tx, tenantId, keys))
  const byPolicy = new Map<string, VersionInEffect[]>()
  for (const version of inEffect) {
    const list = byPolicy.get(version.policyId)
    if (list === undefined) byPolicy.set(version.policyId, [version])
    else list.push(version)
  }
  const policies: Policy[] = []
  for (const [hash, document] of documents) {
    const versions = byPolicy.get(document.policyId) ?? []
    const key = ['policy', hash, ...versions.map(version => `${contentKey(version)} ${version.from} ${version.to}`)].join(' ')
    policies.push(await parts.take(key, () => ({ ...document, versions: versions.flatMap(version => assemble(version, contents.get(contentKey(version)))) })))
  }
  return policies
}

interface VersionInEffect { readonly policyId: string, readonly versionId: string, readonly from: string, readonly to: string | null, readonly hash: string }

function contentKey ({ policyId, versionId, hash }: Pick<VersionInEffect, 'policyId' | 'versionId' | 'hash'>): string {
  return `version ${policyId} ${versionId} ${hash}`
}

function assemble ({ versionId, from, to }: VersionInEffect, content: VersionContent | undefined): PolicyVersion[] {
  return content === undefined ? [] : [{ versionId, ...period({ from, to }), ...content }]
}

async function loadContents (tx: Queryable, tenantId: string, keys: readonly string[]): Promise<Map<string, VersionContent>> {
  const rows = await tx.query<{ key: string, content: VersionContent }>(
    `SELECT r.key, v.content
       FROM (SELECT key, string_to_array(key, ' ') AS part FROM unnest($2::text[]) AS key) AS r
       JOIN policy_version AS v ON v.tenant_id = $1 AND v.policy_id = part[2] AND v.version_id = part[3] AND v.content_hash = part[4]`, [tenantId, keys])
  return new Map(rows.map(({ key, content }) => [key, content]))
}
