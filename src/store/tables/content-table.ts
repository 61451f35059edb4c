import type { PolicyContent } from '../../decision/shapes/policy.js'
import type { Parameter, Queryable } from '../database/connection.js'

/** What one publisher's import, or one starter pack, contributes; a pack owns the objects in it. */
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
 * One row as it should be, or as it is in force. Rows of one key are the same thing; another
 * signature means that it changed.
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

/** What makes the rows in force into the wanted ones; a changed row is ended and inserted. */
export interface Difference {
  readonly end: readonly string[]
  readonly insert: readonly WantedRow[]
  readonly counts: ChangeCounts
}

/**
 * A table with `revisions`, as publishing sees it; each is described once, beside what loads it.
 * `$1` is always the tenant. The rows of a large table are `partOf` another one and looked at only
 * where that one changed.
 */
export interface ContentTable {
  readonly family: ContentFamily
  readonly partOf?: ContentFamily
  /**
   * The rows that a pack wants in force; of a part, only those under the given keys of the whole.
   */
  rows(pack: Pack, wholes: ReadonlySet<string>): WantedRow[]
  /**
   * Rows in force as key, packId, signature: of the packs `$2` or with a key among `$3`; of a part,
   * under the keys `$2`.
   */
  readonly inForce: string
  /**
   * Rows of packs other than `$2`, as key, packId, signature and where it matters `wantedKey`, that
   * cannot stay beside the wanted rows of the JSON array `$3`: of the same thing for the same days
   * under another key.
   */
  readonly clashing?: string
  /**
   * Counts what changed where one row holds many things, before it is written; without it rows are
   * counted.
   */
  readonly count?: (tx: Queryable, tenantId: string, difference: Difference) => Promise<ChangeCounts>
  /** Ends the rows of the keys `$3` at revision `$2`. */
  readonly end: string
  /** Inserts the rows of the JSON array `$3` from revision `$2` on. */
  readonly insert: string
}

// Neither COPY (PGlite) nor more than 65,535 parameters (Postgres): rows go as JSON, in pieces,
// between which the event loop turns.
const PIECE_ROWS = 2_000
const PIECE_CHARACTERS = 1_000_000

/**
 * Runs `sql` for each piece of `values`, sent as a JSON array in the last parameter; once per some
 * thousand values.
 */
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
 * A half-open period as Postgres writes a daterange: `[2024-01-01,2025-01-01)`, or `[2024-01-01,)`
 * without an end.
 */
export function dateRange(from: string, to: string | undefined): string {
  return `[${from},${to ?? ''})`
}

/** The two dates of a period as stored, `to` left out where it is open. */
export function period(row: { from: string; to: string | null }): { from: string; to?: string } {
  return row.to === null ? { from: row.from } : { from: row.from, to: row.to }
}
