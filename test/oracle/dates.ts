// Calendar arithmetic on `YYYY-MM-DD` strings, which compare as text. Month by month, so that it can be checked by eye.

function split(date: string): [number, number, number] {
  return [Number(date.slice(0, 4)), Number(date.slice(5, 7)), Number(date.slice(8, 10))]
}

function join(year: number, month: number, day: number): string {
  return `${String(year).padStart(4, '0')}-${twoDigits(month)}-${twoDigits(day)}`
}

function twoDigits(number: number): string {
  return number < 10 ? `0${number}` : String(number)
}

function isLeap(year: number): boolean {
  return year % 400 === 0 || (year % 4 === 0 && year % 100 !== 0)
}

function daysIn(year: number, month: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28
  return [4, 6, 9, 11].includes(month) ? 30 : 31
}

/** The date n days later, or earlier when n is negative. */
export function addDays(date: string, n: number): string {
  const inMonth = Number(date.slice(8)) + n
  if (inMonth >= 1 && inMonth <= 28) return `${date.slice(0, 8)}${twoDigits(inMonth)}`
  let [year, month, day] = split(date)
  day += n
  while (day > daysIn(year, month)) {
    day -= daysIn(year, month)
    month += 1
    if (month > 12) {
      month = 1
      year += 1
    }
  }
  while (day < 1) {
    month -= 1
    if (month < 1) {
      month = 12
      year -= 1
    }
    day += daysIn(year, month)
  }
  return join(year, month, day)
}

/** The same day n months on (or back), clamped to the end of that month. */
export function addMonths(date: string, n: number): string {
  const [year, month, day] = split(date)
  const months = year * 12 + (month - 1) + n
  const newYear = Math.floor(months / 12)
  const newMonth = months - newYear * 12 + 1
  return join(newYear, newMonth, Math.min(day, daysIn(newYear, newMonth)))
}

/** A date plus a stretch given in days or in months. */
export function addStretch(date: string, stretch: { days?: number; months?: number }): string {
  return stretch.days !== undefined ? addDays(date, stretch.days) : addMonths(date, stretch.months ?? 0)
}

/** The first day of the month of a date. */
export function firstOfMonth(date: string): string {
  return `${date.slice(0, 8)}01`
}

/** The calendar month, quarter or year that holds a date, half-open. */
export function calendarPeriod(
  date: string,
  period: 'month' | 'quarter' | 'year',
): { from: string; to: string } {
  const [year, month] = split(date)
  if (period === 'year') return { from: join(year, 1, 1), to: join(year + 1, 1, 1) }
  const first = period === 'month' ? month : month - ((month - 1) % 3)
  const from = join(year, first, 1)
  return { from, to: addMonths(from, period === 'month' ? 1 : 3) }
}

/** The plan year that holds a date, when plan years begin with this month, half-open. */
export function planYear(date: string, startMonth: number): { from: string; to: string } {
  const [year, month] = split(date)
  const first = month >= startMonth ? year : year - 1
  return { from: join(first, startMonth, 1), to: join(first + 1, startMonth, 1) }
}

/** Whether a date is in the half-open range; an absent end is open. */
export function isIn(date: string, range: { from?: string; to?: string }): boolean {
  if (range.from !== undefined && date < range.from) return false
  return range.to === undefined || date < range.to
}
