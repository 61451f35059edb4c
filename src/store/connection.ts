/**
 * What may be sent as a parameter. Dates go as `YYYY-MM-DD` text, JSON as text from `JSON.stringify`; a `Date` is left out
 * on purpose, since the drivers send it in different time zones.
 */
export type Parameter = string | number | boolean | null | readonly string[] | readonly number[]

/** What runs SQL: the database itself, or one transaction of it. */
export interface Queryable {
  /** Runs one statement with parameters `$1…`; answers its rows, read by the parsers of `type-parsers.ts`. Rejects with the driver's error, whose `code` is the SQLSTATE. */
  query<Row>(sql: string, parameters?: readonly Parameter[]): Promise<Row[]>
  /** Runs several statements without parameters, such as a migration. */
  script(sql: string): Promise<void>
}

export interface TransactionOptions {
  /** Limit of one statement inside it; a server enforces it, an embedded database does not. */
  readonly timeoutMs?: number
  /** Tenant in whose name it runs: what row-level security compares rows with (`app.tenant`), until it ends. Absent: nobody's. */
  readonly tenantId?: string
}

/** One Postgres, on a server or embedded: the same SQL and the same readings of types. */
export interface Database extends Queryable {
  readonly kind: 'server' | 'embedded'
  /** Commits when `work` resolves, rolls back when it rejects. Inside `work` only `tx` may be used: an embedded database has one connection and would wait for itself. */
  transaction<T>(work: (tx: Queryable) => Promise<T>, options?: TransactionOptions): Promise<T>
  /** Ends all connections and gives the data folder free; calling it again does nothing. */
  close(): Promise<void>
}
