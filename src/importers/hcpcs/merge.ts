import type { PlainDate } from '../../decision/shapes/codes.js'
import { addDays } from '../../decision/shapes/plain-date.js'
import type { CodeTable } from '../../decision/shapes/tables.js'
import { ImportRefused } from '../importer.js'
import { editionNamed, editionOfDay, publishedAt, type Edition } from './editions.js'
import { listingsWith, type EditionTime, type Listing as StatedListing } from './listings.js'
import type { CodeRow, FileContent } from './records.js'

/** An edition that is held, and the first day whose terminations its file still lists. */
interface HeldEdition extends Edition {
  readonly remembersFrom: PlainDate
}

/** What is held after some editions, whichever came first. */
export interface HeldCodes {
  readonly rows: readonly CodeRow[]
  /** Oldest first. */
  readonly editions: readonly HeldEdition[]
}

/**
 * What the newest edition that lists it says of a code from an add date on, with the end that a
 * file states.
 */
interface Listing {
  readonly row: CodeRow
  readonly edition: HeldEdition
}

/**
 * What is held with the file of one more edition. Of each code the newest edition that lists it
 * speaks from its add date on, and older ones only before; so the order in which editions come
 * makes no difference, and an older one ends nothing that a newer one says.
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
  for (const [code, listings] of codes) codes.set(code, seenAgain(code, listings, added, editions, file))
  for (const { said: _, ...row } of file.rows.values()) {
    codes.set(row.code, [...(codes.get(row.code) ?? []), { row, edition: added }])
  }
  const said = listingsOf(before, added, file)
  return {
    rows: [...codes.entries()]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([, listings]) =>
        rowsOf(speaking(listings), editions).map((row) => withListings(row, said.get(row.code))),
      ),
    editions,
  }
}

/** What the editions say of each code; every row of a code carries all of it. */
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

/** The listing behind a row that is held; where no file states its end, it is open. */
function listingOf({ endInferred, ...row }: CodeRow, editions: readonly HeldEdition[]): Listing {
  const { to, ...open } = row
  const edition = editions.find(({ name }) => name === row.edition) ?? editions.at(-1)
  if (edition === undefined) throw new RangeError('rows are held, and no edition')
  return { row: endInferred === true || to === undefined ? open : row, edition }
}

/**
 * What is left of the listings of a code beside a file: the same edition is read anew, and what
 * could not be read is as it was.
 */
function seenAgain(
  code: string,
  listings: readonly Listing[],
  added: HeldEdition,
  editions: readonly HeldEdition[],
  file: FileContent,
): Listing[] {
  const unread = file.refusedCodes.has(code) || (file.refusedUnknown && !file.rows.has(code))
  if (unread) {
    const latest = speaking(listings.filter(({ edition }) => edition.from <= added.from)).at(-1)
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
 * The listings that speak, by add date: one is silent where a newer edition lists the code from the
 * same day or an earlier one.
 */
function speaking(listings: readonly Listing[]): Listing[] {
  const found: Listing[] = []
  for (const one of [...listings].sort((a, b) => (a.edition.from > b.edition.from ? -1 : 1)))
    if (found.every(({ row }) => one.row.from < row.from)) found.push(one)
  return found.reverse()
}

/**
 * The rows of a code. A code that no newer edition lists, and whose end no file states, ends with
 * the first edition without it.
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

/**
 * The day from which a code that `last` lists last is missing; undefined where that is the newest
 * edition.
 */
function missingFrom(last: HeldEdition, editions: readonly HeldEdition[]): PlainDate | undefined {
  const next = editions[editions.indexOf(last) + 1]
  if (next === undefined) return undefined
  const until = dayAfter(last)
  return until >= next.from ? next.from : resumes(last, next)
}

const dayAfter = ({ coversThrough }: Edition): PlainDate => addDays(coversThrough, 1)

/**
 * The day from which what is held goes on after quarters that were skipped: later the newer file
 * would list whatever has ended.
 */
const resumes = (last: HeldEdition, next: HeldEdition): PlainDate =>
  dayAfter(last) < next.remembersFrom ? next.remembersFrom : dayAfter(last)

/** The time that the editions hold together. */
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
 * The editions that a table of this importer holds. One that does not name them was made of those
 * in which its spans begin and end.
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
 * A file that lacks most of the codes in use in its time is an excerpt: it would end the others.
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

/** The first day whose terminations the file still lists; its own first day where it lists none. */
function earliestTermination(file: FileContent, from: PlainDate): PlainDate {
  let earliest = from
  for (const { to } of file.rows.values()) if (to !== undefined && to < earliest) earliest = to
  return earliest
}
