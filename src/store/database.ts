import type { Database } from './connection.js'
import { openEmbedded } from './embedded.js'
import { openServer } from './server.js'

export type { Database, Parameter, Queryable, TransactionOptions } from './connection.js'

/**
 * Opens the server at `databaseUrl`, or without one the embedded database in `dataDir` (or `memory://`).
 * A server is not contacted yet: the first query tells whether it is there. A data folder in use is refused by name of its holder.
 */
export async function openDatabase (where: { databaseUrl?: string | undefined, dataDir: string }): Promise<Database> {
  return where.databaseUrl ? openServer(where.databaseUrl) : await openEmbedded(where.dataDir)
}
