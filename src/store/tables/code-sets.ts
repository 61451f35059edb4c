import type { CodeSet } from '../../decision/shapes/policy.js'
import { contentHash } from './content-hash.js'
import type { ContentTable } from './content-table.js'
import type { Queryable } from '../database/connection.js'
import { LoadedParts, takeAll, type Loading } from './loading.js'

export const codeSetTable: ContentTable = {
  family: 'codeSets',
  rows: ({ packId, content }) =>
    content.codeSets.map(({ codeSetId, title, codes }) => {
      const hash = contentHash(codes)
      return {
        key: codeSetId,
        packId,
        signature: `${hash} ${title}`,
        columns: { codeSetId, packId, title, hash, codes },
      }
    }),
  inForce: `SELECT code_set_id AS key, pack_id AS "packId", content_hash || ' ' || title AS signature FROM code_set_name
          WHERE tenant_id = $1 AND upper_inf(revisions) AND (pack_id = ANY($2) OR code_set_id = ANY($3))`,
  end: `UPDATE code_set_name SET revisions = int8range(lower(revisions), $2::int8)
         WHERE tenant_id = $1 AND upper_inf(revisions) AND code_set_id IN (SELECT jsonb_array_elements_text($3::jsonb))`,
  insert: `WITH r AS (
             SELECT * FROM jsonb_to_recordset($3::jsonb) AS r("codeSetId" text, "packId" text, title text, hash text, codes text[])
           ), list AS (
             INSERT INTO code_set (tenant_id, content_hash, codes) SELECT $1, hash, codes FROM r ON CONFLICT DO NOTHING
           )
           INSERT INTO code_set_name (tenant_id, code_set_id, pack_id, title, content_hash, revisions)
           SELECT $1, "codeSetId", "packId", title, hash, int8range($2::int8, NULL) FROM r`,
}

/** Code sets in force at `revision`, by name. Codes are in the order of their publication. */
export async function loadCodeSets(
  tx: Queryable,
  tenantId: string,
  revision: number,
  { outline = false, parts = new LoadedParts() }: Loading,
): Promise<CodeSet[]> {
  const named = await tx.query<{ codeSetId: string; title: string; hash: string }>(
    `SELECT code_set_id AS "codeSetId", title, content_hash AS hash FROM code_set_name
      WHERE tenant_id = $1 AND revisions @> $2::int8 ORDER BY code_set_id`,
    [tenantId, revision],
  )
  if (outline) return named.map(({ codeSetId, title }) => ({ codeSetId, title, codes: [] }))
  // Sets of the same codes share one array.
  const lists = await takeAll(parts, named.map(codesKey), async (keys) => await loadCodes(tx, tenantId, keys))
  const sets: CodeSet[] = []
  for (const set of named) {
    const { codeSetId, title, hash } = set
    sets.push(
      await parts.take(`code-set ${codeSetId} ${hash} ${title}`, () => ({
        codeSetId,
        title,
        codes: lists.get(codesKey(set)) ?? [],
      })),
    )
  }
  return sets
}

const codesKey = ({ hash }: { readonly hash: string }): string => `codes ${hash}`

async function loadCodes(
  tx: Queryable,
  tenantId: string,
  keys: readonly string[],
): Promise<Map<string, string[]>> {
  const rows = await tx.query<{ hash: string; codes: string[] }>(
    'SELECT content_hash AS hash, codes FROM code_set WHERE tenant_id = $1 AND content_hash = ANY($2)',
    [tenantId, keys.map((key) => key.split(' ')[1] ?? '')],
  )
  return new Map(rows.map((row) => [codesKey(row), row.codes]))
}
