import type { UnitLimitEdition } from '../../decision/shapes/tables.js'
import { contentHash } from './content-hash.js'
import { dateRange, period, type ContentTable } from './content-table.js'
import type { Queryable } from '../database/connection.js'
import { LoadedParts, type Loading } from './loading.js'

type UnitLimitRow = UnitLimitEdition['rows'][number]

// Only the name of an edition may hold blanks, so it comes last.
const EDITION_KEY = "policy_set_id || ' ' || setting || ' ' || edition"

/** The key of an edition in its table. */
export const editionKey = (edition: Pick<UnitLimitEdition, 'policySetId' | 'setting' | 'edition'>): string =>
  `${edition.policySetId} ${edition.setting} ${edition.edition}`

export const unitLimitEditionTable: ContentTable = {
  family: 'unitLimitEditions',
  rows: ({ packId, content }) =>
    content.unitLimits.map((table) => {
      const { policySetId, setting, edition, from, to, source, rows } = table
      const hash = contentHash([dateRange(from, to), source, rows.map((row) => signature(table, row)).sort()])
      return {
        key: editionKey(table),
        packId,
        signature: hash,
        columns: { policySetId, setting, edition, packId, from, to, source, hash },
      }
    }),
  inForce: `SELECT ${EDITION_KEY} AS key, pack_id AS "packId", content_hash AS signature FROM unit_limit_edition
          WHERE tenant_id = $1 AND upper_inf(revisions) AND (pack_id = ANY($2) OR ${EDITION_KEY} = ANY($3))`,
  clashing: `SELECT e.policy_set_id || ' ' || e.setting || ' ' || e.edition AS key, e.pack_id AS "packId", e.content_hash AS signature,
                    r."policySetId" || ' ' || r.setting || ' ' || r.edition AS "wantedKey"
               FROM unit_limit_edition AS e
               JOIN jsonb_to_recordset($3::jsonb) AS r("policySetId" text, setting text, edition text, "from" date, "to" date)
                 ON e.policy_set_id = r."policySetId" AND e.setting = r.setting AND e.effective && daterange(r."from", r."to")
              WHERE e.tenant_id = $1 AND upper_inf(e.revisions) AND e.pack_id <> ALL($2)`,
  end: `UPDATE unit_limit_edition SET revisions = int8range(lower(revisions), $2::int8)
         WHERE tenant_id = $1 AND upper_inf(revisions) AND ${EDITION_KEY} IN (SELECT jsonb_array_elements_text($3::jsonb))`,
  insert: `INSERT INTO unit_limit_edition (tenant_id, policy_set_id, setting, edition, pack_id, source, content_hash, effective, revisions)
           SELECT $1, r."policySetId", r.setting, r.edition, r."packId", r.source, r.hash, daterange(r."from", r."to"), int8range($2::int8, NULL)
             FROM jsonb_to_recordset($3::jsonb) AS r("policySetId" text, setting text, edition text, "packId" text, source jsonb, hash text, "from" date, "to" date)`,
}

export const unitLimitTable: ContentTable = {
  family: 'unitLimits',
  partOf: 'unitLimitEditions',
  rows: ({ packId, content }, editions) =>
    content.unitLimits
      .filter((table) => editions.has(editionKey(table)))
      .flatMap((table) => {
        const { policySetId, setting, edition, from, to } = table
        return table.rows.map((row) => ({
          key: `${row.procedureCode} ${editionKey(table)}`,
          packId,
          signature: signature(table, row),
          columns: { policySetId, setting, edition, packId, from, to, ...row },
        }))
      }),
  inForce: `SELECT procedure_code || ' ' || ${EDITION_KEY} AS key, pack_id AS "packId",
                jsonb_build_array(procedure_code, effective::text, maximum, adjudication_indicator, rationale) AS signature
           FROM unit_limit WHERE tenant_id = $1 AND upper_inf(revisions) AND ${EDITION_KEY} = ANY($2)`,
  end: `UPDATE unit_limit SET revisions = int8range(lower(revisions), $2::int8)
          FROM (SELECT regexp_match(jsonb_array_elements_text($3::jsonb), '^(\\S+) (\\S+) (\\S+) (.+)$') AS key) AS r
         WHERE tenant_id = $1 AND upper_inf(revisions)
           AND procedure_code = key[1] AND policy_set_id = key[2] AND setting = key[3] AND edition = key[4]`,
  insert: `INSERT INTO unit_limit (tenant_id, policy_set_id, setting, edition, procedure_code, pack_id, maximum, adjudication_indicator, rationale, effective, revisions)
           SELECT $1, r."policySetId", r.setting, r.edition, r."procedureCode", r."packId", r.maximum, r."adjudicationIndicator", r.rationale,
                  daterange(r."from", r."to"), int8range($2::int8, NULL)
             FROM jsonb_to_recordset($3::jsonb) AS r("policySetId" text, setting text, edition text, "procedureCode" text, "packId" text,
                  maximum int, "adjudicationIndicator" int2, rationale text, "from" date, "to" date)`,
}

function signature({ from, to }: UnitLimitEdition, row: UnitLimitRow): string {
  return JSON.stringify([
    row.procedureCode,
    dateRange(from, to),
    row.maximum,
    row.adjudicationIndicator,
    row.rationale ?? null,
  ])
}

/**
 * Unit-limit editions in force at `revision` by policy set, setting and first day; rows by
 * procedure code.
 */
export async function loadUnitLimits(
  tx: Queryable,
  tenantId: string,
  revision: number,
  { outline = false, parts = new LoadedParts() }: Loading,
): Promise<UnitLimitEdition[]> {
  const editions = await tx.query<
    Omit<UnitLimitEdition, 'rows' | 'to'> & { to: string | null; hash: string }
  >(
    `SELECT policy_set_id AS "policySetId", edition, setting, lower(effective) AS "from", upper(effective) AS "to", source, content_hash AS hash
       FROM unit_limit_edition WHERE tenant_id = $1 AND revisions @> $2::int8
      ORDER BY policy_set_id, setting, lower(effective), edition`,
    [tenantId, revision],
  )
  const loaded: UnitLimitEdition[] = []
  for (const { policySetId, edition, setting, source, hash, ...dates } of editions) {
    const about = { policySetId, edition, setting, ...period(dates), source }
    const load = async (): Promise<UnitLimitEdition> => ({
      ...about,
      rows: await loadRows(tx, tenantId, revision, about),
    })
    loaded.push(
      outline ? { ...about, rows: [] } : await parts.take(`unit-limits ${editionKey(about)} ${hash}`, load),
    )
  }
  return loaded
}

async function loadRows(
  tx: Queryable,
  tenantId: string,
  revision: number,
  { policySetId, setting, edition }: Omit<UnitLimitEdition, 'rows'>,
): Promise<UnitLimitRow[]> {
  const rows = await tx.query<Omit<UnitLimitRow, 'rationale'> & { rationale: string | null }>(
    `SELECT procedure_code AS "procedureCode", maximum, adjudication_indicator AS "adjudicationIndicator", rationale
       FROM unit_limit WHERE tenant_id = $1 AND revisions @> $2::int8 AND policy_set_id = $3 AND setting = $4 AND edition = $5
      ORDER BY procedure_code`,
    [tenantId, revision, policySetId, setting, edition],
  )
  return rows.map(({ rationale, ...row }) => (rationale === null ? row : { ...row, rationale }))
}
