import type { PolicyContent } from '../../decision/shapes/policy.js'
import type { Parameter, Queryable } from '../database/connection.js'

/** The content of one publisher's import, or of one starter pack. A pack owns its objects. */
export interface Pack {
  readonly packId: string
  readonly content: PolicyContent
}

export const contentFamilies = [
  'payers',
  'plans',
  'policySets',
  'policies',
  'policyVersions',
  'codeSets',
  'codeTables',
  'codeRows',
  'unitLimitEditions',
  'unitLimits',
  'procedurePairEditions',
  'procedurePairs',
  'ndcEditions',
  'ndcCodes',
] as const
export type ContentFamily = (typeof contentFamilies)[number]

/**
 * One row, wanted or in force. Rows of one key are the same object; another signature means that it
 * changed.
 */
export interface RowInForce {
  readonly key: string
  readonly packId: string
  readonly signature: string
}
export interface WantedRow extends RowInForce {
  readonly columns: Readonly<Record<string, unknown>>
}

export interface ChangeCounts {
  readonly added: number
  readonly changed: number
  readonly ended: number
}

/** The changes from the rows in force to the wanted rows. A changed row is ended and inserted. */
export interface Difference {
  readonly end: readonly string[]
  readonly insert: readonly WantedRow[]
  readonly counts: ChangeCounts
}

/**
 * How publishing writes a table with `revisions`; the file that loads the table describes it. `$1`
 * is always the tenant. A large table is `partOf` another table: its rows are compared only where
 * the row of that table changed.
 *
 * Example: the rows of `unit_limit` are part of an edition. An edition with the same signature is
 * skipped, with all of its rows.
 */
export interface ContentTable {
  readonly family: ContentFamily
  readonly partOf?: ContentFamily
  /**
   * The rows that a pack wants in force. For a part: only those under the given keys of the parent
   * table.
   */
  rows(pack: Pack, wholes: ReadonlySet<string>): WantedRow[]
  /**
   * SQL for rows in force as key, packId, signature: of the packs `$2` or with a key among `$3`;
   * for a part, under the keys `$2`.
   */
  readonly inForce: string
  /**
   * SQL for rows of packs other than `$2`, as key, packId, signature and where needed `wantedKey`,
   * that clash with the wanted rows of the JSON array `$3`: the same object on the same days under
   * another key.
   */
  readonly clashing?: string
  /**
   * Counts the changes where one row holds many objects, before they are written. Without it rows
   * are counted.
   */
  readonly count?: (tx: Queryable, tenantId: string, difference: Difference) => Promise<ChangeCounts>
  /** SQL that ends the rows of the keys `$3` at revision `$2`. */
  readonly end: string
  /** SQL that inserts the rows of the JSON array `$3` from revision `$2` on. */
  readonly insert: string
}

// PGlite has no COPY, and Postgres takes at most 65,535 parameters. So rows go as JSON, in pieces;
// the event loop turns between them.
const PIECE_ROWS = 2_000
const PIECE_CHARACTERS = 1_000_000

/** Runs `sql` for each piece of `values`, sent as a JSON array in the last parameter. */
export async function runInPieces(
  tx: Queryable,
  sql: string,
  parameters: readonly Parameter[],
  values: readonly unknown[],
): Promise<void> {
  let piece: string[] = []
  let size = 0
  const send = async (): Promise<void> => {
    if (piece.length > 0) await tx.query(sql, [...parameters, `[${piece.join(',')}]`])
    piece = []
    size = 0
  }
  for (const value of values) {
    const text = JSON.stringify(value)
    if (piece.length >= PIECE_ROWS || size + text.length > PIECE_CHARACTERS) await send()
    piece.push(text)
    size += text.length
  }
  await send()
}

/**
 * A half-open period as a daterange of Postgres: `[2024-01-01,2025-01-01)`, or `[2024-01-01,)`
 * without an end.
 */
export function dateRange(from: string, to: string | undefined): string {
  return `[${from},${to ?? ''})`
}

/** The two dates of a stored period; `to` is absent where the period is open. */
export function period(row: { from: string; to: string | null }): { from: string; to?: string } {
  return row.to === null ? { from: row.from } : { from: row.from, to: row.to }
}
