import type { PlainDate } from '../../decision/shapes/codes.js'
import { addDays } from '../../decision/shapes/plain-date.js'
import type { CodeTable } from '../../decision/shapes/tables.js'
import { ImportRefused } from '../importer.js'
import { editionNamed, editionOfDay, publishedAt, type Edition } from './editions.js'
import { listingsWith, type EditionTime, type Listing as StatedListing } from './listings.js'
import type { CodeRow, FileContent } from './records.js'

/** A loaded edition. `remembersFrom` is the first day whose terminations its file still lists. */
interface HeldEdition extends Edition {
  readonly remembersFrom: PlainDate
}

/** The codes of the loaded editions, the same in whatever order they were imported. */
export interface HeldCodes {
  readonly rows: readonly CodeRow[]
  /** Oldest first. */
  readonly editions: readonly HeldEdition[]
}

/** A row of a code from the newest edition with this add date. It has an end only where a file states one. */
interface Listing {
  readonly row: CodeRow
  readonly edition: HeldEdition
}

/**
 * Adds the file of one edition to the loaded codes. The newest edition that lists a code applies from the
 * add date of that code, older editions only before. Editions may therefore come in any order, and an
 * older one never ends a code that a newer one lists.
 */
export function withEdition(before: HeldCodes | undefined, edition: Edition, file: FileContent): HeldCodes {
  const added: HeldEdition = { ...edition, remembersFrom: earliestTermination(file, edition.from) }
  const editions = [...(before?.editions ?? []).filter(({ name }) => name !== edition.name), added].sort(
    (a, b) => (a.from < b.from ? -1 : 1),
  )
  const codes = new Map<string, Listing[]>()
  for (const row of before?.rows ?? []) {
    const listing = listingOf(row, before?.editions ?? [])
    const list = codes.get(row.code)
    if (list === undefined) codes.set(row.code, [listing])
    else list.push(listing)
  }
  for (const [code, listings] of codes)
    codes.set(code, listingsBesideFile(code, listings, added, editions, file))
  for (const { said: _, ...row } of file.rows.values()) {
    codes.set(row.code, [...(codes.get(row.code) ?? []), { row, edition: added }])
  }
  const said = listingsOf(before, added, file)
  return {
    rows: [...codes.entries()]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([, listings]) =>
        rowsOf(applicableListings(listings), editions).map((row) => withListings(row, said.get(row.code))),
      ),
    editions,
  }
}

/** The listings of each code in all editions. Every row of a code gets all of its listings. */
function listingsOf(
  before: HeldCodes | undefined,
  added: HeldEdition,
  file: FileContent,
): Map<string, StatedListing[]> {
  const times = (before?.editions ?? []).map(timeOf)
  const earlier = new Map((before?.rows ?? []).map(({ code, listings = [] }) => [code, listings]))
  return new Map(
    [...new Set([...earlier.keys(), ...file.rows.keys()])].map((code) => [
      code,
      listingsWith(earlier.get(code) ?? [], times, timeOf(added), file.rows.get(code)?.said),
    ]),
  )
}

const timeOf = (edition: Edition): EditionTime => ({ from: edition.from, to: dayAfter(edition) })

function withListings(row: CodeRow, listings: StatedListing[] = []): CodeRow {
  const { listings: _, ...rest } = row
  return listings.length === 0 ? rest : { ...rest, listings }
}

/** The listing from which a stored row was made. It is open where no file states the end of the row. */
function listingOf({ endInferred, ...row }: CodeRow, editions: readonly HeldEdition[]): Listing {
  const { to, ...open } = row
  const edition = editions.find(({ name }) => name === row.edition) ?? editions.at(-1)
  if (edition === undefined) throw new RangeError('rows are held, and no edition')
  return { row: endInferred === true || to === undefined ? open : row, edition }
}

/**
 * The earlier listings of a code that stay when a new file is added. A listing of the same edition is replaced.
 * A code whose row could not be read keeps its latest listing, as if the new file had repeated it.
 */
function listingsBesideFile(
  code: string,
  listings: readonly Listing[],
  added: HeldEdition,
  editions: readonly HeldEdition[],
  file: FileContent,
): Listing[] {
  const unread = file.refusedCodes.has(code) || (file.refusedUnknown && !file.rows.has(code))
  if (unread) {
    const latest = applicableListings(listings.filter(({ edition }) => edition.from <= added.from)).at(-1)
    return listings.map((one) =>
      one.row.from === latest?.row.from && one.edition.from < added.from ? { ...one, edition: added } : one,
    )
  }
  const previous = editions[editions.indexOf(added) - 1]
  return listings.flatMap((one): Listing[] => {
    if (one.edition.name !== added.name) return [one]
    if (previous === undefined || file.rows.get(code)?.from === one.row.from) return []
    const { to: _, ...open } = one.row
    return [{ row: open, edition: previous }]
  })
}

/**
 * The listings that apply, sorted by add date. A listing does not apply where a newer edition lists the
 * code from the same day or an earlier one.
 */
function applicableListings(listings: readonly Listing[]): Listing[] {
  const found: Listing[] = []
  for (const one of [...listings].sort((a, b) => (a.edition.from > b.edition.from ? -1 : 1)))
    if (found.every(({ row }) => one.row.from < row.from)) found.push(one)
  return found.reverse()
}

/**
 * The rows of a code. Where no file states the end of a code, it ends with the first edition that does
 * not list it.
 */
function rowsOf(listings: readonly Listing[], editions: readonly HeldEdition[]): CodeRow[] {
  return listings.flatMap(({ row, edition }, at) => {
    const next = listings[at + 1]?.row.from ?? missingFrom(edition, editions)
    const { to, ...open } = row
    const isStated = to !== undefined && (next === undefined || to <= next || listings[at + 1] === undefined)
    const end = isStated ? to : next
    if (end !== undefined && end <= row.from) return []
    return [
      {
        ...open,
        ...(end === undefined ? {} : { to: end }),
        edition: edition.name,
        ...(end === undefined || isStated ? {} : { endInferred: true }),
      },
    ]
  })
}

/** The first day without a code that `last` is the last to list; undefined for the newest edition. */
function missingFrom(last: HeldEdition, editions: readonly HeldEdition[]): PlainDate | undefined {
  const next = editions[editions.indexOf(last) + 1]
  if (next === undefined) return undefined
  const until = dayAfter(last)
  return until >= next.from ? next.from : dayKnownAgain(last, next)
}

const dayAfter = ({ coversThrough }: Edition): PlainDate => addDays(coversThrough, 1)

/**
 * The day from which codes are known again after quarters that were not imported. From that day on, the
 * newer file would list any code that has ended.
 */
const dayKnownAgain = (last: HeldEdition, next: HeldEdition): PlainDate =>
  dayAfter(last) < next.remembersFrom ? next.remembersFrom : dayAfter(last)

/** The spans of time for which the editions give all codes. */
export function spansOf({ editions }: HeldCodes): CodeTable['held'] {
  const spans: { from: PlainDate; to?: PlainDate }[] = []
  for (const [at, edition] of editions.entries()) {
    const before = editions[at - 1]
    const span = spans.at(-1)
    if (before === undefined || span === undefined) spans.push({ from: edition.from })
    else if (dayAfter(before) < edition.remembersFrom) {
      span.to = dayAfter(before)
      spans.push({ from: edition.remembersFrom })
    }
  }
  return spans
}

/**
 * The codes and editions of a table that this importer wrote. An older table does not name its editions;
 * they are then those in which its spans begin and end. Undefined for any other table.
 */
export function codesHeldIn(table: CodeTable | undefined): HeldCodes | undefined {
  const newest = editionNamed(table?.source.documentVersion ?? '')
  if (table === undefined || newest === undefined) return undefined
  if (table.editions !== undefined)
    return {
      rows: table.rows,
      editions: table.editions.flatMap(({ name, remembersFrom }) => {
        const edition = editionNamed(name)
        return edition === undefined ? [] : [{ ...edition, remembersFrom }]
      }),
    }
  const editions: HeldEdition[] = []
  for (const { from, to } of table.held) {
    const first = editionOfDay(from)
    const last = to === undefined ? newest : editionOfDay(addDays(to, -1))
    editions.push({ ...first, remembersFrom: from })
    if (last.name !== first.name) editions.push({ ...last, remembersFrom: dayAfter(first) })
  }
  return { rows: table.rows.map((row) => ({ ...row, edition: newest.name })), editions }
}

/**
 * Refuses a file that lacks more than half of the codes in use in its quarter. It is an excerpt, and
 * importing it would end the other codes.
 */
export function refuseExcerpt(
  name: string,
  before: HeldCodes | undefined,
  { from }: Edition,
  file: FileContent,
): void {
  const inUse = (before?.rows ?? []).filter(
    (row) => row.from <= from && (row.to === undefined || from < row.to),
  )
  const listed = inUse.filter(({ code }) => file.rows.has(code) || file.refusedCodes.has(code)).length
  if (listed * 2 >= inUse.length) return
  throw new ImportRefused(
    `${name} lists ${listed} of the ${inUse.length} codes in use: it is an excerpt, and the others would be ended. Take the whole file from ${publishedAt}`,
  )
}

/** The earliest termination that the file lists; `from` where it lists none. */
function earliestTermination(file: FileContent, from: PlainDate): PlainDate {
  let earliest = from
  for (const { to } of file.rows.values()) if (to !== undefined && to < earliest) earliest = to
  return earliest
}
