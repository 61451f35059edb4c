import { addDays } from '../../decision/shapes/plain-date.js'
import { isCalendarDate } from '../calendar.js'
import { headings } from './headings.js'

/**
 * One row of the table in the form for packing: dates as `YYYYMMDD`, `to` as the first day no longer in
 * force, blanks where it is open.
 */
export interface PairRow {
  readonly columnOne: string
  readonly columnTwo: string
  readonly from: string
  readonly to: string
  readonly modifierIndicator: string
  readonly rationale: string
}
export interface BadRow {
  readonly columnOne?: string
  readonly column?: string
  readonly reason: string
}

const open = ' '.repeat(8)
const isCode = (text: string): boolean => /^[A-Z0-9]{5}$/.test(text)
const shown = (text: string): string => (text === '' ? 'nothing' : JSON.stringify(text.slice(0, 40)))

// Millions of rows have only some hundred different dates, so each result is stored.
const daysAfter = new Map<string, string | undefined>()

/** The day after `YYYYMMDD` in the same form; undefined for a day that the calendar does not have. */
function dayAfter(text: string): string | undefined {
  if (!daysAfter.has(text) && daysAfter.size < 100_000) daysAfter.set(text, calendarDayAfter(text))
  return daysAfter.get(text)
}

function calendarDayAfter(text: string): string | undefined {
  const [, year, month, day] = /^((?:19|20)\d{2})(\d{2})(\d{2})$/.exec(text) ?? []
  if (year === undefined) return undefined
  const date = `${year}-${month}-${day}`
  return isCalendarDate(date) ? addDays(date, 1).replaceAll('-', '') : undefined
}

/** Reads one line: its values, or why it is refused. */
export function readRow(line: string): PairRow | BadRow {
  const cells = line.split('\t')
  if (cells.length < 6)
    return {
      ...columnOneOf(cells),
      reason: `${cells.length} fields where the headings are ${headings.length}; a line that is cut off means that the file is`,
    }
  const [
    columnOne = '',
    columnTwo = '',
    before = '',
    from = '',
    deleted = '',
    indicator = '',
    rationale = '',
  ] = cells.map((cell) => cell.trim())
  if (!isCode(columnOne))
    return {
      column: headings[0],
      reason: `${shown(columnOne)} is not a procedure code of five capital letters and digits`,
    }
  if (!isCode(columnTwo))
    return {
      columnOne,
      column: headings[1],
      reason: `${shown(columnTwo)} is not a procedure code of five capital letters and digits`,
    }
  if (before !== '' && before !== '*')
    return { columnOne, column: headings[2], reason: `${shown(before)} is neither * nor empty` }
  if (dayAfter(from) === undefined)
    return { columnOne, column: headings[3], reason: `${shown(from)} is not a day as YYYYMMDD` }
  const to = deleted === '*' ? open : dayAfter(deleted)
  if (to === undefined)
    return { columnOne, column: headings[4], reason: `${shown(deleted)} is neither a day as YYYYMMDD nor *` }
  if (deleted < from && deleted !== '*')
    return { columnOne, column: headings[4], reason: `${deleted} is before the effective date ${from}` }
  if (!/^[019]$/.test(indicator))
    return { columnOne, column: headings[5], reason: `${shown(indicator)} is not 0, 1 or 9` }
  if (/[^ -~]/.test(rationale))
    return {
      columnOne,
      column: headings[6],
      reason: `${shown(rationale)} has letters that are not plain ones; the file was saved in another encoding`,
    }
  // A pair that was deleted on its first day never was in force, whatever its indicator.
  return {
    columnOne,
    columnTwo,
    from,
    to,
    modifierIndicator: deleted === from ? '9' : indicator,
    rationale: rationale.slice(0, 200),
  }
}

const columnOneOf = ([first = '']: readonly string[]): { columnOne?: string } =>
  isCode(first.trim()) ? { columnOne: first.trim() } : {}
