import type { CodeTable } from '../decision/tables.js'
import { contentHash } from './content-hash.js'
import { dateRange, period, type ContentTable } from './content-table.js'
import type { Queryable } from './connection.js'
import { LoadedParts, type Loading } from './loading.js'

type CodeRow = CodeTable['rows'][number]

const ROW_KEY = "system || ' ' || code || ' ' || lower(effective)"

export const codeTableTable: ContentTable = {
  family: 'codeTables',
  rows: ({ packId, content }) =>
    content.codeTables.map(({ system, source, held, complete, rows }) => {
      // The order of rows means nothing, so it does not make another table.
      const hash = contentHash([source, held, complete, rows.map(signature).sort()])
      return {
        key: system,
        packId,
        signature: hash,
        columns: { system, packId, source, held, complete, hash },
      }
    }),
  held: `SELECT system AS key, pack_id AS "packId", content_hash AS signature FROM code_table
          WHERE tenant_id = $1 AND upper_inf(revisions) AND (pack_id = ANY($2) OR system = ANY($3))`,
  end: `UPDATE code_table SET revisions = int8range(lower(revisions), $2::int8)
         WHERE tenant_id = $1 AND upper_inf(revisions) AND system IN (SELECT jsonb_array_elements_text($3::jsonb))`,
  insert: `INSERT INTO code_table (tenant_id, system, pack_id, source, held, complete, content_hash, revisions)
           SELECT $1, r.system, r."packId", r.source, r.held, r.complete, r.hash, int8range($2::int8, NULL)
             FROM jsonb_to_recordset($3::jsonb) AS r(system text, "packId" text, source jsonb, held jsonb, complete text[], hash text)`,
}

export const codeRowTable: ContentTable = {
  family: 'codeRows',
  partOf: 'codeTables',
  rows: ({ packId, content }, systems) =>
    content.codeTables
      .filter((table) => systems.has(table.system))
      .flatMap(({ system, rows }) =>
        rows.map((row) => ({
          key: `${system} ${row.code} ${row.from}`,
          packId,
          signature: signature(row),
          columns: {
            system,
            packId,
            ...row,
            doseValue: row.dosePerUnit?.value,
            doseUnit: row.dosePerUnit?.unit,
          },
        })),
      ),
  held: `SELECT ${ROW_KEY} AS key, pack_id AS "packId",
                jsonb_build_array(code, effective::text, billable, title, dose_value, dose_unit) AS signature
           FROM code_row WHERE tenant_id = $1 AND upper_inf(revisions) AND system = ANY($2)`,
  end: `UPDATE code_row SET revisions = int8range(lower(revisions), $2::int8)
          FROM (SELECT string_to_array(jsonb_array_elements_text($3::jsonb), ' ') AS key) AS r
         WHERE tenant_id = $1 AND upper_inf(revisions) AND system = key[1] AND code = key[2] AND lower(effective) = key[3]::date`,
  insert: `INSERT INTO code_row (tenant_id, system, code, pack_id, billable, title, dose_value, dose_unit, effective, revisions)
           SELECT $1, r.system, r.code, r."packId", r.billable, r.title, r."doseValue", r."doseUnit", daterange(r."from", r."to"), int8range($2::int8, NULL)
             FROM jsonb_to_recordset($3::jsonb) AS r(system text, code text, "packId" text, billable boolean, title text,
                  "doseValue" float8, "doseUnit" text, "from" date, "to" date)`,
}

function signature(row: CodeRow): string {
  return JSON.stringify([
    row.code,
    dateRange(row.from, row.to),
    row.billable,
    row.title ?? null,
    row.dosePerUnit?.value ?? null,
    row.dosePerUnit?.unit ?? null,
  ])
}

/** Code tables in force at `revision` by system, rows by code and first day. */
export async function loadCodeTables(
  tx: Queryable,
  tenantId: string,
  revision: number,
  { outline = false, parts = new LoadedParts() }: Loading,
): Promise<CodeTable[]> {
  const tables = await tx.query<Omit<CodeTable, 'rows'> & { hash: string }>(
    'SELECT system, source, held, complete, content_hash AS hash FROM code_table WHERE tenant_id = $1 AND revisions @> $2::int8 ORDER BY system',
    [tenantId, revision],
  )
  const loaded: CodeTable[] = []
  for (const { hash, ...table } of tables) {
    const load = async (): Promise<CodeTable> => ({
      ...table,
      rows: await loadRows(tx, tenantId, revision, table.system),
    })
    loaded.push(
      outline ? { ...table, rows: [] } : await parts.take(`code-table ${table.system} ${hash}`, load),
    )
  }
  return loaded
}

async function loadRows(
  tx: Queryable,
  tenantId: string,
  revision: number,
  system: CodeTable['system'],
): Promise<CodeRow[]> {
  const rows = await tx.query<StoredRow>(
    `SELECT code, lower(effective) AS "from", upper(effective) AS "to", billable, title, dose_value AS "doseValue", dose_unit AS "doseUnit"
       FROM code_row WHERE tenant_id = $1 AND system = $3 AND revisions @> $2::int8
      ORDER BY code, lower(effective)`,
    [tenantId, revision, system],
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
}

function codeRow({ code, billable, title, doseValue, doseUnit, ...dates }: StoredRow): CodeRow {
  return {
    code,
    ...period(dates),
    billable,
    ...(title === null ? {} : { title }),
    ...(doseValue === null || doseUnit === null ? {} : { dosePerUnit: { value: doseValue, unit: doseUnit } }),
  }
}
