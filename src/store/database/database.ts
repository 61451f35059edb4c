import { asApplication, type Database } from './connection.js'
import { openEmbedded } from './embedded.js'
import { migrate } from './migrate.js'
import { openServer } from './server.js'

export type {
  Database,
  Listening,
  Parameter,
  Queryable,
  StoreRole,
  TransactionOptions,
} from './connection.js'

/**
 * Opens the server at `databaseUrl`, or without one the embedded database in `dataDir` (or
 * `memory://`), and migrates it. Afterwards its connections have the role `app`, which owns no
 * table. Rejects where another process uses the data folder, and names that process.
 */
export async function openDatabase(where: {
  databaseUrl?: string | undefined
  dataDir: string
}): Promise<Database> {
  const owner = where.databaseUrl
    ? openServer(where.databaseUrl, { poolSize: 1 })
    : await openEmbedded(where.dataDir)
  try {
    await migrate(owner)
    if (owner.kind === 'embedded') await owner.script(asApplication)
  } catch (error) {
    await owner.close()
    throw error
  }
  if (!where.databaseUrl) return owner
  await owner.close()
  return openServer(where.databaseUrl, { asApplication: true })
}
