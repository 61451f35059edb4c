export type StoreErrorCode =
  | 'data-dir-in-use'
  | 'data-dir-lost'
  | 'folder-unusable'
  | 'disk-full'
  | 'store-damaged'
  | 'migration-edited'
  | 'store-of-earlier-version'
  | 'migration-not-permitted'
  | 'migration-waits'
  | 'tenant-exists'
  | 'tenant-unknown'
  | 'code-tables-are-public'
  | 'id-is-public'
  | 'edition-in-public-set'
  | 'policy-overlap'
  | 'policy-period-empty'
  | 'policy-duplicate'
  | 'policy-owned-elsewhere'
  | 'policy-not-storable'
  | 'revision-unknown'
  | 'revision-moved'
  | 'publish-in-progress'
  | 'key-name-taken'

/** Faults of a setting: an operator must correct them, so a restart does not help. */
export const faultsOfSettings: ReadonlySet<StoreErrorCode> = new Set<StoreErrorCode>([
  'folder-unusable',
  'store-of-earlier-version',
])

/**
 * An error that a caller can act on. `code` never changes its meaning, `details` are plain data,
 * the message is for people.
 */
export class StoreError extends Error {
  override readonly name: string = 'StoreError'
  readonly code: StoreErrorCode
  readonly details: Readonly<Record<string, unknown>>

  constructor(
    code: StoreErrorCode,
    message: string,
    details: Readonly<Record<string, unknown>> = {},
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.details = details
  }
}

/**
 * Content that contradicts itself or what is in force: two answers for one date, or two owners of
 * one object.
 */
export class PolicyConflict extends StoreError {
  override readonly name = 'PolicyConflict'
}

/**
 * The StoreError for a driver's error, by its SQLSTATE; any other error unchanged. For rows that
 * were refused while publishing, the details name the rows, in the words of Postgres.
 */
export function asStoreError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof StoreError) return error
  const { code, detail, constraint } = error as Error & {
    code?: unknown
    detail?: unknown
    constraint?: unknown
  }
  const state = typeof code === 'string' ? code : ''
  // Under row-level security Postgres names no values, so the details name the constraint and its
  // table.
  const shownDetail =
    typeof detail === 'string' && !/^Key (conflicts|already)/.test(detail) ? detail : error.message
  const details = { sqlState: state, constraint: typeof constraint === 'string' ? constraint : null }
  if (state === '23P01')
    return new PolicyConflict(
      'policy-overlap',
      `Two contents hold at the same time. ${shownDetail}`,
      details,
      error,
    )
  if (state === '23505')
    return new PolicyConflict('policy-duplicate', `One thing is there twice. ${shownDetail}`, details, error)
  if (state === '55P03')
    return new StoreError(
      'publish-in-progress',
      'Somebody else is publishing policy; try again.',
      details,
      error,
    )
  // Class 22 is data that Postgres cannot store, such as a NUL in a text; 23514 is a value outside
  // the bounds of its table.
  if (state.startsWith('22') || state === '23514')
    return new StoreError(
      'policy-not-storable',
      `The database cannot hold this content: ${shownDetail}`,
      details,
      error,
    )
  return error
}

// Classes of SQLSTATE: 22 data that cannot be stored, such as a NUL in a text; 23 a constraint of
// the table; 54 a limit of the server, such as the size of a row.
const refusedForGood = /^(22|23|54)[0-9A-Z]{3}$/

/**
 * The SQLSTATE of an error by which the database refuses the data itself, so that a retry would
 * fail too; undefined for any other error.
 */
export function refusalOf(error: unknown): string | undefined {
  const { code } = Object(error) as { code?: unknown }
  return typeof code === 'string' && refusedForGood.test(code) ? code : undefined
}
