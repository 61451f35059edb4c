import { createHash } from 'node:crypto'
import { Type, type Static } from 'typebox'
import { ProblemError } from '../../http/problem.js'

/** Query parameters of every list. */
export const pageQuery = {
  pageSize: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 200,
      default: 50,
      description: 'Greatest number of items on a page.',
    }),
  ),
  pageToken: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 400,
      description: 'The nextPageToken of the page before; the other parameters must be the same.',
    }),
  ),
}
export const nextPageToken = Type.Optional(
  Type.String({ description: 'Token of the next page; absent on the last one.' }),
)

type PageQuery = Static<ReturnType<typeof Type.Object<typeof pageQuery>>>

/**
 * One page of items that are sorted by key. The token holds the last key, so a new policy revision
 * does not break paging.
 */
export function pageOf<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  query: PageQuery & Record<string, unknown>,
): { items: T[]; nextPageToken?: string } {
  const filter = filterDigest(query)
  const after = query.pageToken === undefined ? undefined : keyIn(query.pageToken, filter)
  const start = after === undefined ? 0 : items.findIndex((item) => keyOf(item) > after)
  const size = query.pageSize ?? 50
  const page = start < 0 ? [] : items.slice(start, start + size)
  const last = page.at(-1)
  if (last === undefined || start + size >= items.length) return { items: page }
  return { items: page, nextPageToken: tokenOf(filter, keyOf(last)) }
}

/**
 * The key after which the page begins, and how many items to read: one more than the page, to see
 * whether there are more.
 */
export function pageStart(query: PageQuery & Record<string, unknown>): {
  readonly after: string | undefined
  readonly atMost: number
} {
  return {
    after: query.pageToken === undefined ? undefined : keyIn(query.pageToken, filterDigest(query)),
    atMost: (query.pageSize ?? 50) + 1,
  }
}

/** The token of the page after the item of this key. */
export function tokenOf(filter: string, key: string): string {
  return Buffer.from(JSON.stringify([filter, key])).toString('base64url')
}

/** Sorts by code unit, the same on every machine. */
export function byKey<T>(keyOf: (item: T) => string): (a: T, b: T) => number {
  return (a, b) => (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0)
}

/** A digest of a list's filter, so that a token of one list is refused by another. */
export function filterDigest(query: Record<string, unknown>): string {
  const parts = Object.entries(query)
    .filter(([name, value]) => !Object.hasOwn(pageQuery, name) && value !== undefined)
    .sort(byKey(([name]) => name))
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 12)
}

/** The key in a page token. Throws the 400 for a token of another filter. */
export function keyIn(token: string, filter: string): string {
  try {
    const parts: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'))
    if (Array.isArray(parts) && parts.length === 2 && parts[0] === filter && typeof parts[1] === 'string')
      return parts[1]
  } catch {
    /* not a token of this service: refused below */
  }
  throw notOurToken()
}

/** The 400 for an unknown page token. */
export function notOurToken(): ProblemError {
  const detail =
    'The page token is not one that this query gave. Start again without pageToken, or repeat the parameters of the first page.'
  return new ProblemError('invalid-page-token', detail, [
    { in: 'query', pointer: '/pageToken', code: 'invalid-page-token', detail },
  ])
}
