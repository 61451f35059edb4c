/**
 * A value that may be sent as a parameter. Dates go as `YYYY-MM-DD` text, JSON as text from
 * `JSON.stringify`. There is no `Date`, because the two drivers send it in different time zones.
 */
export type Parameter = string | number | boolean | null | readonly string[] | readonly number[]

/** Runs SQL: the database itself, or one of its transactions. */
export interface Queryable {
  /**
   * Runs one statement with parameters `$1…` and returns its rows, read by the parsers of
   * `type-parsers.ts`. Rejects with the driver's error, whose `code` is the SQLSTATE.
   */
  query<Row>(sql: string, parameters?: readonly Parameter[]): Promise<Row[]>
  /** Runs several statements without parameters, such as a migration. */
  script(sql: string): Promise<void>
}

/**
 * The rights of a transaction. `app`, the role of every connection to a migrated store, reads one
 * tenant and public policy. `access` reads keys, tenants and revision numbers of all tenants.
 * `writer` publishes policy and makes keys. `owner` runs migrations.
 */
export type StoreRole = 'app' | 'access' | 'writer' | 'owner'

// `none` is the role that the connection was opened with.
const sqlRoles: Readonly<Record<StoreRole, string>> = {
  app: 'precert_app',
  access: 'precert_access',
  writer: 'precert_writer',
  owner: 'none',
}

/**
 * Gives a connection the rights of the application for its whole life. The roles exist once the
 * store is migrated.
 */
export const asApplication = `SET ROLE ${sqlRoles.app}`

export interface TransactionOptions {
  /**
   * Time limit of one statement in the transaction. A server enforces it; the embedded database
   * does not.
   */
  readonly timeoutMs?: number
  /**
   * Tenant of the transaction: row-level security compares it (`app.tenant`) with every row.
   * Absent: no tenant. INVARIANT: a transaction sees no row of another tenant, whatever its SQL
   * asks for (test/access/tenants.test.ts, with the tables of test/access/sql-fences.ts).
   */
  readonly tenantId?: string
  /** Role of the transaction. Absent: the role of the connection. */
  readonly role?: StoreRole
}

/**
 * Sets tenant, role and time limit for the transaction that has just begun on `tx`, in one
 * statement. Does nothing where `options` is empty.
 */
export async function beginAs(
  tx: Queryable,
  { timeoutMs, tenantId, role }: TransactionOptions,
): Promise<void> {
  const settings = Object.entries({
    statement_timeout: timeoutMs === undefined ? undefined : String(timeoutMs),
    'app.tenant': tenantId,
    role: role === undefined ? undefined : sqlRoles[role],
  }).filter((setting): setting is [string, string] => setting[1] !== undefined)
  if (settings.length === 0) return
  await tx.query(
    `SELECT ${settings.map((_, at) => `set_config($${2 * at + 1}, $${2 * at + 2}, true)`).join(', ')}`,
    settings.flat(),
  )
}

/** A subscription to notifications, until it is stopped. */
export interface Listening {
  /** Whether the connection is up, so that notifications would arrive now. */
  readonly isConnected: () => boolean
  readonly stop: () => Promise<void>
}

/** One Postgres database, on a server or embedded. Both take the same SQL and read types alike. */
export interface Database extends Queryable {
  readonly kind: 'server' | 'embedded'
  /**
   * Commits when `work` resolves, rolls back when it rejects. Inside `work` use only `tx`: an
   * embedded database has one connection, so a query on the database itself would deadlock.
   */
  transaction<T>(work: (tx: Queryable) => Promise<T>, options?: TransactionOptions): Promise<T>
  /**
   * Runs one statement as a transaction of its own, in one round trip; it sets its tenant itself.
   * After `timeoutMs` without an answer this rejects, and it is not known whether the statement was
   * committed. Until then a busy process may take its time, as in a transaction.
   */
  statement<Row>(
    sql: string,
    parameters: readonly Parameter[],
    options: { readonly timeoutMs: number },
  ): Promise<Row[]>
  /**
   * Calls `onNotification` after a transaction that notified `channel` was committed, here or in
   * another process. A notification can be lost, so `onNotification` is also called whenever one
   * may have been missed. Does not reject; a broken connection is opened again.
   */
  listen(channel: string, onNotification: () => void): Listening
  /**
   * The pool of a server: open connections, idle ones, callers that wait for one, and the maximum.
   * Absent for the embedded database, which has one connection.
   */
  readonly connections?: () => {
    readonly open: number
    readonly idle: number
    readonly waiting: number
    readonly most: number
  }
  /** Ends all connections and releases the data folder. A second call does nothing. */
  close(): Promise<void>
}
