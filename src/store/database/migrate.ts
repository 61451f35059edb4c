import { createHash } from 'node:crypto'
import { readFile, readdir } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Database } from './connection.js'
import { StoreError } from './store-error.js'

// Two steps up from both src/store and dist/store.
const ownFolder = fileURLToPath(new URL('../../../migrations/', import.meta.url))
// The first migration of stores before 0.2, which had other tables. No such store was released.
const firstOfEarlierStores = '001-create-policy-revisions.sql'
const LOCK = 'precert migrations'
const TIMEOUT_MS = 10 * 60_000
// A migration that waits for a table blocks every later query of it, also checks of older
// processes. So it waits for a short time and tries again later.
const usualWaiting = {
  lockMs: 2_000,
  pauseMs: 1_000,
  longestMs: 3 * 60_000,
  now: (): number => performance.now(),
}

interface Migration {
  readonly name: string
  readonly sql: string
  readonly checksum: string
}

/**
 * Applies the migrations of `folder` (`NNN-verb-noun.sql`) that the database does not have yet, in
 * order, each in a transaction of its own. Answers their names. Processes that start at the same
 * time wait for each other. Migrations of a newer release, which `folder` does not have, are left
 * alone.
 *
 * Rejects with `migration-edited` when a file differs from what was applied, with `migration-waits`
 * when others lock a table that it needs for longer than `longestMs` by the clock `now`, and with
 * `store-of-earlier-version` for a store of a version before 0.2.
 */
export async function migrate(
  db: Database,
  folder: string = ownFolder,
  { lockMs, pauseMs, longestMs, now } = usualWaiting,
): Promise<string[]> {
  const [applied, began]: [string[], number] = [[], now()]
  for (const migration of await unknownTo(db, await migrationsIn(folder))) {
    for (;;) {
      try {
        if (await apply(db, migration, lockMs)) applied.push(migration.name)
        break
      } catch (error) {
        if (!isLockTimeout(error)) throw notPermitted(error, migration.name)
        if (now() - began >= longestMs)
          throw new StoreError(
            'migration-waits',
            `Migration ${migration.name} needs a table that others hold; it was waited for ${Math.round(longestMs / 1000)} seconds. End the transactions that are open for long (pg_stat_activity) and start again.`,
            { name: migration.name },
            error,
          )
      }
      await sleep(pauseMs)
    }
  }
  return applied
}

/**
 * Applies one migration in a transaction of its own; false where another process applied it
 * meanwhile.
 */
async function apply(db: Database, { name, sql, checksum }: Migration, lockMs: number): Promise<boolean> {
  return await db.transaction(
    async (tx) => {
      await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [LOCK])
      await tx.script(
        'CREATE TABLE IF NOT EXISTS migration (name text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())',
      )
      const [known] = await tx.query<{ checksum: string }>('SELECT checksum FROM migration WHERE name = $1', [
        name,
      ])
      if (known !== undefined && known.checksum !== checksum) {
        throw new StoreError(
          'migration-edited',
          `Migration ${name} was changed after it had been applied. Put its old text back and write a new migration.`,
          { name },
        )
      }
      if (known !== undefined) return false
      await tx.query('INSERT INTO migration (name, checksum) VALUES ($1, $2)', [name, checksum])
      // Set only now: the wait for other starting processes has no limit.
      await tx.query("SELECT set_config('lock_timeout', $1, true)", [String(lockMs)])
      await tx.script(sql)
      return true
    },
    { timeoutMs: TIMEOUT_MS, role: 'owner' },
  )
}

const isLockTimeout = (error: unknown): boolean => (error as { code?: unknown }).code === '55P03'

async function migrationsIn(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((file) => /^\d{3}-[a-z0-9-]+\.sql$/.test(file)).sort()
  return await Promise.all(
    names.map(async (name) => {
      const sql = (await readFile(`${folder}/${name}`, 'utf8')).replaceAll('\r\n', '\n')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}

/**
 * The migrations that are not applied yet. Where there are none the store is not written to, so a
 * process that may only read can start on it.
 */
async function unknownTo(db: Database, migrations: readonly Migration[]): Promise<Migration[]> {
  const [table] = await db.query<{ isThere: boolean }>(
    'SELECT to_regclass(\'migration\') IS NOT NULL AS "isThere"',
  )
  if (table?.isThere !== true) return [...migrations]
  const [before] = await db.query('SELECT FROM migration WHERE name = $1', [firstOfEarlierStores])
  if (before !== undefined)
    throw new StoreError(
      'store-of-earlier-version',
      'This store was made by a version before 0.2, whose tables were laid out otherwise; it cannot be taken over. Begin anew: name a folder that is not there yet (DATA_DIR) or an empty database (DATABASE_URL), import again, and make new keys. The old store is left as it is.',
    )
  const known = new Map(
    (await db.query<{ name: string; checksum: string }>('SELECT name, checksum FROM migration')).map(
      ({ name, checksum }) => [name, checksum],
    ),
  )
  return migrations.filter(({ name, checksum }) => known.get(name) !== checksum)
}

/**
 * For a migration that lacks a right: an error that says what an administrator has to do, with the
 * driver's error as its cause.
 */
function notPermitted(error: unknown, name: string): unknown {
  const { code, message } = error as { code?: unknown; message?: string }
  return code === '42501'
    ? new StoreError('migration-not-permitted', `Migration ${name}: ${message ?? ''}`, { name }, error)
    : error
}
