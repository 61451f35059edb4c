import { readableRules } from '../../decision/conditions/nesting.js'
import type { Policy, PolicyVersion } from '../../decision/shapes/policy.js'
import { contentHash } from './content-hash.js'
import { dateRange, period, type ContentTable } from './content-table.js'
import type { Queryable } from '../database/connection.js'
import { streamPolicies, type StoredPolicy } from './policy-stream.js'

// Identifiers hold no blank, so a blank joins two of them unambiguously.
const KEY = "policy_id || ' ' || version_id"

export const policyVersionTable: ContentTable = {
  family: 'policyVersions',
  rows: ({ packId, content }) =>
    content.policies.flatMap(({ policyId, versions }) =>
      versions.map((version) => {
        const { versionId, from, to, ...rest } = version
        const hash = contentHash(rest)
        return {
          key: `${policyId} ${versionId}`,
          packId,
          signature: `${hash} ${dateRange(from, to)}`,
          columns: { policyId, versionId, packId, from, to, hash, content: rest },
        }
      }),
    ),
  inForce: `SELECT ${KEY} AS key, pack_id AS "packId", content_hash || ' ' || effective::text AS signature FROM policy_version_in_effect
          WHERE tenant_id = $1 AND upper_inf(revisions) AND (pack_id = ANY($2) OR ${KEY} = ANY($3))`,
  // A policy is taken with all of its versions.
  clashing: `SELECT ${KEY} AS key, pack_id AS "packId", content_hash || ' ' || effective::text AS signature
               FROM policy_version_in_effect
              WHERE tenant_id = $1 AND upper_inf(revisions) AND pack_id <> ALL($2)
                AND policy_id IN (SELECT "policyId" FROM jsonb_to_recordset($3::jsonb) AS r("policyId" text))`,
  end: `UPDATE policy_version_in_effect SET revisions = int8range(lower(revisions), $2::int8)
         WHERE tenant_id = $1 AND upper_inf(revisions) AND ${KEY} IN (SELECT jsonb_array_elements_text($3::jsonb))`,
  // Content that was in force before, as after a correction of a correction, is stored already.
  insert: `WITH r AS (
             SELECT * FROM jsonb_to_recordset($3::jsonb)
               AS r("policyId" text, "versionId" text, "packId" text, "from" date, "to" date, hash text, content jsonb)
           ), said AS (
             INSERT INTO policy_version (tenant_id, policy_id, version_id, content_hash, content)
             SELECT $1, "policyId", "versionId", hash, content FROM r ON CONFLICT DO NOTHING
           )
           INSERT INTO policy_version_in_effect (tenant_id, policy_id, version_id, content_hash, pack_id, effective, revisions)
           SELECT $1, "policyId", "versionId", hash, "packId", daterange("from", "to"), int8range($2::int8, NULL) FROM r`,
}

/**
 * Policies in force at `revision` by id, each with its versions by date. Rules of the same text
 * share one object.
 */
export async function loadPolicies(tx: Queryable, tenantId: string, revision: number): Promise<Policy[]> {
  const policies: Policy[] = []
  const known = new Map<string, unknown>()
  const parse = (text: string): unknown => {
    const value = known.get(text) ?? readRules(text)
    known.set(text, value)
    return value
  }
  await streamPolicies(tx, tenantId, revision, (policy) => {
    policies.push(policyOf(policy, parse))
  })
  return policies
}

/**
 * Parses the rules of a stored text. Refuses rules that are nested too deep:
 * docs/policy/policy-packs.md.
 */
export function readRules(text: string): PolicyVersion['rules'] {
  return readableRules(JSON.parse(text) as PolicyVersion['rules'])
}

/**
 * Makes a policy from its stored texts. `parseRules` may return the same object for the same text.
 */
export function policyOf(
  { document, versions }: StoredPolicy,
  parseRules: (text: string) => unknown = readRules,
): Policy {
  return {
    ...(JSON.parse(document) as Omit<Policy, 'versions'>),
    versions: versions.map(({ versionId, from, to, rules, rest }) => ({
      versionId,
      ...period({ from, to }),
      rules: parseRules(rules) as PolicyVersion['rules'],
      ...(JSON.parse(rest) as Omit<PolicyVersion, 'versionId' | 'from' | 'to' | 'rules'>),
    })),
  }
}
