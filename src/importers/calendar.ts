import { addDays } from '../decision/shapes/plain-date.js'

/**
 * Whether a text is a day of the calendar as `YYYY-MM-DD`. One that is not, such as 30 February,
 * would sort wrongly ever after.
 */
export function isCalendarDate(text: string): boolean {
  // Adding no days writes the date anew, which makes another of a day that its month does not have.
  return /^\d{4}-(?:0[1-9]|1[0-2])-\d{2}$/.test(text) && addDays(text, 0) === text
}
