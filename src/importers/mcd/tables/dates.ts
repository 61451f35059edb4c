import { addDays, addMonths, calendarPeriod } from '../../../decision/shapes/plain-date.js'
import type { PlainDate } from '../../../decision/shapes/codes.js'
import { isCalendarDate } from '../../calendar.js'

/**
 * A date as the export (`2024-04-01 00:00:00`) or the index (`04/01/2024`) writes it; undefined for
 * none, null for what is no date.
 */
export function publishedDate(text: string): PlainDate | undefined | null {
  if (text === '' || /^n\/?a$/i.test(text)) return undefined
  const iso = /^(\d{4})-(\d{2})-(\d{2})(?:[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?$/.exec(text)
  const american = /^(\d{1,2})\/(\d{1,2})\/(\d{4})(?: \d{1,2}:\d{2}.*)?$/.exec(text)
  const [year, month, day] =
    iso !== null ? iso.slice(1) : american !== null ? [american[3], american[1], american[2]] : []
  if (year === undefined || month === undefined || day === undefined) return null
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  // Dates beyond 2099 stand for "never" in old rows.
  return /^(19|20)/.test(date) && isCalendarDate(date) ? date : null
}

/**
 * The last day on which an edition is used; after `coversThrough` it is flagged as behind. Our
 * choice: the end of the quarter six months on.
 */
export function usableThrough(coversThrough: PlainDate): PlainDate {
  return addDays(calendarPeriod(addMonths(coversThrough, 6), 'quarter').to, -1)
}

/** The earlier of two days, of which either may be open. */
export function earlier(a: PlainDate | undefined, b: PlainDate | undefined): PlainDate | undefined {
  return a === undefined || (b !== undefined && b < a) ? b : a
}

/**
 * The earliest of the dates that cells give; undefined where all are empty, null where one is no
 * date.
 */
export function earliestOf(cells: readonly string[]): PlainDate | undefined | null {
  return cells
    .map(publishedDate)
    .reduce((a, b) => (a === null || b === null ? null : earlier(a, b)), undefined)
}
