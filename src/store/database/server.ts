import { Pool, type CustomTypesConfig, type PoolClient, type QueryConfig, type QueryResult } from 'pg'
import {
  asApplication,
  beginAs,
  type Database,
  type Parameter,
  type Queryable,
  type TransactionOptions,
} from './connection.js'
import { deadline } from './deadline.js'
import { listenOnServer } from './listening.js'
import { typeParsers } from './type-parsers.js'

export interface ServerOptions {
  readonly poolSize?: number
  /**
   * Connections own nothing and see one tenant: for a store that is migrated. Without it they are
   * whoever the URL says.
   */
  readonly asApplication?: boolean
  /** How long to wait for a connection; without a limit a black hole is waited for without end. */
  readonly connectionTimeoutMs?: number
  /** Limit of one statement outside a transaction that sets its own. */
  readonly statementTimeoutMs?: number
  /** Told of connections that broke while nobody was waiting for them. */
  readonly onConnectionError?: (error: Error) => void
}

// The server cancels first, with an SQLSTATE; our own timer is for a server that no longer answers
// at all.
const GRACE_MS = 500
const ROLLBACK_MS = 1_000

const types: CustomTypesConfig = {
  getTypeParser: (oid: number) => typeParsers[oid] ?? ((text: string) => text),
}

/**
 * A pool on the Postgres server at `url` (`postgres://user@host:5432/name`). Nothing is contacted
 * before the first query, so a process can start while its database is down. Broken connections are
 * replaced and never end the process.
 */
export function openServer(url: string, options: ServerOptions = {}): Database {
  const statementTimeout = options.statementTimeoutMs ?? 5_000
  const onConnectionError = options.onConnectionError ?? ((): void => {})
  const anyConnection = { connectionString: url, keepAlive: true, keepAliveInitialDelayMillis: 5_000, types }
  const pool = new Pool({
    ...anyConnection,
    max: options.poolSize ?? 10,
    connectionTimeoutMillis: options.connectionTimeoutMs ?? 2_000,
    statement_timeout: statementTimeout,
    query_timeout: statementTimeout + GRACE_MS,
    // Dates are read as text: their order of day and month must not depend on how the server was
    // set up.
    onConnect: async (client) => {
      await client.query(
        `SET datestyle = 'ISO, YMD'; SET timezone = 'UTC'${options.asApplication === true ? `; ${asApplication}` : ''}`,
      )
    },
  })
  pool.on('error', onConnectionError)

  const transactions = { pool, statementTimeoutMs: statementTimeout, onConnectionError }
  let closing: Promise<void> | undefined
  const connections = (): ReturnType<NonNullable<Database['connections']>> => ({
    open: pool.totalCount,
    idle: pool.idleCount,
    waiting: pool.waitingCount,
    most: pool.options.max,
  })
  return {
    kind: 'server',
    ...queryable(pool),
    transaction: async (work, given) => await inTransaction(transactions, work, given),
    connections,
    listen: (channel, onNotification) => listenOnServer(anyConnection, channel, onNotification),
    close: async () => await (closing ??= pool.end()),
  }
}

interface Transactions {
  readonly pool: Pool
  readonly statementTimeoutMs: number
  readonly onConnectionError: (error: Error) => void
}

/** Runs `work` on a connection of its own; one that cannot even be rolled back is thrown away. */
async function inTransaction<T>(
  { pool, statementTimeoutMs, onConnectionError }: Transactions,
  work: (tx: Queryable) => Promise<T>,
  given: TransactionOptions = {},
): Promise<T> {
  const { timeoutMs = statementTimeoutMs } = given
  const client = await pool.connect()
  // The pool listens to idle clients only; one killed while checked out would end the process.
  client.on('error', onConnectionError)
  let broken = false
  try {
    const tx = queryable(client, timeoutMs + GRACE_MS)
    await tx.query('BEGIN')
    await beginAs(tx, given)
    const result = await work(tx)
    const commit = await answered(timeoutMs + GRACE_MS, client.query({ text: 'COMMIT', ...noTimeLimit }))
    // Postgres answers COMMIT of a failed transaction with ROLLBACK and no error.
    if (commit.command === 'ROLLBACK')
      throw new Error('the transaction had failed before and was rolled back')
    return result
  } catch (error) {
    await answered(ROLLBACK_MS, client.query({ text: 'ROLLBACK', ...noTimeLimit })).catch(() => {
      broken = true
    })
    throw error
  } finally {
    client.off('error', onConnectionError)
    client.release(broken)
  }
}

// The driver's own limit counts also while this process is busy and reads no answer, and would give
// up what the server has long done. `query_timeout` of a single query is read by the driver but
// missing from its types; 0 would be that of the pool.
const noTimeLimit: object = { query_timeout: 2 ** 31 - 1 }

/**
 * What the server answers; rejects, in the words of the driver, when it has not for `ms`. The
 * connection is of no use then.
 */
async function answered<T>(ms: number, query: Promise<T>): Promise<T> {
  return await new Promise((resolve, reject) => {
    const end = deadline(ms, () => {
      reject(new Error('Query read timeout'))
    })
    query.then(resolve, reject).finally(end)
  })
}

/**
 * Runs what it is given on a connection whose answers are waited for `limitMs`; without it on any
 * of the pool, which has a limit of its own.
 */
function queryable(client: Pool | PoolClient, limitMs?: number): Queryable {
  // Both classes have this overload; their union cannot be called.
  const query = client.query.bind(client) as (config: QueryConfig) => Promise<QueryResult>
  const run = async (config: QueryConfig): Promise<QueryResult> =>
    limitMs === undefined
      ? await query(config)
      : await answered(limitMs, query({ ...config, ...noTimeLimit }))
  return {
    async query<Row>(sql: string, parameters: readonly Parameter[] = []): Promise<Row[]> {
      const result = await run({ text: sql, values: [...parameters] })
      return result.rows as Row[]
    },
    async script(sql: string): Promise<void> {
      await run({ text: sql })
    },
  }
}
