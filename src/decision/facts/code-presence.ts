import type { Gap } from '../reasons/code-validity.js'
import type { PlainDate } from '../shapes/codes.js'
import { inRange } from '../shapes/plain-date.js'
import type { CodeRow, CodeTableView } from '../shapes/view.js'

type Listing = NonNullable<CodeRow['listings']>[number]
type Dose = NonNullable<CodeRow['dosePerUnit']>
type Held = CodeTableView['held']

/** The gaps between held spans, in order. */
export function gapsOf(held: Held): Gap[] {
  return held.flatMap(({ from: to }, at) => {
    const from = held[at - 1]?.to
    return from === undefined || from >= to ? [] : [{ from, to }]
  })
}

/** The gap between held spans in which a date lies; undefined for a date that is held, or before or after all that is. */
export function gapAround(held: Held, date: PlainDate): Gap | undefined {
  return gapsOf(held).find((gap) => inRange(date, gap))
}

/** The row's own listings: those that state its first day as the add date of the code. */
function ownListings(row: CodeRow): Listing[] {
  return (row.listings ?? []).filter(({ added }) => added === row.from)
}

function hasAddDate(row: CodeRow): boolean {
  return ownListings(row).length > 0
}

/** Whether a row begins with an edition before which none is held, and no add date tells when the code really began. */
export function beginsUntold(row: CodeRow, held: Held): boolean {
  if (hasAddDate(row)) return false
  return row.from === held[0]?.from || gapsOf(held).some(({ to }) => to === row.from)
}

/** The gap within which a row may have ended: no file states its end, and a gap begins or ends with it. */
export function gapOfEnd(row: CodeRow, held: Held): Gap | undefined {
  if (row.to === undefined || (hasAddDate(row) && row.endInferred !== true)) return undefined
  return gapsOf(held).find(({ from, to }) => row.to === from || row.to === to)
}

/** The own listings of a row around a date: the last one that begins by then, and the first one that begins later. */
function around(row: CodeRow, date: PlainDate): { before: Listing | undefined; after: Listing | undefined } {
  const own = ownListings(row)
  return { before: own.filter(({ from }) => from <= date).at(-1), after: own.find(({ from }) => from > date) }
}

/**
 * Whether a code was there in a gap: editions before and after it list the code with one add date, no end date up to then, and no action
 * that deletes or reinstates it.
 */
export function wasThereInGap(row: CodeRow, { from, to }: Gap, date: PlainDate): boolean {
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
 * The dose of one unit of a code on a date. Between editions it is known only if both sides state the same and the last change of the later
 * side took effect before; a dose may change under the same number.
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
