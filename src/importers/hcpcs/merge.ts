import type { PlainDate } from '../../decision/codes.js'
import { addDays } from '../../decision/plain-date.js'
import type { CodeTable } from '../../decision/tables.js'
import { ImportRefused } from '../importer.js'
import { publishedAt, type Edition } from './editions.js'
import type { CodeRow, FileContent } from './records.js'

/** What is held after some editions, the newest last. */
export interface HeldCodes {
  readonly rows: readonly CodeRow[]
  readonly held: CodeTable['held']
  readonly coversThrough: PlainDate
}

/**
 * Lays a newer edition over what is held. Each file lists every code in use and those that ended in the years before it, with dates:
 * its row replaces what is held of its code from its add date on. A held code that it no longer lists, without a termination date,
 * ends at its start, or, where quarters were skipped, where it begins to remember terminations: later it would have listed the code.
 */
export function layOver(
  before: HeldCodes | undefined,
  { from, coversThrough }: Edition,
  file: FileContent,
): HeldCodes {
  const heldUntil = before === undefined ? from : addDays(before.coversThrough, 1)
  const remembers = remembersFrom(file, from)
  const skipped = heldUntil < remembers
  const missingEnd = heldUntil >= from ? from : skipped ? remembers : heldUntil
  const kept = (before?.rows ?? []).flatMap((row) => {
    if (file.refusedCodes.has(row.code)) return [row]
    const newer = file.rows.get(row.code)
    if (newer !== undefined) return endingBy(row, newer.from)
    return row.to !== undefined || file.refusedUnknown ? [row] : endingBy(row, missingEnd)
  })
  return {
    rows: sorted([...kept, ...file.rows.values()]),
    held: spans(before, heldUntil, skipped ? remembers : undefined, from),
    coversThrough,
  }
}

/** A file that lacks most of the codes in use is an excerpt: laid over the whole, it would end them. */
export function refuseExcerpt(name: string, before: HeldCodes | undefined, file: FileContent): void {
  const inUse = (before?.rows ?? []).filter((row) => row.to === undefined)
  const listed = inUse.filter(({ code }) => file.rows.has(code) || file.refusedCodes.has(code)).length
  if (listed * 2 >= inUse.length) return
  throw new ImportRefused(
    `${name} lists ${listed} of the ${inUse.length} codes in use: it is an excerpt, and the others would be ended. Take the whole file from ${publishedAt}`,
  )
}

/** The row cut off at `end`; none where it had not begun by then. */
function endingBy(row: CodeRow, end: PlainDate): CodeRow[] {
  if (row.from >= end) return []
  return [row.to !== undefined && row.to <= end ? row : { ...row, to: end }]
}

/** The first day whose terminations the file still lists; its own first day where it lists none. */
function remembersFrom(file: FileContent, from: PlainDate): PlainDate {
  let earliest = from
  for (const { to } of file.rows.values()) if (to !== undefined && to < earliest) earliest = to
  return earliest
}

function spans(
  before: HeldCodes | undefined,
  heldUntil: PlainDate,
  resumes: PlainDate | undefined,
  from: PlainDate,
): CodeTable['held'] {
  if (before === undefined) return [{ from }]
  if (resumes === undefined) return before.held
  return [
    ...before.held.slice(0, -1),
    ...before.held.slice(-1).map((span) => ({ ...span, to: heldUntil })),
    { from: resumes },
  ]
}

function sorted(rows: CodeRow[]): CodeRow[] {
  return rows.sort((a, b) =>
    a.code < b.code ? -1 : a.code > b.code ? 1 : a.from < b.from ? -1 : a.from > b.from ? 1 : 0,
  )
}
