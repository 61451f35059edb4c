import { createHash } from 'node:crypto'
import { readFile, readdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Database } from './connection.js'
import { StoreError } from './store-error.js'

// The same two steps up from src/store and from dist/store.
const ownFolder = fileURLToPath(new URL('../../migrations/', import.meta.url))
const LOCK = 'precert migrations'
const TIMEOUT_MS = 10 * 60_000

interface Migration { readonly name: string, readonly sql: string, readonly checksum: string }

/**
 * Applies the migrations of `folder` (`NNN-verb-noun.sql`) that the database does not have yet, in order, each in a transaction
 * of its own; answers their names. Starters at the same time wait for each other. Rejects with `migration-edited` when a file
 * differs from what was applied; migrations of a newer release, of which the folder knows nothing, are left alone.
 */
export async function migrate (db: Database, folder: string = ownFolder): Promise<string[]> {
  const applied: string[] = []
  for (const { name, sql, checksum } of await unknownTo(db, await migrationsIn(folder))) {
    const isNew = await db.transaction(async tx => {
      await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [LOCK])
      await tx.script('CREATE TABLE IF NOT EXISTS migration (name text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())')
      const [known] = await tx.query<{ checksum: string }>('SELECT checksum FROM migration WHERE name = $1', [name])
      if (known !== undefined && known.checksum !== checksum) {
        throw new StoreError('migration-edited', `Migration ${name} was changed after it had been applied. Put its old text back and write a new migration.`, { name })
      }
      if (known !== undefined) return false
      await tx.query('INSERT INTO migration (name, checksum) VALUES ($1, $2)', [name, checksum])
      await tx.script(sql)
      return true
    }, { timeoutMs: TIMEOUT_MS, role: 'owner' }).catch((error: unknown) => { throw notPermitted(error, name) })
    if (isNew) applied.push(name)
  }
  return applied
}

async function migrationsIn (folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter(file => /^\d{3}-[a-z0-9-]+\.sql$/.test(file)).sort()
  return await Promise.all(names.map(async name => {
    const sql = (await readFile(`${folder}/${name}`, 'utf8')).replaceAll('\r\n', '\n')
    return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
  }))
}

/** What is left when those are taken away that were applied as they are: a store that has them all is not touched, so whoever may only read it can start on it. */
async function unknownTo (db: Database, migrations: readonly Migration[]): Promise<Migration[]> {
  const [table] = await db.query<{ isThere: boolean }>("SELECT to_regclass('migration') IS NOT NULL AS \"isThere\"")
  if (table?.isThere !== true) return [...migrations]
  const known = new Map((await db.query<{ name: string, checksum: string }>('SELECT name, checksum FROM migration')).map(({ name, checksum }) => [name, checksum]))
  return migrations.filter(({ name, checksum }) => known.get(name) !== checksum)
}

/** A migration that lacks a right says in words what an administrator has to do; what lies behind is kept as the cause. */
function notPermitted (error: unknown, name: string): unknown {
  const { code, message } = error as { code?: unknown, message?: string }
  return code === '42501' ? new StoreError('migration-not-permitted', `Migration ${name}: ${message ?? ''}`, { name }, error) : error
}
