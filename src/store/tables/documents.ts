import type { PolicyContent } from '../../decision/shapes/policy.js'
import { contentHash } from './content-hash.js'
import type { ContentTable, Pack } from './content-table.js'
import type { Queryable } from '../database/connection.js'
import { LoadedParts, type Loading } from './loading.js'

/**
 * Objects that are stored in their API form: payers, plans, policy sets, and policies without their
 * versions.
 */
export type Document = Readonly<Record<string, unknown>>
export type DocumentFamily = 'payers' | 'plans' | 'policySets' | 'policies'

const names = {
  payers: { table: 'payer', column: 'payer_id', field: 'payerId' },
  plans: { table: 'plan', column: 'plan_id', field: 'planId' },
  policySets: { table: 'policy_set', column: 'policy_set_id', field: 'policySetId' },
  policies: { table: 'policy', column: 'policy_id', field: 'policyId' },
} as const

function documentsOf(content: PolicyContent, family: DocumentFamily): readonly Document[] {
  // The content of a policy is in its versions, which have a table of their own.
  return family === 'policies'
    ? content.policies.map(({ versions: _versions, ...policy }) => policy)
    : content[family]
}

function documentTable(family: DocumentFamily): ContentTable {
  const { table, column, field } = names[family]
  return {
    family,
    rows: ({ packId, content }: Pack) =>
      documentsOf(content, family).map((document) => {
        const key = String(document[field])
        const hash = contentHash(document)
        return { key, packId, signature: hash, columns: { key, packId, hash, content: document } }
      }),
    inForce: `SELECT ${column} AS key, pack_id AS "packId", content_hash AS signature FROM ${table}
            WHERE tenant_id = $1 AND upper_inf(revisions) AND (pack_id = ANY($2) OR ${column} = ANY($3))`,
    end: `UPDATE ${table} SET revisions = int8range(lower(revisions), $2::int8)
           WHERE tenant_id = $1 AND upper_inf(revisions) AND ${column} IN (SELECT jsonb_array_elements_text($3::jsonb))`,
    insert: `INSERT INTO ${table} (tenant_id, ${column}, pack_id, content, content_hash, revisions)
             SELECT $1, r.key, r."packId", r.content, r.hash, int8range($2::int8, NULL)
               FROM jsonb_to_recordset($3::jsonb) AS r(key text, "packId" text, content jsonb, hash text)`,
  }
}

export const documentTables: readonly ContentTable[] = (Object.keys(names) as DocumentFamily[]).map(
  documentTable,
)

/** The documents of one family in force at `revision`, by id. */
export async function loadDocuments<T>(
  tx: Queryable,
  family: DocumentFamily,
  tenantId: string,
  revision: number,
  { parts = new LoadedParts() }: Loading,
): Promise<T[]> {
  const { table, column } = names[family]
  const rows = await tx.query<{ hash: string; content: T }>(
    `SELECT content_hash AS hash, content FROM ${table} WHERE tenant_id = $1 AND revisions @> $2::int8 ORDER BY ${column}`,
    [tenantId, revision],
  )
  const documents: T[] = []
  for (const { hash, content } of rows) documents.push(await parts.take(`${family} ${hash}`, () => content))
  return documents
}
