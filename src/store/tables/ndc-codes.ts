import type { NdcEdition } from '../../decision/shapes/tables.js'
import { contentHash } from './content-hash.js'
import { dateRange, period, type ContentTable } from './content-table.js'
import type { Queryable } from '../database/connection.js'
import { LoadedParts, type Loading } from './loading.js'

type NdcRow = NdcEdition['rows'][number]

// Only the name of an edition may hold blanks, so it comes last.
const EDITION_KEY = "policy_set_id || ' ' || edition"
const ROW_KEY = `ndc || ' ' || procedure_code || ' ' || ${EDITION_KEY}`

/** The key of an edition of an NDC crosswalk in its table. */
export const ndcEditionKey = (edition: Pick<NdcEdition, 'policySetId' | 'edition'>): string =>
  `${edition.policySetId} ${edition.edition}`

export const ndcEditionTable: ContentTable = {
  family: 'ndcEditions',
  rows: ({ packId, content }) =>
    content.ndcEditions.map((table) => {
      const { policySetId, edition, from, to, source, rows } = table
      const hash = contentHash([source, rows.map(signature).sort()])
      return {
        key: ndcEditionKey(table),
        packId,
        signature: `${hash} ${dateRange(from, to)}`,
        columns: { policySetId, edition, packId, from, to, source, hash },
      }
    }),
  inForce: `SELECT ${EDITION_KEY} AS key, pack_id AS "packId", content_hash || ' ' || effective::text AS signature FROM ndc_edition
          WHERE tenant_id = $1 AND upper_inf(revisions) AND (pack_id = ANY($2) OR ${EDITION_KEY} = ANY($3))`,
  clashing: `SELECT e.policy_set_id || ' ' || e.edition AS key, e.pack_id AS "packId", e.content_hash || ' ' || e.effective::text AS signature,
                    r."policySetId" || ' ' || r.edition AS "wantedKey"
               FROM ndc_edition AS e
               JOIN jsonb_to_recordset($3::jsonb) AS r("policySetId" text, edition text, "from" date, "to" date)
                 ON e.policy_set_id = r."policySetId" AND e.effective && daterange(r."from", r."to")
              WHERE e.tenant_id = $1 AND upper_inf(e.revisions) AND e.pack_id <> ALL($2)`,
  end: `UPDATE ndc_edition SET revisions = int8range(lower(revisions), $2::int8)
         WHERE tenant_id = $1 AND upper_inf(revisions) AND ${EDITION_KEY} IN (SELECT jsonb_array_elements_text($3::jsonb))`,
  insert: `INSERT INTO ndc_edition (tenant_id, policy_set_id, edition, pack_id, source, content_hash, effective, revisions)
           SELECT $1, r."policySetId", r.edition, r."packId", r.source, r.hash, daterange(r."from", r."to"), int8range($2::int8, NULL)
             FROM jsonb_to_recordset($3::jsonb) AS r("policySetId" text, edition text, "packId" text, source jsonb, hash text, "from" date, "to" date)`,
}

export const ndcRowTable: ContentTable = {
  family: 'ndcCodes',
  partOf: 'ndcEditions',
  rows: ({ packId, content }, editions) =>
    content.ndcEditions
      .filter((table) => editions.has(ndcEditionKey(table)))
      .flatMap((table) =>
        table.rows.map((row) => ({
          key: `${row.ndc} ${row.procedureCode} ${ndcEditionKey(table)}`,
          packId,
          signature: signature(row),
          columns: { policySetId: table.policySetId, edition: table.edition, packId, ...row },
        })),
      ),
  inForce: `SELECT ${ROW_KEY} AS key, pack_id AS "packId",
                jsonb_build_array(ndc, procedure_code, package_size, package_quantity, billing_units, billing_units_per_package, drug_name, labeler) AS signature
           FROM ndc_row WHERE tenant_id = $1 AND upper_inf(revisions) AND ${EDITION_KEY} = ANY($2)`,
  end: `UPDATE ndc_row SET revisions = int8range(lower(revisions), $2::int8)
          FROM (SELECT regexp_match(jsonb_array_elements_text($3::jsonb), '^(\\S+) (\\S+) (\\S+) (.+)$') AS key) AS r
         WHERE tenant_id = $1 AND upper_inf(revisions) AND ndc = key[1] AND procedure_code = key[2] AND policy_set_id = key[3] AND edition = key[4]`,
  insert: `INSERT INTO ndc_row (tenant_id, policy_set_id, edition, ndc, procedure_code, pack_id, package_size, package_quantity, billing_units,
                  billing_units_per_package, drug_name, labeler, revisions)
           SELECT $1, r."policySetId", r.edition, r.ndc, r."procedureCode", r."packId", r."packageSize", r."packageQuantity", r."billingUnits",
                  r."billingUnitsPerPackage", r."drugName", r.labeler, int8range($2::int8, NULL)
             FROM jsonb_to_recordset($3::jsonb) AS r("policySetId" text, edition text, ndc text, "procedureCode" text, "packId" text, "packageSize" float8,
                  "packageQuantity" float8, "billingUnits" float8, "billingUnitsPerPackage" float8, "drugName" text, labeler text)`,
}

function signature(row: NdcRow): string {
  return JSON.stringify([
    row.ndc,
    row.procedureCode,
    row.packageSize ?? null,
    row.packageQuantity ?? null,
    row.billingUnits ?? null,
    row.billingUnitsPerPackage ?? null,
    row.drugName ?? null,
    row.labeler ?? null,
  ])
}

/**
 * NDC crosswalks in force at `revision` by policy set and first day; rows by NDC and procedure
 * code.
 */
export async function loadNdcEditions(
  tx: Queryable,
  tenantId: string,
  revision: number,
  { outline = false, parts = new LoadedParts() }: Loading,
): Promise<NdcEdition[]> {
  const editions = await tx.query<Omit<NdcEdition, 'rows' | 'to'> & { to: string | null; hash: string }>(
    `SELECT policy_set_id AS "policySetId", edition, lower(effective) AS "from", upper(effective) AS "to", source, content_hash AS hash
       FROM ndc_edition WHERE tenant_id = $1 AND revisions @> $2::int8 ORDER BY policy_set_id, lower(effective)`,
    [tenantId, revision],
  )
  const loaded: NdcEdition[] = []
  for (const { policySetId, edition, source, hash, ...dates } of editions) {
    const about = { policySetId, edition, ...period(dates), source }
    const load = async (): Promise<NdcEdition> => ({
      ...about,
      rows: await loadRows(tx, tenantId, revision, about),
    })
    loaded.push(
      outline
        ? { ...about, rows: [] }
        : await parts.take(`ndc ${policySetId} ${edition} ${hash} ${dateRange(about.from, about.to)}`, load),
    )
  }
  return loaded
}

async function loadRows(
  tx: Queryable,
  tenantId: string,
  revision: number,
  { policySetId, edition }: Omit<NdcEdition, 'rows'>,
): Promise<NdcRow[]> {
  const rows = await tx.query<StoredRow>(
    `SELECT ndc, procedure_code AS "procedureCode", package_size AS "packageSize", package_quantity AS "packageQuantity", billing_units AS "billingUnits",
            billing_units_per_package AS "billingUnitsPerPackage", drug_name AS "drugName", labeler
       FROM ndc_row WHERE tenant_id = $1 AND revisions @> $2::int8 AND policy_set_id = $3 AND edition = $4
      ORDER BY ndc, procedure_code`,
    [tenantId, revision, policySetId, edition],
  )
  return rows.map(ndcRow)
}

type StoredRow = { [Field in keyof NdcRow]-?: Exclude<NdcRow[Field], undefined> | null }

/** Absent values are left out, not null. */
function ndcRow(row: StoredRow): NdcRow {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as NdcRow
}
