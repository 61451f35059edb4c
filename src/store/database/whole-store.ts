import type { Database, Queryable } from './connection.js'

// A store as tables and rows, for moving all of it elsewhere. Both stores have the same migrations.

const STATEMENT_MS = 60 * 60_000
const pageRows = 200

/** A table of the store. */
export interface WholeTable {
  readonly name: string
  readonly rows: number
}

/**
 * The number of rows and a digest over all of them. Tables with the same rows in any order have the
 * same digest.
 */
export interface TableDigest {
  readonly name: string
  readonly rows: number
  readonly digest: string
}

/**
 * Every table except that of the migrations, each after the tables that it refers to. The
 * partitions of the log count as the log.
 */
export async function wholeTables(db: Queryable): Promise<string[]> {
  const tables = await db.query<{ name: string; after: string[] }>(
    `SELECT c.relname AS name, ARRAY(SELECT DISTINCT f.confrelid::regclass::text FROM pg_constraint AS f WHERE f.conrelid = c.oid AND f.contype = 'f' AND f.confrelid <> c.oid) AS after
       FROM pg_class AS c
      WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = current_schema()::regnamespace AND c.relname <> 'migration' ORDER BY c.relname`,
  )
  const ordered: string[] = []
  for (let left = tables; left.length > 0;) {
    const next = left.filter(({ after }) => after.every((name) => ordered.includes(name)))
    if (next.length === 0) throw new Error('tables refer to each other in a circle')
    ordered.push(...next.map(({ name }) => name))
    left = left.filter(({ name }) => !ordered.includes(name))
  }
  return ordered
}

/** How many rows each table has. */
export async function countTables(db: Queryable): Promise<WholeTable[]> {
  const counted: WholeTable[] = []
  for (const name of await wholeTables(db)) {
    const [row] = await db.query<{ rows: number }>(`SELECT count(*)::int8 AS rows FROM ${quoted(name)}`)
    counted.push({ name, rows: row?.rows ?? 0 })
  }
  return counted
}

/**
 * The digest of each table. Instants are compared in UTC, so the time zones of the two servers do
 * not matter.
 */
export async function digestTables(db: Queryable): Promise<TableDigest[]> {
  await sameReading(db)
  const digests: TableDigest[] = []
  for (const name of await wholeTables(db)) {
    const [row] = await db.query<Omit<TableDigest, 'name'>>(
      `SELECT count(*)::int8 AS rows, coalesce(md5(string_agg(hash, '' ORDER BY hash COLLATE "C")), '') AS digest FROM (SELECT md5(t::text) AS hash FROM ${quoted(name)} AS t) AS hashed`,
    )
    digests.push({ name, rows: row?.rows ?? 0, digest: row?.digest ?? '' })
  }
  return digests
}

/** Reads every table in pages, each row as JSON text. Returns the digests of these rows. */
export async function readWhole(
  db: Database,
  take: (name: string, rows: readonly string[]) => Promise<void>,
): Promise<TableDigest[]> {
  return await db.transaction(async (tx) => {
    await sameReading(tx)
    for (const name of await wholeTables(tx)) {
      await tx.script(
        `DECLARE pages NO SCROLL CURSOR FOR SELECT to_jsonb(t)::text AS row FROM ${quoted(name)} AS t`,
      )
      for (;;) {
        const rows = await tx.query<{ row: string }>(`FETCH ${pageRows} FROM pages`)
        if (rows.length === 0) break
        await take(
          name,
          rows.map(({ row }) => row),
        )
      }
      await tx.script('CLOSE pages')
    }
    return await digestTables(tx)
  })
}

/**
 * Writes rows to an empty store, and at the end checks its digests, before the transaction commits.
 */
export interface WholeWriter {
  readonly makeMonths: (months: readonly string[]) => Promise<void>
  readonly write: (name: string, rows: readonly string[]) => Promise<void>
  readonly digests: () => Promise<TableDigest[]>
}

/**
 * Fills an empty, migrated store in one transaction: when `fill` rejects, nothing is stored. The
 * connection must own the tables. The rows hold history, which the triggers of the tables refuse,
 * so triggers and row-level security are disabled inside the transaction. They are enabled again
 * before it commits.
 */
export async function fillWhole(db: Database, fill: (writer: WholeWriter) => Promise<void>): Promise<void> {
  await db.transaction(
    async (tx) => {
      await sameReading(tx)
      const tables = await wholeTables(tx)
      for (const name of tables) await tx.script(`ALTER TABLE ${quoted(name)} DISABLE TRIGGER USER`)
      const makeMonths = async (months: readonly string[]): Promise<void> => {
        for (const month of months) await tx.query('SELECT ensure_log_month($1::date)', [`${month}-01`])
      }
      const fenced = new Set<string>()
      const lower = async (): Promise<void> => {
        for (const { name } of await tx.query<{ name: string }>(
          'SELECT relname AS name FROM pg_class WHERE relforcerowsecurity AND relnamespace = current_schema()::regnamespace',
        )) {
          fenced.add(name)
          await tx.script(`ALTER TABLE ${quoted(name)} NO FORCE ROW LEVEL SECURITY`)
        }
      }
      await lower()
      // The migrations insert this row; the copy brings it again.
      await tx.query('DELETE FROM tenant')
      await fill({
        makeMonths: async (months) => {
          await makeMonths(months)
          await lower()
        },
        write: async (name, rows) => {
          await tx.query(
            `INSERT INTO ${quoted(name)} SELECT * FROM jsonb_populate_recordset(NULL::${quoted(name)}, $1::jsonb)`,
            [`[${rows.join()}]`],
          )
        },
        digests: async () => await digestTables(tx),
      })
      for (const name of fenced) await tx.script(`ALTER TABLE ${quoted(name)} FORCE ROW LEVEL SECURITY`)
      for (const name of tables) await tx.script(`ALTER TABLE ${quoted(name)} ENABLE TRIGGER USER`)
    },
    { timeoutMs: STATEMENT_MS, role: 'owner' },
  )
}

async function sameReading(db: Queryable): Promise<void> {
  await db.script(
    "SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL bytea_output = 'hex'; SET LOCAL extra_float_digits = 1",
  )
}

function quoted(name: string): string {
  if (!/^[a-z_0-9]+$/.test(name)) throw new RangeError(`${name} is no name of a table here`)
  return `"${name}"`
}
