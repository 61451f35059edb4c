import type { CodeTable } from '../../decision/shapes/tables.js'
import { contentHash } from './content-hash.js'
import { dateRange, period, type ContentTable } from './content-table.js'
import type { Queryable } from '../database/connection.js'
import { LoadedParts, type Loading } from './loading.js'

type CodeRow = CodeTable['rows'][number]

const TABLE_KEY = "system || ' ' || pack_id"
const ROW_KEY = `code || ' ' || lower(effective) || ' ' || ${TABLE_KEY}`

/** The layer of the rows of a pack. Imported editions come first; then packs, by id. */
export const layerOf = (packId: string): string =>
  packId.startsWith('import:') ? editionsLayer : packId.replace(/^pack:/, '')

/** The name of the layer of imported editions. */
export const editionsLayer = 'editions'

const tableKey = (packId: string, system: string): string => `${system} ${packId}`

export const codeTableTable: ContentTable = {
  family: 'codeTables',
  rows: ({ packId, content }) =>
    content.codeTables.map(({ system, editions, source, held, complete, rows }) => {
      // The order of rows has no meaning, so it does not change the signature.
      const hashed = [source, held, complete, rows.map(signature).sort()]
      const hash = contentHash(editions === undefined ? hashed : [...hashed, editions])
      return {
        key: tableKey(packId, system),
        packId,
        signature: hash,
        columns: { system, packId, editions, source, held, complete, hash },
      }
    }),
  inForce: `SELECT ${TABLE_KEY} AS key, pack_id AS "packId", content_hash AS signature FROM code_table
          WHERE tenant_id = $1 AND upper_inf(revisions) AND (pack_id = ANY($2) OR ${TABLE_KEY} = ANY($3))`,
  end: `UPDATE code_table SET revisions = int8range(lower(revisions), $2::int8)
         WHERE tenant_id = $1 AND upper_inf(revisions) AND ${TABLE_KEY} IN (SELECT jsonb_array_elements_text($3::jsonb))`,
  insert: `INSERT INTO code_table (tenant_id, system, pack_id, editions, source, held, complete, content_hash, revisions)
           SELECT $1, r.system, r."packId", r.editions, r.source, r.held, r.complete, r.hash, int8range($2::int8, NULL)
             FROM jsonb_to_recordset($3::jsonb) AS r(system text, "packId" text, editions jsonb, source jsonb, held jsonb, complete text[], hash text)`,
}

export const codeRowTable: ContentTable = {
  family: 'codeRows',
  partOf: 'codeTables',
  rows: ({ packId, content }, wholes) =>
    content.codeTables
      .filter(({ system }) => wholes.has(tableKey(packId, system)))
      .flatMap(({ system, rows }) =>
        rows.map((row) => ({
          key: `${row.code} ${row.from} ${tableKey(packId, system)}`,
          packId,
          signature: signature(row),
          columns: {
            system,
            packId,
            ...row,
            listings: storedListings(row),
            doseValue: row.dosePerUnit?.value,
            doseUnit: row.dosePerUnit?.unit,
          },
        })),
      ),
  inForce: `SELECT ${ROW_KEY} AS key, pack_id AS "packId",
                jsonb_build_array(code, effective::text, billable, title, dose_value, dose_unit, edition, end_inferred, listings) AS signature
           FROM code_row WHERE tenant_id = $1 AND upper_inf(revisions) AND ${TABLE_KEY} = ANY($2)`,
  end: `UPDATE code_row SET revisions = int8range(lower(revisions), $2::int8)
          FROM (SELECT string_to_array(jsonb_array_elements_text($3::jsonb), ' ') AS key) AS r
         WHERE tenant_id = $1 AND upper_inf(revisions) AND code = key[1] AND lower(effective) = key[2]::date AND system = key[3] AND pack_id = key[4]`,
  insert: `INSERT INTO code_row (tenant_id, system, code, pack_id, billable, title, dose_value, dose_unit, edition, end_inferred, listings, effective, revisions)
           SELECT $1, r.system, r.code, r."packId", r.billable, r.title, r."doseValue", r."doseUnit", r.edition, r."endInferred", r.listings, daterange(r."from", r."to"), int8range($2::int8, NULL)
             FROM jsonb_to_recordset($3::jsonb) AS r(system text, code text, "packId" text, billable boolean, title text,
                  "doseValue" float8, "doseUnit" text, edition text, "endInferred" boolean, listings jsonb, "from" date, "to" date)`,
}

/**
 * A listing as it is stored, in a fixed order, so that stored and wanted listings can be compared.
 */
type StoredListing = [
  from: string,
  to: string,
  added: string,
  actionFrom: string | null,
  action: Listing['action'] | null,
  coverageCode: string | null,
  doseValue: number | null,
  doseUnit: string | null,
]
type Listing = NonNullable<CodeRow['listings']>[number]

function storedListings({ listings }: CodeRow): StoredListing[] | undefined {
  return listings?.map((one) => [
    one.from,
    one.to,
    one.added,
    one.actionFrom ?? null,
    one.action ?? null,
    one.coverageCode ?? null,
    one.dosePerUnit?.value ?? null,
    one.dosePerUnit?.unit ?? null,
  ])
}

function listing([from, to, added, actionFrom, action, coverageCode, value, unit]: StoredListing): Listing {
  return {
    from,
    to,
    added,
    ...(actionFrom === null ? {} : { actionFrom }),
    ...(action === null || action === undefined ? {} : { action }),
    ...(coverageCode === null ? {} : { coverageCode }),
    ...(value === null || unit === null ? {} : { dosePerUnit: { value, unit } }),
  }
}

function signature(row: CodeRow): string {
  return JSON.stringify([
    row.code,
    dateRange(row.from, row.to),
    row.billable,
    row.title ?? null,
    row.dosePerUnit?.value ?? null,
    row.dosePerUnit?.unit ?? null,
    row.edition ?? null,
    row.endInferred ?? null,
    storedListings(row) ?? null,
  ])
}

/**
 * Code tables in force at `revision`, by system: imported editions before imported packs before
 * starter packs. Rows are sorted by code and first day.
 */
export async function loadCodeTables(
  tx: Queryable,
  tenantId: string,
  revision: number,
  { outline = false, parts = new LoadedParts() }: Loading,
): Promise<CodeTable[]> {
  const tables = await tx.query<StoredTable>(
    `SELECT system, pack_id AS "packId", editions, source, held, complete, content_hash AS hash FROM code_table
      WHERE tenant_id = $1 AND revisions @> $2::int8
      ORDER BY system, pack_id LIKE 'import:%' DESC, pack_id LIKE 'pack:%' DESC, pack_id`,
    [tenantId, revision],
  )
  const loaded: CodeTable[] = []
  for (const { hash, packId, editions, ...table } of tables) {
    const about = { ...table, layer: layerOf(packId), ...(editions === null ? {} : { editions }) }
    const load = async (): Promise<CodeTable> => ({
      ...about,
      rows: await loadRows(tx, tenantId, revision, packId, table.system),
    })
    loaded.push(
      outline
        ? { ...about, rows: [] }
        : await parts.take(`code-table ${tableKey(packId, table.system)} ${hash}`, load),
    )
  }
  return loaded
}

type StoredTable = Pick<CodeTable, 'system' | 'source' | 'held' | 'complete'> & {
  readonly packId: string
  readonly editions: NonNullable<CodeTable['editions']> | null
  readonly hash: string
}

async function loadRows(
  tx: Queryable,
  tenantId: string,
  revision: number,
  packId: string,
  system: CodeTable['system'],
): Promise<CodeRow[]> {
  const rows = await tx.query<StoredRow>(
    `SELECT code, lower(effective) AS "from", upper(effective) AS "to", billable, title, dose_value AS "doseValue", dose_unit AS "doseUnit", edition, end_inferred AS "endInferred", listings
       FROM code_row WHERE tenant_id = $1 AND system = $3 AND pack_id = $4 AND revisions @> $2::int8
      ORDER BY code, lower(effective)`,
    [tenantId, revision, system, packId],
  )
  return rows.map(codeRow)
}

interface StoredRow {
  code: string
  from: string
  to: string | null
  billable: boolean
  title: string | null
  doseValue: number | null
  doseUnit: string | null
  edition: string | null
  endInferred: boolean | null
  listings: StoredListing[] | null
}

function codeRow(stored: StoredRow): CodeRow {
  const { code, billable, title, doseValue, doseUnit, edition, endInferred, listings, ...dates } = stored
  return {
    code,
    ...period(dates),
    billable,
    ...(title === null ? {} : { title }),
    ...(edition === null ? {} : { edition }),
    ...(endInferred === null ? {} : { endInferred }),
    ...(listings === null ? {} : { listings: listings.map(listing) }),
    ...(doseValue === null || doseUnit === null ? {} : { dosePerUnit: { value: doseValue, unit: doseUnit } }),
  }
}
