import type { Database, Queryable } from '../database/connection.js'

/**
 * A stored row of the log; decision-log/record.ts says what it means. Instants are ISO 8601 in UTC,
 * `sealed` is base64.
 */
export interface StoredLogRow {
  readonly tenantId: string
  readonly writerId: string
  readonly seq: number
  readonly at: string
  readonly action: 'determination' | 'reading' | 'replay' | 'erasure'
  readonly determinationId: string | null
  readonly callerId: string
  readonly channel: string
  readonly requestId: string
  readonly checkKind: string | null
  readonly engineVersion: string | null
  readonly policyRevision: number | null
  readonly planId: string | null
  readonly procedureCodes: readonly string[]
  readonly outcome: string | null
  readonly reasonCodes: readonly string[]
  readonly referenceMarks: readonly string[]
  readonly keyId: string
  readonly sealed: string
  readonly previousHash: string
  readonly hash: string
}

const STATEMENT_MS = 2_000
const WALK_MS = 60_000

const columns = `tenant_id AS "tenantId", writer_id AS "writerId", seq, at, action, determination_id AS "determinationId", caller_id AS "callerId",
  channel, request_id AS "requestId", check_kind AS "checkKind", engine_version AS "engineVersion", policy_revision AS "policyRevision", plan_id AS "planId",
  procedure_codes AS "procedureCodes", outcome, reason_codes AS "reasonCodes", reference_marks AS "referenceMarks", key_id AS "keyId",
  encode(sealed, 'base64') AS sealed, previous_hash AS "previousHash", hash`

/**
 * Stores rows of any tenants in one transaction and one round trip to the store. A row that exists
 * already rejects, or with `again` stays as it is.
 */
export async function insertLogRows(
  db: Pick<Database, 'statement'>,
  rows: readonly StoredLogRow[],
  { again = false } = {},
): Promise<void> {
  const byTenant = new Map<string, StoredLogRow[]>()
  for (const row of rows) {
    const group = byTenant.get(row.tenantId)
    if (group === undefined) byTenant.set(row.tenantId, [row])
    else group.push(row)
  }
  await db.statement(
    'SELECT add_to_decision_log($1::json, $2)',
    [JSON.stringify(Object.fromEntries(byTenant)), again],
    { timeoutMs: STATEMENT_MS },
  )
}

/** Makes the partitions of the log for these days (`YYYY-MM-DD`) where they are missing. */
export async function ensureLogMonths(db: Database, days: readonly string[]): Promise<void> {
  for (const day of days) await db.query('SELECT ensure_log_month($1::date)', [day])
}

/** The row of a determination between two instants; undefined when there is none. */
export async function findDetermination(
  db: Database,
  tenantId: string,
  determinationId: string,
  between: { readonly from: string; readonly to: string },
): Promise<StoredLogRow | undefined> {
  return await db.transaction(
    async (tx) => {
      const [row] = await tx.query<StoredLogRow>(
        `SELECT ${columns} FROM decision_log WHERE tenant_id = $1 AND determination_id = $2 AND action = 'determination' AND at >= $3::timestamptz AND at < $4::timestamptz`,
        [tenantId, determinationId, between.from, between.to],
      )
      return row
    },
    { tenantId, timeoutMs: STATEMENT_MS },
  )
}

/** Filters for determinations. Instants are ISO 8601, `from` inclusive and `to` exclusive. */
export interface LogSearch {
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly planId?: string | undefined
  readonly procedureCode?: string | undefined
  readonly outcome?: string | undefined
  readonly reasonCode?: string | undefined
  readonly callerId?: string | undefined
  readonly referenceMarks?: readonly string[] | undefined
  /** The last row of the page before. */
  readonly before?: { readonly at: string; readonly writerId: string; readonly seq: number } | undefined
  readonly limit: number
}

/** Determinations, newest first, without their sealed content. */
export async function searchDeterminations(
  db: Database,
  tenantId: string,
  search: LogSearch,
): Promise<Array<Omit<StoredLogRow, 'sealed'>>> {
  const { before } = search
  return await db.transaction(
    async (tx) =>
      await tx.query<Omit<StoredLogRow, 'sealed'>>(
        `SELECT ${columns.replace(/encode\(.*?AS sealed,/s, '')} FROM decision_log
      WHERE tenant_id = $1 AND action = 'determination'
        AND ($2::timestamptz IS NULL OR at >= $2::timestamptz) AND ($3::timestamptz IS NULL OR at < $3::timestamptz)
        AND ($4::text IS NULL OR plan_id = $4) AND ($5::text IS NULL OR $5 = ANY(procedure_codes)) AND ($6::text IS NULL OR outcome = $6)
        AND ($7::text IS NULL OR $7 = ANY(reason_codes)) AND ($8::text IS NULL OR caller_id = $8) AND ($9::text[] IS NULL OR reference_marks @> $9::text[])
        AND ($10::timestamptz IS NULL OR (at, writer_id, seq) < ($10::timestamptz, $11::text, $12::int8))
      ORDER BY at DESC, writer_id DESC, seq DESC LIMIT $13`,
        [
          tenantId,
          search.from ?? null,
          search.to ?? null,
          search.planId ?? null,
          search.procedureCode ?? null,
          search.outcome ?? null,
          search.reasonCode ?? null,
          search.callerId ?? null,
          search.referenceMarks ?? null,
          before?.at ?? null,
          before?.writerId ?? null,
          before?.seq ?? null,
          search.limit,
        ],
      ),
    { tenantId, timeoutMs: 30_000 },
  )
}

/** Determinations between two instants, oldest first, after the last one of the page before. */
export async function readDeterminations(
  db: Database,
  tenantId: string,
  {
    from,
    to,
    after,
    limit,
  }: Pick<LogSearch, 'from' | 'to' | 'limit'> & { readonly after?: LogSearch['before'] },
): Promise<StoredLogRow[]> {
  return await db.transaction(
    async (tx) =>
      await tx.query<StoredLogRow>(
        `SELECT ${columns} FROM decision_log
      WHERE tenant_id = $1 AND action = 'determination' AND ($2::timestamptz IS NULL OR at >= $2::timestamptz) AND ($3::timestamptz IS NULL OR at < $3::timestamptz)
        AND ($4::timestamptz IS NULL OR (at, writer_id, seq) > ($4::timestamptz, $5::text, $6::int8))
      ORDER BY at, writer_id, seq LIMIT $7`,
        [
          tenantId,
          from ?? null,
          to ?? null,
          after?.at ?? null,
          after?.writerId ?? null,
          after?.seq ?? null,
          limit,
        ],
      ),
    { tenantId, timeoutMs: WALK_MS },
  )
}

/**
 * Rows of one chain in order, from `seq` on. Rows that share a number, which only tampering makes,
 * are in order of their instants.
 */
export async function readChain(
  db: Database,
  tenantId: string,
  writerId: string,
  after: { readonly seq: number; readonly at: string },
  limit: number,
): Promise<StoredLogRow[]> {
  return await db.transaction(
    async (tx) =>
      await tx.query<StoredLogRow>(
        `SELECT ${columns} FROM decision_log WHERE tenant_id = $1 AND writer_id = $2 AND (seq, at) > ($3::int8, $4::timestamptz) ORDER BY seq, at LIMIT $5`,
        [tenantId, writerId, after.seq, after.at, limit],
      ),
    { tenantId, timeoutMs: WALK_MS },
  )
}

/** A chain of a tenant: its first and last number, and the instants of both. */
export interface ChainSpan {
  readonly writerId: string
  readonly first: number
  readonly last: number
  readonly rows: number
  readonly begunAt: string
  readonly lastAt: string
}
export async function chainSpans(db: Database, tenantId: string): Promise<ChainSpan[]> {
  return await db.transaction(async (tx) => await spans(tx, tenantId), { tenantId, timeoutMs: WALK_MS })
}

async function spans(tx: Queryable, tenantId: string): Promise<ChainSpan[]> {
  return await tx.query<ChainSpan>(
    `SELECT writer_id AS "writerId", min(seq) AS first, max(seq) AS last, count(*) AS rows, min(at) AS "begunAt", max(at) AS "lastAt"
       FROM decision_log WHERE tenant_id = $1 GROUP BY writer_id ORDER BY min(at), writer_id`,
    [tenantId],
  )
}
