import type { PlainDate } from '../../decision/shapes/codes.js'
import type { CodeTable } from '../../decision/shapes/tables.js'

export type Listing = NonNullable<CodeTable['rows'][number]['listings']>[number]
/** What one edition says about a code, without the time of the edition. */
export type Said = Omit<Listing, 'from' | 'to'>

/** The time of one edition: from `from` until the day before `to`. */
export interface EditionTime {
  readonly from: PlainDate
  readonly to: PlainDate
}

/**
 * Adds what one more edition says about a code to its listings; `said` is undefined where the edition
 * does not list the code. It splits the listings by edition and joins equal neighbours again, so that
 * editions may come in any order.
 */
export function listingsWith(
  listings: readonly Listing[],
  before: readonly EditionTime[],
  added: EditionTime,
  said: Said | undefined,
): Listing[] {
  const parts = before
    .filter(({ from }) => from !== added.from)
    .flatMap(({ from, to }): Listing[] => {
      const one = listings.find((listing) => listing.from <= from && from < listing.to)
      return one === undefined ? [] : [{ ...one, from, to }]
    })
  if (said !== undefined) parts.push({ ...added, ...said })
  const found: Listing[] = []
  for (const part of parts.sort((a, b) => (a.from < b.from ? -1 : 1))) {
    const last = found.at(-1)
    if (last !== undefined && last.to >= part.from && isSame(last, part))
      found[found.length - 1] = { ...last, to: part.to }
    else found.push(part)
  }
  return found
}

function isSame(a: Listing, b: Listing): boolean {
  return (
    a.added === b.added &&
    a.action === b.action &&
    a.actionFrom === b.actionFrom &&
    a.coverageCode === b.coverageCode &&
    a.dosePerUnit?.value === b.dosePerUnit?.value &&
    a.dosePerUnit?.unit === b.dosePerUnit?.unit
  )
}
