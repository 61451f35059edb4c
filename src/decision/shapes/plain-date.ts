import type { PlainDate } from './codes.js'

// Calendar arithmetic on `YYYY-MM-DD` strings, in the proleptic Gregorian calendar. Strings of this form compare in date
// order, so `<` on them is meant. `Date` stays out: it would bring a clock and a time zone into the core.

const daysInMonths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
const daysIn = (year: number, month: number): number =>
  month === 2 && isLeap(year) ? 29 : (daysInMonths[month - 1] ?? 31)

function parts(date: PlainDate): [year: number, month: number, day: number] {
  return [100 * twoDigits(date, 0) + twoDigits(date, 2), twoDigits(date, 5), twoDigits(date, 8)]
}

/** The number that two digits write; schedules take dates apart by the thousand, and this needs no new strings. */
function twoDigits(date: PlainDate, at: number): number {
  return 10 * (date.charCodeAt(at) - zero) + date.charCodeAt(at + 1) - zero
}

const zero = 48
const written = Array.from({ length: 100 }, (_, n) => String(n).padStart(2, '0'))

function compose(year: number, month: number, day: number): PlainDate {
  return `${year > 999 ? year : String(year).padStart(4, '0')}-${written[month] ?? ''}-${written[day] ?? ''}`
}

/** Days since 0000-03-01: counting years from March puts the leap day last, so month lengths follow one formula. */
function dayNumber(date: PlainDate): number {
  const [year, month, day] = parts(date)
  const y = month <= 2 ? year - 1 : year
  const m = (month + 9) % 12
  return (
    365 * y +
    Math.floor(y / 4) -
    Math.floor(y / 100) +
    Math.floor(y / 400) +
    Math.floor((m * 306 + 5) / 10) +
    day -
    1
  )
}

function fromDayNumber(n: number): PlainDate {
  let year = Math.floor((10000 * n + 14780) / 3652425)
  let rest = n - (365 * year + Math.floor(year / 4) - Math.floor(year / 100) + Math.floor(year / 400))
  if (rest < 0) {
    year--
    rest = n - (365 * year + Math.floor(year / 4) - Math.floor(year / 100) + Math.floor(year / 400))
  }
  const m = Math.floor((100 * rest + 52) / 3060)
  return compose(
    year + Math.floor((m + 2) / 12),
    ((m + 2) % 12) + 1,
    rest - Math.floor((m * 306 + 5) / 10) + 1,
  )
}

/** `date` plus (or minus) whole days. */
export function addDays(date: PlainDate, days: number): PlainDate {
  return fromDayNumber(dayNumber(date) + days)
}

/** Days from `from` to `to`; negative when `to` is earlier. */
export function daysBetween(from: PlainDate, to: PlainDate): number {
  return dayNumber(to) - dayNumber(from)
}

/** Same day `months` later, clamped to the end of that month (2028-01-31 + 1 = 2028-02-29); negative counts back. */
export function addMonths(date: PlainDate, months: number): PlainDate {
  const [year, month, day] = parts(date)
  const index = year * 12 + month - 1 + months
  const y = Math.floor(index / 12)
  const m = index - y * 12 + 1
  return compose(y, m, Math.min(day, daysIn(y, m)))
}

/** First day of the month that is `months` after the month of `date`. */
export function firstOfMonthAfter(date: PlainDate, months: number): PlainDate {
  return addMonths(`${date.slice(0, 7)}-01`, months)
}

/** The calendar month, quarter or year that holds `date`, as a half-open range. */
export function calendarPeriod(
  date: PlainDate,
  period: 'month' | 'quarter' | 'year',
): { from: PlainDate; to: PlainDate } {
  const [year, month] = parts(date)
  const length = { month: 1, quarter: 3, year: 12 }[period]
  const first = month - ((month - 1) % length)
  const from = compose(year, first, 1)
  return { from, to: addMonths(from, length) }
}

/** The twelve months from the first day of `startMonth` (1-12) that hold `date`, as a half-open range. */
export function planYear(date: PlainDate, startMonth: number): { from: PlainDate; to: PlainDate } {
  const [year, month] = parts(date)
  const from = compose(month < startMonth ? year - 1 : year, startMonth, 1)
  return { from, to: addMonths(from, 12) }
}

export const weekdays = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const
export type Weekday = (typeof weekdays)[number]

/** The day of the week. Day 0 of `dayNumber`, 0000-03-01, was a Wednesday. */
export function weekdayOf(date: PlainDate): Weekday {
  return weekdays[(dayNumber(date) + 2) % 7] ?? 'monday'
}

/** Whether `date` lies in the half-open range; an absent `to` is open. */
export function inRange(
  date: PlainDate,
  range: { readonly from?: PlainDate; readonly to?: PlainDate },
): boolean {
  return (range.from === undefined || date >= range.from) && (range.to === undefined || date < range.to)
}
