/**
 * What may be sent as a parameter. Dates go as `YYYY-MM-DD` text, JSON as text from
 * `JSON.stringify`; a `Date` is left out on purpose, since the drivers send it in different time
 * zones.
 */
export type Parameter = string | number | boolean | null | readonly string[] | readonly number[]

/** What runs SQL: the database itself, or one transaction of it. */
export interface Queryable {
  /**
   * Runs one statement with parameters `$1…`; answers its rows, read by the parsers of
   * `type-parsers.ts`. Rejects with the driver's error, whose `code` is the SQLSTATE.
   */
  query<Row>(sql: string, parameters?: readonly Parameter[]): Promise<Row[]>
  /** Runs several statements without parameters, such as a migration. */
  script(sql: string): Promise<void>
}

/**
 * In whose rights a transaction runs. `app` is what every connection of a migrated store has: it
 * reads one tenant and what is public. `access` reads keys, tenants and revision numbers of all;
 * `writer` publishes policy and makes keys; `owner` migrates, and nothing else.
 */
export type StoreRole = 'app' | 'access' | 'writer' | 'owner'

// `none` is whoever the connection was opened as.
const sqlRoles: Readonly<Record<StoreRole, string>> = {
  app: 'precert_app',
  access: 'precert_access',
  writer: 'precert_writer',
  owner: 'none',
}

/**
 * Gives a connection the rights of the application for good; the roles are there once the store is
 * migrated.
 */
export const asApplication = `SET ROLE ${sqlRoles.app}`

export interface TransactionOptions {
  /** Limit of one statement inside it; a server enforces it, an embedded database does not. */
  readonly timeoutMs?: number
  /**
   * Tenant in whose name it runs: what row-level security compares rows with (`app.tenant`), until
   * it ends. Absent: nobody's.
   */
  readonly tenantId?: string
  /** Whose rights it has until it ends. Absent: those of the connection. */
  readonly role?: StoreRole
}

/**
 * Sets what `options` say for the transaction that has just begun on `tx`, in one statement;
 * nothing where they say nothing.
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

/** Hearing of what others commit, until it is stopped. */
export interface Listening {
  /** Whether notifications would arrive now, as far as anybody knows. */
  readonly isConnected: () => boolean
  readonly stop: () => Promise<void>
}

/** One Postgres, on a server or embedded: the same SQL and the same readings of types. */
export interface Database extends Queryable {
  readonly kind: 'server' | 'embedded'
  /**
   * Commits when `work` resolves, rolls back when it rejects. Inside `work` only `tx` may be used:
   * an embedded database has one connection and would wait for itself.
   */
  transaction<T>(work: (tx: Queryable) => Promise<T>, options?: TransactionOptions): Promise<T>
  /**
   * Calls `onNotification` after a transaction that notified `channel` was committed, here or in
   * another process. A hint: it can be lost, so `onNotification` is also called whenever something
   * may have been missed. Does not reject; a connection that breaks is opened again.
   */
  listen(channel: string, onNotification: () => void): Listening
  /**
   * Connections of a server's pool: open, idle of them, callers waiting for one, and the most there
   * may be. Absent where there is one for all.
   */
  readonly connections?: () => {
    readonly open: number
    readonly idle: number
    readonly waiting: number
    readonly most: number
  }
  /** Ends all connections and gives the data folder free; calling it again does nothing. */
  close(): Promise<void>
}
