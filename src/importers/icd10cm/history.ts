import type { PlainDate } from '../../decision/shapes/codes.js'
import { addDays } from '../../decision/shapes/plain-date.js'
import type { CodeTable } from '../../decision/shapes/tables.js'
import { editionEnd, fiscalYearOf } from './editions.js'
import type { CodeEntry, EditionCodes } from './order-file.js'

type CodeRow = CodeTable['rows'][number]
type Span = CodeTable['held'][number]

/** The editions held, by first day. */
export type Editions = ReadonlyMap<PlainDate, EditionCodes>

const inOrder = (editions: Editions): PlainDate[] => [...editions.keys()].sort()

interface OpenRow {
  code: string
  from: PlainDate
  entry: CodeEntry
  seen: number
}

/**
 * Effective ranges by comparing each edition with the one held before it, a gap between them or
 * not: a code begins and ends, and turns from billable into a header, on the first day of the
 * edition that says so. The title is the newest edition's.
 */
export function rowsOf(editions: Editions): CodeRow[] {
  const starts = inOrder(editions)
  const open = new Map<string, OpenRow>()
  const rows: CodeRow[] = []
  const close = ({ code, from, entry: { billable, title }, seen }: OpenRow): void => {
    const to = starts[seen + 1]
    rows.push({
      code,
      from,
      ...(to === undefined ? {} : { to }),
      billable,
      ...(title === undefined || title === '' ? {} : { title }),
    })
  }
  for (const [index, start] of starts.entries()) {
    for (const [code, entry] of editions.get(start) ?? []) {
      const row = open.get(code)
      if (row !== undefined && row.seen === index - 1 && row.entry.billable === entry.billable) {
        row.seen = index
        row.entry = entry
      } else {
        if (row !== undefined) close(row)
        open.set(code, { code, from: start, entry, seen: index })
      }
    }
  }
  for (const row of open.values()) close(row)
  return rows.sort((a, b) => (a.code < b.code ? -1 : a.code > b.code ? 1 : a.from < b.from ? -1 : 1))
}

/**
 * The time for which editions are held, years that follow each other drawn together; the last span
 * is open, `coversThrough` bounds it.
 */
export function spansOf(editions: Editions): Span[] {
  const starts = inOrder(editions)
  const spans: { from: PlainDate; to?: PlainDate }[] = []
  for (const [index, from] of starts.entries()) {
    const to = editionEnd(from, starts[index + 1])
    const last = spans.at(-1)
    if (last?.to === from) last.to = to
    else spans.push({ from, to })
  }
  return spans.map(({ from, to }, index) =>
    index === spans.length - 1 || to === undefined ? { from } : { from, to },
  )
}

/** Last day of the newest edition. */
export function lastDayOf(editions: Editions): PlainDate {
  const newest = inOrder(editions).at(-1)
  if (newest === undefined) throw new RangeError('no edition is held')
  return addDays(editionEnd(newest), -1)
}

/**
 * The editions that made a table of this importer, read back from its spans and rows: every October
 * within a span, and those days within the year on which a span or a row begins or ends. Titles of
 * older editions are those that the rows carry.
 */
export function editionsHeldIn(table: CodeTable): Map<PlainDate, EditionCodes> {
  const editions = new Map<PlainDate, EditionCodes>(startsHeldIn(table).map((start) => [start, new Map()]))
  const starts = [...editions]
  for (const row of table.rows) {
    for (const [start, codes] of starts) {
      if (row.from <= start && (row.to === undefined || start < row.to)) codes.set(row.code, row)
    }
  }
  return editions
}

function startsHeldIn({ held, rows, source }: CodeTable): PlainDate[] {
  const withinYear = new Set<PlainDate>()
  for (const ranges of [held, rows]) {
    for (const { from, to } of ranges)
      for (const day of [from, to]) if (day !== undefined && !day.endsWith('-10-01')) withinYear.add(day)
  }
  return held.flatMap(({ from, to = addDays(source.coversThrough ?? from, 1) }) => {
    const octobers = Array.from(
      { length: Number(to.slice(0, 4)) - Number(from.slice(0, 4)) + 1 },
      (_, at) => `${Number(from.slice(0, 4)) + at}-10-01`,
    )
    return [...octobers, ...withinYear].filter((day) => day >= from && day < to).sort()
  })
}

/**
 * Leaves out editions within a year that say of every code what the one before says: nothing in the
 * rows would tell of them.
 */
export function withoutIdleEditions(editions: Editions): Map<PlainDate, EditionCodes> {
  const kept = new Map<PlainDate, EditionCodes>()
  let before: readonly [start: PlainDate, codes: EditionCodes] | undefined
  for (const start of inOrder(editions)) {
    const codes = editions.get(start) ?? new Map()
    const idle =
      !start.endsWith('-10-01') &&
      before !== undefined &&
      fiscalYearOf(before[0]) === fiscalYearOf(start) &&
      sameCodes(before[1], codes)
    if (idle) continue
    kept.set(start, codes)
    before = [start, codes]
  }
  return kept
}

function sameCodes(a: EditionCodes, b: EditionCodes): boolean {
  if (a.size !== b.size) return false
  for (const [code, { billable }] of a) if (b.get(code)?.billable !== billable) return false
  return true
}
