import { mkdir, readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { PGlite, type Transaction } from '@electric-sql/pglite'
import { btree_gist } from '@electric-sql/pglite/contrib/btree_gist'
import { beginAs, type Database, type Parameter, type Queryable } from './connection.js'
import { databaseFault, folderFault } from './folder-faults.js'
import { lockDataDir, type DataDirLock } from './lock.js'
import { makePrivate } from './private-files.js'
import { StoreError } from './store-error.js'
import { typeParsers } from './type-parsers.js'

export interface EmbeddedDatabase extends Database {
  readonly kind: 'embedded'
  /** The whole database as a tar file, which `openEmbedded` takes as `image`. */
  dump(): Promise<Blob>
}

export interface EmbeddedOptions {
  /** A dumped database to start from. Only for a folder (or memory) without a database. */
  readonly image?: Blob
}

/**
 * Opens the embedded database in the folder `dataDir`, which is made if it is missing, or in memory
 * (`memory://`). Rejects with `data-dir-in-use`, which names the holder, while another process uses
 * the folder; with `folder-unusable`, `disk-full` or `store-damaged` where the folder is at fault.
 * Only the owner can read the folder and the files that this process makes from then on. Statement
 * timeouts are not enforced here.
 */
export async function openEmbedded(
  dataDir: string,
  options: EmbeddedOptions = {},
): Promise<EmbeddedDatabase> {
  if (dataDir.startsWith('memory://')) return wrap(await boot(dataDir, options))
  const folder = resolve(dataDir)
  // The database makes files at any time and sets no mode of its own.
  process.umask(0o077)
  const lock = await lockFolder(folder)
  try {
    await makePrivate(folder)
    return wrap(await bootIn(join(folder, 'database'), options), lock)
  } catch (error) {
    await lock.release().catch(() => {})
    throw error
  }
}

async function lockFolder(folder: string): Promise<DataDirLock> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    return await lockDataDir(folder)
  } catch (error) {
    throw folderFault(error, folder, 'DATA_DIR')
  }
}

async function bootIn(folder: string, options: EmbeddedOptions): Promise<PGlite> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === 'ENOENT') return []
    throw folderFault(error, folder, 'DATA_DIR')
  })
  // Without this file PGlite would make a new database over what is left of the old one.
  if (names.length > 0 && !names.includes('PG_VERSION'))
    throw await databaseFault(new Error('there is no PG_VERSION'), folder)
  try {
    return await boot(folder, options)
  } catch (error) {
    throw await databaseFault(error, folder)
  }
}

async function boot(location: string, { image }: EmbeddedOptions): Promise<PGlite> {
  return await PGlite.create({
    dataDir: location,
    extensions: { btree_gist },
    ...(image === undefined ? {} : { loadDataDir: image }),
  })
}

function wrap(pglite: PGlite, lock?: DataDirLock): EmbeddedDatabase {
  const check = (): void => {
    if (lock?.lost === true) {
      throw new StoreError(
        'data-dir-lost',
        'Another process took the data folder over while this one did not respond; this one stops using it.',
      )
    }
  }
  let closing: Promise<void> | undefined
  const alone = queryable(pglite, check)
  return {
    kind: 'embedded',
    ...alone,
    statement: async (sql, parameters) => await alone.query(sql, parameters),
    async transaction(work, options = {}) {
      check()
      return await pglite.transaction(async (tx) => {
        const inside = queryable(tx, check)
        await beginAs(inside, options)
        return await work(inside)
      })
    },
    listen(channel, onNotification) {
      let connected = false
      const listening = pglite.listen(channel, onNotification)
      listening.then(
        () => {
          connected = true
          onNotification()
        },
        () => {},
      )
      return {
        isConnected: () => connected,
        stop: async () => {
          await listening
            .then(async (stop) => {
              await stop()
            })
            .catch(() => {})
        },
      }
    },
    async dump() {
      return await pglite.dumpDataDir('none')
    },
    async close() {
      closing ??= pglite.close().finally(async () => await lock?.release())
      await closing
    },
  }
}

function queryable(connection: PGlite | Transaction, check: () => void): Queryable {
  return {
    async query<Row>(sql: string, parameters: readonly Parameter[] = []): Promise<Row[]> {
      check()
      // Given per query, because PGlite replaces its array parsers after start.
      const result = await connection.query<Row>(sql, [...parameters], { parsers: typeParsers })
      // PGlite never lets the event loop turn: a publish of many pieces would block every request.
      await setImmediate()
      return result.rows
    },
    async script(sql: string): Promise<void> {
      check()
      await connection.exec(sql)
    },
  }
}
