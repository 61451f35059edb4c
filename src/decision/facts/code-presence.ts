import type { EditionGap } from '../reasons/code-validity.js'
import type { PlainDate } from '../shapes/codes.js'
import { memoize } from '../memoize.js'
import { inRange } from '../shapes/plain-date.js'
import type { CodeRow, CodeTableView } from '../shapes/view.js'

type Listing = NonNullable<CodeRow['listings']>[number]
type Dose = NonNullable<CodeRow['dosePerUnit']>
type Held = CodeTableView['held']

/** The gaps between the spans of loaded editions, in order. */
export const gapsOf: (held: Held) => readonly EditionGap[] = memoize((held) =>
  held.flatMap(({ from: to }, at) => {
    const from = held[at - 1]?.to
    return from === undefined || from >= to ? [] : [{ from, to }]
  }),
)

/**
 * The gap between loaded editions that contains the date; undefined for a date that an edition covers, or
 * before or after all editions.
 */
export function gapAround(held: Held, date: PlainDate): EditionGap | undefined {
  return gapsOf(held).find((gap) => inRange(date, gap))
}

/** The listings of a row whose add date is the first day of the row. */
function ownListings(row: CodeRow): Listing[] {
  return (row.listings ?? []).filter(({ added }) => added === row.from)
}

function hasAddDate(row: CodeRow): boolean {
  return ownListings(row).length > 0
}

/**
 * Whether it is not known when the code of a row began: the row begins with the first loaded edition, or the
 * first after a gap, and no listing has its add date.
 */
export function startIsUnknown(row: CodeRow, held: Held): boolean {
  if (hasAddDate(row)) return false
  return row.from === held[0]?.from || gapsOf(held).some(({ to }) => to === row.from)
}

/**
 * The gap in which a row may have ended: its end is the first or last day of a gap, and no file states that
 * end. Undefined if the end is certain.
 */
export function gapOfEnd(row: CodeRow, held: Held): EditionGap | undefined {
  if (row.to === undefined || (hasAddDate(row) && row.endInferred !== true)) return undefined
  return gapsOf(held).find(({ from, to }) => row.to === from || row.to === to)
}

/** The last listing of a row that begins on or before a date, and the first that begins after it. */
function around(row: CodeRow, date: PlainDate): { before: Listing | undefined; after: Listing | undefined } {
  const own = ownListings(row)
  return { before: own.filter(({ from }) => from <= date).at(-1), after: own.find(({ from }) => from > date) }
}

/**
 * Whether a code was valid in a gap: the editions before and after it list the code with the same add date,
 * no end date in the gap, and no action that deletes or reinstates it.
 */
export function wasThereInGap(row: CodeRow, { from, to }: EditionGap, date: PlainDate): boolean {
  const { before, after } = around(row, date)
  return (
    row.billable &&
    (row.to === undefined || row.to > to) &&
    before !== undefined &&
    before.to >= from &&
    after !== undefined &&
    before.action === undefined &&
    after.action === undefined
  )
}

/**
 * The dose of one unit of a code on a date; undefined if unknown. In a gap it is known only if the editions
 * on both sides state the same dose and the last change of the later one took effect before the gap, because
 * a code can change its dose.
 */
export function doseOn(table: CodeTableView, code: string, date: PlainDate): Dose | undefined {
  const row = table.rows(code).find((candidate) => inRange(date, candidate))
  if (row === undefined) return undefined
  const gap = gapAround(table.held, date)
  if (gap !== undefined && !wasThereInGap(row, gap, date)) return undefined
  const { before, after } = around(row, date)
  if (before === undefined)
    return after === undefined || (after.actionFrom !== undefined && after.actionFrom <= date)
      ? (after ?? row).dosePerUnit
      : undefined
  if (after === undefined || date < before.to) return before.dosePerUnit
  return isSameAcross(before, after) ? before.dosePerUnit : undefined
}

function isSameAcross(before: Listing, after: Listing): boolean {
  return (
    before.dosePerUnit?.value === after.dosePerUnit?.value &&
    before.dosePerUnit?.unit === after.dosePerUnit?.unit &&
    after.actionFrom !== undefined &&
    after.actionFrom < before.to &&
    before.action === undefined &&
    after.action === undefined
  )
}
