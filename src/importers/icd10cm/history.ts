import type { PlainDate } from '../../decision/shapes/codes.js'
import { addDays } from '../../decision/shapes/plain-date.js'
import type { CodeTable } from '../../decision/shapes/tables.js'
import { editionEnd, fiscalYearOf } from './editions.js'
import type { CodeEntry, EditionCodes } from './order-file.js'

type CodeRow = CodeTable['rows'][number]
type Span = CodeTable['held'][number]

/** The loaded editions by their first day. */
export type Editions = ReadonlyMap<PlainDate, EditionCodes>

const inOrder = (editions: Editions): PlainDate[] => [...editions.keys()].sort()

interface OpenRow {
  code: string
  from: PlainDate
  entry: CodeEntry
  seen: number
}

/**
 * The effective dates of codes, from comparing each edition with the loaded one before it, even where
 * years between them are missing. A code begins, ends or becomes a header on the first day of the edition
 * that says so. The title is that of the newest edition.
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
 * The spans of time for which editions are loaded; years that follow each other form one span. The last
 * span is open, and `coversThrough` of the source limits it.
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

/** Last day on which the newest edition is in force. */
export function lastDayOf(editions: Editions): PlainDate {
  const newest = inOrder(editions).at(-1)
  if (newest === undefined) throw new RangeError('no edition is held')
  return addDays(editionEnd(newest), -1)
}

/**
 * The editions from which a table of this importer was made. Their first days are every 1 October in a
 * span, and other days on which a span or a row begins or ends. Older editions get the titles of the rows,
 * which are those of the newest edition.
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
 * Leaves out an edition within a year that has the same codes as the one before it. The rows of the table
 * do not show such an edition, so it could not be read back.
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
