import { addDays } from '../decision/shapes/plain-date.js'

/**
 * Whether a text is a calendar day as `YYYY-MM-DD`. Dates are compared as text, so a day that does not
 * exist, such as 30 February, would sort wrongly.
 */
export function isCalendarDate(text: string): boolean {
  // Adding zero days normalizes the date: a day that its month does not have becomes a day of the next.
  return /^\d{4}-(?:0[1-9]|1[0-2])-\d{2}$/.test(text) && addDays(text, 0) === text
}
