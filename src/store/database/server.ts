import {
  DatabaseError,
  Pool,
  type CustomTypesConfig,
  type PoolClient,
  type QueryConfig,
  type QueryResult,
} from 'pg'
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
   * Connections take the role `app`, which owns no table and sees one tenant: for a migrated store.
   * Without it they keep the role of the URL.
   */
  readonly asApplication?: boolean
  /**
   * How long to wait for a connection. Without a limit, an unreachable server is waited for without
   * end.
   */
  readonly connectionTimeoutMs?: number
  /** Time limit of one statement outside a transaction that sets its own. */
  readonly statementTimeoutMs?: number
  /** Called for idle connections that break. */
  readonly onConnectionError?: (error: Error) => void
}

// The server cancels first, with an SQLSTATE. Our timer runs this much longer; it is for a server
// that no longer answers at all.
const GRACE_MS = 500
const ROLLBACK_MS = 1_000

const types: CustomTypesConfig = {
  getTypeParser: (oid: number) => typeParsers[oid] ?? ((text: string) => text),
}

/**
 * A connection pool for the Postgres server at `url` (`postgres://user@host:5432/name`). It
 * connects with the first query, so a process can start while its database is down. Broken
 * connections are replaced and never end the process.
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
    // Dates are read as text, so the order of day and month must not depend on the server's
    // settings.
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
    statement: async (sql, parameters, given) => await runAlone(transactions, sql, parameters, given),
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

/** Runs `work` on a connection of its own. A connection that cannot be rolled back is closed. */
async function inTransaction<T>(
  { pool, statementTimeoutMs, onConnectionError }: Transactions,
  work: (tx: Queryable) => Promise<T>,
  given: TransactionOptions = {},
): Promise<T> {
  const { timeoutMs = statementTimeoutMs } = given
  const client = await pool.connect()
  // The pool handles errors of idle clients only. An error of a client in use would end the
  // process.
  client.on('error', onConnectionError)
  let broken = false
  try {
    const tx = queryable(client, timeoutMs + GRACE_MS)
    await tx.query('BEGIN')
    await beginAs(tx, given)
    const result = await work(tx)
    const commit = await answered(timeoutMs + GRACE_MS, client.query({ text: 'COMMIT', ...noTimeLimit }))
    // Postgres answers the COMMIT of a failed transaction with ROLLBACK and no error.
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

/** Runs one statement on a connection of its own. A connection that still owes an answer is closed. */
async function runAlone<Row>(
  { pool, onConnectionError }: Transactions,
  sql: string,
  parameters: readonly Parameter[],
  { timeoutMs }: { readonly timeoutMs: number },
): Promise<Row[]> {
  const client = await pool.connect()
  client.on('error', onConnectionError)
  let broken = false
  try {
    return await queryable(client, timeoutMs + GRACE_MS).query<Row>(sql, parameters)
  } catch (error) {
    // An answer of the server has an SQLSTATE; after any other error it is not known what is still to come.
    broken = !isAnswer(error)
    throw error
  } finally {
    client.off('error', onConnectionError)
    client.release(broken)
  }
}

const isAnswer = (error: unknown): boolean =>
  error instanceof DatabaseError && error.severity !== 'FATAL' && error.severity !== 'PANIC'

// Disables the driver's own limit, which also counts while this process is busy and reads no
// answer. It would give up queries that the server has answered. The driver reads `query_timeout`
// of a single query, but its types lack it; 0 would mean the limit of the pool.
const noTimeLimit: object = { query_timeout: 2 ** 31 - 1 }

/**
 * The answer of a query. Rejects with the driver's message when there is none after `ms`; the
 * connection cannot be used then.
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
 * Runs statements on one connection with the limit `limitMs`, or without it on the pool, which has
 * its own limit.
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
