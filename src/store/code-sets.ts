import type { CodeSet } from '../decision/policy.js'
import { contentHash } from './content-hash.js'
import type { ContentTable } from './content-table.js'
import type { Queryable } from './connection.js'

export const codeSetTable: ContentTable = {
  family: 'codeSets',
  rows: ({ packId, content }) => content.codeSets.map(({ codeSetId, title, codes }) => {
    const hash = contentHash(codes)
    return { key: codeSetId, packId, signature: `${hash} ${title}`, columns: { codeSetId, packId, title, hash, codes } }
  }),
  held: `SELECT code_set_id AS key, pack_id AS "packId", content_hash || ' ' || title AS signature FROM code_set_name
          WHERE tenant_id = $1 AND upper_inf(revisions) AND (pack_id = ANY($2) OR code_set_id = ANY($3))`,
  end: `UPDATE code_set_name SET revisions = int8range(lower(revisions), $2::int8)
         WHERE tenant_id = $1 AND upper_inf(revisions) AND code_set_id IN (SELECT jsonb_array_elements_text($3::jsonb))`,
  insert: `WITH r AS (
             SELECT * FROM jsonb_to_recordset($3::jsonb) AS r("codeSetId" text, "packId" text, title text, hash text, codes text[])
           ), list AS (
             INSERT INTO code_set (tenant_id, content_hash, codes) SELECT $1, hash, codes FROM r ON CONFLICT DO NOTHING
           )
           INSERT INTO code_set_name (tenant_id, code_set_id, pack_id, title, content_hash, revisions)
           SELECT $1, "codeSetId", "packId", title, hash, int8range($2::int8, NULL) FROM r`
}

/** Code sets in force at `revision`, by name; their codes in the order in which they were published. */
export async function loadCodeSets (tx: Queryable, tenantId: string, revision: number): Promise<CodeSet[]> {
  return await tx.query<CodeSet>(
    `SELECT n.code_set_id AS "codeSetId", n.title, s.codes
       FROM code_set_name AS n JOIN code_set AS s USING (tenant_id, content_hash)
      WHERE n.tenant_id = $1 AND n.revisions @> $2::int8 ORDER BY n.code_set_id`, [tenantId, revision])
}
