import type { PlainDate } from '../../decision/codes.js'
import { addDays } from '../../decision/plain-date.js'
import type { CodeTable } from '../../decision/policy.js'
import { editionEnd } from './editions.js'
import type { CodeEntry, EditionCodes } from './order-file.js'

type CodeRow = CodeTable['rows'][number]
type Span = CodeTable['held'][number]

/** The editions held, by first day. */
export type Editions = ReadonlyMap<PlainDate, EditionCodes>

const inOrder = (editions: Editions): PlainDate[] => [...editions.keys()].sort()

interface OpenRow { code: string, from: PlainDate, entry: CodeEntry, seen: number }

/**
 * Effective ranges by comparing each edition with the one held before it, a gap between them or not: a code begins and ends, and turns
 * from billable into a header, on the first day of the edition that says so. The title is the newest edition's.
 */
export function rowsOf (editions: Editions): CodeRow[] {
  const starts = inOrder(editions)
  const open = new Map<string, OpenRow>()
  const rows: CodeRow[] = []
  const close = ({ code, from, entry: { billable, title }, seen }: OpenRow): void => {
    const to = starts[seen + 1]
    rows.push({ code, from, ...(to === undefined ? {} : { to }), billable, ...(title === undefined || title === '' ? {} : { title }) })
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
  return rows.sort((a, b) => a.code < b.code ? -1 : a.code > b.code ? 1 : a.from < b.from ? -1 : 1)
}

/** The time for which editions are held, years that follow each other drawn together; the last span is open, `coversThrough` bounds it. */
export function spansOf (editions: Editions): Span[] {
  const starts = inOrder(editions)
  const spans: { from: PlainDate, to?: PlainDate }[] = []
  for (const [index, from] of starts.entries()) {
    const to = editionEnd(from, starts[index + 1])
    const last = spans.at(-1)
    if (last?.to === from) last.to = to
    else spans.push({ from, to })
  }
  return spans.map(({ from, to }, index) => index === spans.length - 1 || to === undefined ? { from } : { from, to })
}

/** Last day of the newest edition. */
export function lastDayOf (editions: Editions): PlainDate {
  const newest = inOrder(editions).at(-1)
  if (newest === undefined) throw new RangeError('no edition is held')
  return addDays(editionEnd(newest), -1)
}

/**
 * The editions that made a table of this importer, read back from its spans and rows: every October within a span, and those
 * Aprils on which a span or a row begins or ends. Titles of older editions are those that the rows carry.
 */
export function editionsHeldIn (table: CodeTable): Map<PlainDate, EditionCodes> {
  const editions = new Map<PlainDate, EditionCodes>(startsHeldIn(table).map(start => [start, new Map()]))
  const starts = [...editions]
  for (const row of table.rows) {
    for (const [start, codes] of starts) {
      if (row.from <= start && (row.to === undefined || start < row.to)) codes.set(row.code, row)
    }
  }
  return editions
}

function startsHeldIn ({ held, rows, source }: CodeTable): PlainDate[] {
  const aprils = new Set<PlainDate>()
  for (const ranges of [held, rows]) {
    for (const { from, to } of ranges) {
      if (from.endsWith('-04-01')) aprils.add(from)
      if (to?.endsWith('-04-01') === true) aprils.add(to)
    }
  }
  const starts: PlainDate[] = []
  for (const { from, to = addDays(source.coversThrough ?? from, 1) } of held) {
    for (let year = Number(from.slice(0, 4)); year <= Number(to.slice(0, 4)); year++) {
      const dates = [`${year}-04-01`, `${year}-10-01`].filter(date => date >= from && date < to)
      starts.push(...dates.filter(date => date.endsWith('-10-01') || aprils.has(date)))
    }
  }
  return starts
}

/** Leaves out April editions that say of every code what their October edition says: nothing in the rows would tell of them. */
export function withoutIdleAprils (editions: Editions): Map<PlainDate, EditionCodes> {
  return new Map([...editions].filter(([start, codes]) => {
    if (!start.endsWith('-04-01')) return true
    const october = editions.get(`${Number(start.slice(0, 4)) - 1}-10-01`)
    return october === undefined || !sameCodes(october, codes)
  }))
}

function sameCodes (a: EditionCodes, b: EditionCodes): boolean {
  if (a.size !== b.size) return false
  for (const [code, { billable }] of a) if (b.get(code)?.billable !== billable) return false
  return true
}
