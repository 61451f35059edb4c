import { createHash } from 'node:crypto'
import type { ProcedurePairEdition } from '../../decision/shapes/tables.js'
import { pairWidth } from '../../decision/shapes/procedure-pairs.js'
import { contentHash, textHash } from './content-hash.js'
import type { ContentTable } from './content-table.js'
import type { Queryable } from '../database/connection.js'
import { LoadedParts, type Loading } from './loading.js'
import { countPairs } from './pair-counts.js'

type PairList = ProcedurePairEdition['lists'][number]

// Policy sets, settings and codes hold no blank.
const EDITION_KEY = "policy_set_id || ' ' || setting"
const LIST_KEY = `${EDITION_KEY} || ' ' || column_one`
const LISTS_PER_PAGE = 500

/**
 * The key of an edition of procedure pairs. A set and setting have one edition at a time, whatever
 * its name.
 */
export const pairEditionKey = (edition: Pick<ProcedurePairEdition, 'policySetId' | 'setting'>): string =>
  `${edition.policySetId} ${edition.setting}`

export const pairEditionTable: ContentTable = {
  family: 'procedurePairEditions',
  rows: ({ packId, content }) =>
    content.procedurePairs.map((table) => {
      const { policySetId, setting, edition, source, columnOne, rationales, lists } = table
      const hash = contentHash([edition, source, columnOne, rationales, hashOfLists(lists)])
      return {
        key: pairEditionKey(table),
        packId,
        signature: hash,
        columns: { policySetId, setting, edition, packId, source, columnOne, rationales, hash },
      }
    }),
  inForce: `SELECT ${EDITION_KEY} AS key, pack_id AS "packId", content_hash AS signature FROM procedure_pair_edition
          WHERE tenant_id = $1 AND upper_inf(revisions) AND (pack_id = ANY($2) OR ${EDITION_KEY} = ANY($3))`,
  end: `UPDATE procedure_pair_edition SET revisions = int8range(lower(revisions), $2::int8)
         WHERE tenant_id = $1 AND upper_inf(revisions) AND ${EDITION_KEY} IN (SELECT jsonb_array_elements_text($3::jsonb))`,
  insert: `INSERT INTO procedure_pair_edition (tenant_id, policy_set_id, setting, edition, pack_id, source, column_one, rationales, content_hash, revisions)
           SELECT $1, r."policySetId", r.setting, r.edition, r."packId", r.source, r."columnOne", r.rationales, r.hash, int8range($2::int8, NULL)
             FROM jsonb_to_recordset($3::jsonb) AS r("policySetId" text, setting text, edition text, "packId" text, source jsonb,
                  "columnOne" text[], rationales text[], hash text)`,
}

export const pairListTable: ContentTable = {
  family: 'procedurePairs',
  partOf: 'procedurePairEditions',
  rows: ({ packId, content }, editions) =>
    content.procedurePairs
      .filter((table) => editions.has(pairEditionKey(table)))
      .flatMap((table) => {
        const { policySetId, setting } = table
        const key = pairEditionKey(table)
        return table.lists.map(({ columnOne, pairs }) => {
          const hash = textHash(pairs)
          return {
            key: `${key} ${columnOne}`,
            packId,
            signature: hash,
            columns: { policySetId, setting, columnOne, packId, pairs, hash },
          }
        })
      }),
  inForce: `SELECT ${LIST_KEY} AS key, pack_id AS "packId", content_hash AS signature
           FROM procedure_pair_list WHERE tenant_id = $1 AND upper_inf(revisions) AND ${EDITION_KEY} = ANY($2)`,
  count: async (tx, tenantId, difference) =>
    await countPairs(
      difference,
      async (keys) =>
        await tx.query<{ key: string; pairs: string }>(
          `SELECT ${LIST_KEY} AS key, pairs
       FROM procedure_pair_list JOIN (SELECT string_to_array(unnest($2::text[]), ' ') AS wanted) AS r
         ON policy_set_id = wanted[1] AND setting = wanted[2] AND column_one = wanted[3]
      WHERE tenant_id = $1 AND upper_inf(revisions)`,
          [tenantId, keys],
        ),
    ),
  end: `UPDATE procedure_pair_list SET revisions = int8range(lower(revisions), $2::int8)
          FROM (SELECT string_to_array(jsonb_array_elements_text($3::jsonb), ' ') AS key) AS r
         WHERE tenant_id = $1 AND upper_inf(revisions) AND policy_set_id = key[1] AND setting = key[2] AND column_one = key[3]`,
  insert: `INSERT INTO procedure_pair_list (tenant_id, policy_set_id, setting, column_one, pack_id, pairs, content_hash, revisions)
           SELECT $1, r."policySetId", r.setting, r."columnOne", r."packId", r.pairs, r.hash, int8range($2::int8, NULL)
             FROM jsonb_to_recordset($3::jsonb) AS r("policySetId" text, setting text, "columnOne" text, "packId" text, pairs text, hash text)`,
}

/**
 * One hash over all lists in the order of their codes. Each text is hashed as it is, without a
 * copy.
 */
function hashOfLists(lists: readonly PairList[]): string {
  const hash = createHash('sha256')
  for (const { columnOne, pairs } of [...lists].sort((a, b) => (a.columnOne < b.columnOne ? -1 : 1)))
    hash.update(`${columnOne} ${pairs.length} `).update(pairs)
  return hash.digest('hex')
}

/**
 * Editions of procedure pairs in force at `revision` by policy set and setting, lists by column-one
 * code. Read in pages, because all lists together are some hundred megabytes. `onPage` gets the
 * number of pairs so far.
 */
export async function loadProcedurePairs(
  tx: Queryable,
  tenantId: string,
  revision: number,
  { outline = false, onLoading, parts = new LoadedParts() }: Loading,
): Promise<ProcedurePairEdition[]> {
  const editions = await tx.query<Omit<ProcedurePairEdition, 'lists'> & { hash: string }>(
    `SELECT policy_set_id AS "policySetId", edition, setting, source, column_one AS "columnOne", rationales, content_hash AS hash
       FROM procedure_pair_edition WHERE tenant_id = $1 AND revisions @> $2::int8 ORDER BY policy_set_id, setting`,
    [tenantId, revision],
  )
  const loaded: ProcedurePairEdition[] = []
  let before = 0
  for (const { hash, ...edition } of editions) {
    const load = async (): Promise<ProcedurePairEdition> => ({
      ...edition,
      lists: await loadLists(tx, tenantId, revision, edition, (pairs) => {
        onLoading?.({ procedurePairs: before + pairs })
      }),
    })
    const whole = outline
      ? { ...edition, lists: [] }
      : await parts.take(`procedure-pairs ${edition.policySetId} ${edition.setting} ${hash}`, load)
    before += whole.lists.reduce((sum, { pairs }) => sum + pairs.length / pairWidth, 0)
    loaded.push(whole)
  }
  return loaded
}

async function loadLists(
  tx: Queryable,
  tenantId: string,
  revision: number,
  { policySetId, setting }: Omit<ProcedurePairEdition, 'lists'>,
  onPage: (pairs: number) => void,
): Promise<PairList[]> {
  const lists: PairList[] = []
  let pairsLoaded = 0
  for (let page: PairList[] = [], after = ''; ; after = page.at(-1)?.columnOne ?? after) {
    page = await tx.query<PairList>(
      `SELECT column_one AS "columnOne", pairs FROM procedure_pair_list
        WHERE tenant_id = $1 AND revisions @> $2::int8 AND policy_set_id = $3 AND setting = $4 AND column_one > $5
        ORDER BY column_one LIMIT ${LISTS_PER_PAGE}`,
      [tenantId, revision, policySetId, setting, after],
    )
    lists.push(...page)
    pairsLoaded += page.reduce((sum, { pairs }) => sum + pairs.length / pairWidth, 0)
    onPage(pairsLoaded)
    if (page.length < LISTS_PER_PAGE) return lists
  }
}
