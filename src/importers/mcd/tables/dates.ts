import { addDays, addMonths, calendarPeriod } from '../../../decision/shapes/plain-date.js'
import type { PlainDate } from '../../../decision/shapes/codes.js'
import { isCalendarDate } from '../../calendar.js'

/**
 * A date of the export (`2024-04-01 00:00:00`) or of the index (`04/01/2024`). Undefined for an empty
 * cell or "N/A", null for text that is not a date.
 */
export function publishedDate(text: string): PlainDate | undefined | null {
  if (text === '' || /^n\/?a$/i.test(text)) return undefined
  const iso = /^(\d{4})-(\d{2})-(\d{2})(?:[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?$/.exec(text)
  const american = /^(\d{1,2})\/(\d{1,2})\/(\d{4})(?: \d{1,2}:\d{2}.*)?$/.exec(text)
  const [year, month, day] =
    iso !== null ? iso.slice(1) : american !== null ? [american[3], american[1], american[2]] : []
  if (year === undefined || month === undefined || day === undefined) return null
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  // Old rows write a year after 2099 for "never". The import refuses it as not a date.
  return /^(19|20)/.test(date) && isCalendarDate(date) ? date : null
}

/**
 * The last day on which the program uses an edition, flagged as behind after `coversThrough`: the end
 * of the quarter that contains the day six months later. CMS has no such rule; this is our choice.
 */
export function usableThrough(coversThrough: PlainDate): PlainDate {
  return addDays(calendarPeriod(addMonths(coversThrough, 6), 'quarter').to, -1)
}

/** The earlier of two days. Undefined means open and counts as later than any day. */
export function earlier(a: PlainDate | undefined, b: PlainDate | undefined): PlainDate | undefined {
  return a === undefined || (b !== undefined && b < a) ? b : a
}

/** The earliest date of these cells. Undefined where all are empty, null where one is not a date. */
export function earliestOf(cells: readonly string[]): PlainDate | undefined | null {
  return cells
    .map(publishedDate)
    .reduce((a, b) => (a === null || b === null ? null : earlier(a, b)), undefined)
}
