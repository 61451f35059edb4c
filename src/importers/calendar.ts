import { addDays } from '../decision/shapes/plain-date.js'

/**
 * Whether a text is a calendar day as `YYYY-MM-DD`. An impossible one, such as 30 February, would
 * sort wrongly.
 */
export function isCalendarDate(text: string): boolean {
  // Adding zero days rewrites the date; a day that its month lacks becomes another one.
  return /^\d{4}-(?:0[1-9]|1[0-2])-\d{2}$/.test(text) && addDays(text, 0) === text
}
