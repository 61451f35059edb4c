// What editions on both sides of a date tell of it. Section 10 of the specification, "Between editions" and "The dose per unit".
import type { CodeTable } from '../../src/decision/shapes/tables.js'
import { isIn } from './dates.js'

type Row = CodeTable['rows'][number]
type Listing = NonNullable<Row['listings']>[number]

interface Sides {
  before?: Listing
  after?: Listing
}

/** The listings of the row that are nearest to the date, of those that state its first day as the add date. */
function sidesOf(row: Row, date: string): Sides {
  const sides: Sides = {}
  for (const listing of row.listings ?? []) {
    if (listing.added !== row.from) continue
    if (listing.from <= date && (sides.before === undefined || sides.before.from < listing.from))
      sides.before = listing
    if (listing.from > date && (sides.after === undefined || listing.from < sides.after.from))
      sides.after = listing
  }
  return sides
}

/** The first day of the gap in which the date lies, and the day with which it ends. */
function gapOf(table: CodeTable, date: string): { begins: string; ends: string } | undefined {
  if (table.held.some((span) => isIn(date, span))) return undefined
  const earlier = table.held.filter((span) => span.from <= date).at(-1)
  const later = table.held.find((span) => span.from > date)
  if (earlier?.to === undefined || later === undefined) return undefined
  return { begins: earlier.to, ends: later.from }
}

/** Whether the code of the row was there on a date in a gap between editions. */
export function wasBetweenEditions(table: CodeTable, row: Row, date: string): boolean {
  const gap = gapOf(table, date)
  if (gap === undefined || !row.billable) return false
  if (row.to !== undefined && row.to <= gap.ends) return false
  const { before, after } = sidesOf(row, date)
  if (before === undefined || after === undefined) return false
  return before.to >= gap.begins && before.action === undefined && after.action === undefined
}

/** The dose of one unit of a code on the date, as far as editions tell it. */
export function doseOnDate(table: CodeTable, code: string, date: string): Row['dosePerUnit'] {
  const row = table.rows.find((one) => one.code === code && isIn(date, one))
  if (row === undefined) return undefined
  if (gapOf(table, date) !== undefined && !wasBetweenEditions(table, row, date)) return undefined
  const { before, after } = sidesOf(row, date)
  if (before === undefined && after === undefined) return row.dosePerUnit
  if (before === undefined)
    return (after?.actionFrom ?? '9999-12-31') <= date ? after?.dosePerUnit : undefined
  if (after === undefined || date < before.to) return before.dosePerUnit
  if (before.action !== undefined || after.action !== undefined) return undefined
  if (after.actionFrom === undefined || after.actionFrom >= before.to) return undefined
  const text = (one: Listing): string => `${one.dosePerUnit?.value ?? ''} ${one.dosePerUnit?.unit ?? ''}`
  return text(before) === text(after) ? before.dosePerUnit : undefined
}
