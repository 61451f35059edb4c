import type { PlainDate } from '../shapes/codes.js'
import { addDays, addMonths, calendarPeriod, firstOfMonthAfter, planYear } from '../shapes/plain-date.js'
import type { CountLimit, FrequencyLimit, IntervalLimit } from '../shapes/frequency-limit.js'
import { indexFrom, type Timeline } from './timeline.js'
import { rounded } from '../shapes/amount.js'
import { firstNotBefore } from '../sorted.js'

/**
 * Finds the first date on or after `from` on which a limit holds, by the known services; undefined if there
 * is none before 2100.
 */
export type FirstFree = (from: PlainDate) => PlainDate | undefined

// Requests and answers have dates through 2099.
const lastDay = '2099-12-31'
const withinReach = (date: PlainDate): PlainDate | undefined => (date <= lastDay ? date : undefined)

/**
 * The date of a service plus the length of the limit: the first date on which that service no longer counts
 * against it.
 */
export function clearOf(
  date: PlainDate,
  limit: IntervalLimit | Extract<CountLimit, { type: 'rolling-window' }>,
): PlainDate {
  // "At least 23 full months after the month of the last": only whole months count, so the day of the month
  // does not matter.
  if (limit.type === 'full-months-after') return firstOfMonthAfter(date, limit.months + 1)
  return 'days' in limit ? addDays(date, limit.days) : addMonths(date, limit.months)
}

/**
 * The calendar month, quarter or year, or the plan year beginning in the start month (1-12), that contains
 * the date.
 */
export function periodOf(
  date: PlainDate,
  period: Extract<FrequencyLimit, { type: 'calendar-period' }>['period'],
  startMonth: number,
): { from: PlainDate; to: PlainDate } {
  return period === 'plan-year' ? planYear(date, startMonth) : calendarPeriod(date, period)
}

/** The last of the sorted dates on or before a date, and the first after it. */
export function neighbours(
  dates: readonly PlainDate[],
  date: PlainDate,
): { last: PlainDate | undefined; following: PlainDate | undefined } {
  const after = indexFrom(dates, addDays(date, 1))
  return { last: dates[after - 1], following: dates[after] }
}

/**
 * The first date far enough after the service before it, and far enough before the known service that
 * follows, if there is one.
 */
export function firstFreeOfInterval(limit: IntervalLimit, services: readonly PlainDate[]): FirstFree {
  return (from) => {
    let date = from
    while (date <= lastDay) {
      const { last, following } = neighbours(services, date)
      if (last !== undefined && date < clearOf(last, limit)) date = clearOf(last, limit)
      else if (following !== undefined && following < clearOf(date, limit)) date = clearOf(following, limit)
      else return date
    }
    return undefined
  }
}

/** The first date in a period in which `own` more services or units fit; undefined if they never fit. */
export function firstFreeOfPeriod(
  limit: Extract<CountLimit, { type: 'calendar-period' }>,
  startMonth: number,
  services: Timeline,
  own: number,
): FirstFree {
  return (from) => {
    if (own > limit.maximum) return undefined
    let date = from
    while (date <= lastDay) {
      const range = periodOf(date, limit.period, startMonth)
      if (fits(services.sum(range.from, range.to).least, own, limit.maximum)) return date
      date = range.to
    }
    return undefined
  }
}

/**
 * The first date on which `own` more fit in every window of the limit's length that contains it; undefined if
 * `own` alone exceeds the maximum.
 */
export function firstFreeOfWindow(
  limit: Extract<CountLimit, { type: 'rolling-window' }>,
  services: Timeline,
  own: number,
): FirstFree {
  return (from) => {
    if (own > limit.maximum) return undefined
    const { dates } = services
    const full = (start: PlainDate): boolean =>
      !fits(services.sum(start, clearOf(start, limit)).least, own, limit.maximum)
    let date = from
    let at = firstReaching(dates, from, limit)
    let lastFull: PlainDate | undefined
    while (date <= lastDay) {
      for (; at < dates.length && (dates[at] ?? date) <= date; at++)
        if (full(dates[at] ?? date)) lastFull = dates[at]
      if (lastFull !== undefined && date < clearOf(lastFull, limit)) date = clearOf(lastFull, limit)
      // The window that begins with this date is full of known later services. So no day up to the first of
      // them fits, nor any day in the window that begins with it.
      else if (full(date)) date = clearOf(dates[indexFrom(dates, date)] ?? date, limit)
      else return withinReach(date)
    }
    return undefined
  }
}

/**
 * The first days of the windows that contain the date: those that begin with a service, earliest first, and
 * the one that begins with the date.
 */
export function windowsAround(
  limit: Extract<CountLimit, { type: 'rolling-window' }>,
  { dates }: Timeline,
  date: PlainDate,
): PlainDate[] {
  const starts = dates.slice(firstReaching(dates, date, limit), indexFrom(dates, date))
  // If no service follows the date, the earliest window contains all services of the others.
  return (dates.at(-1) ?? '') <= date ? [starts[0] ?? date] : [...starts, date]
}

/** Position of the earliest service whose window still contains the date. */
function firstReaching(
  dates: readonly PlainDate[],
  date: PlainDate,
  limit: Extract<CountLimit, { type: 'rolling-window' }>,
): number {
  return firstNotBefore(dates.length, (at) => clearOf(dates[at] ?? date, limit) <= date)
}

/** Whether `own` more fit within the maximum beside the used amount. */
export function fits(used: number, own: number, maximum: number): boolean {
  return rounded(used + own) <= maximum
}

/** The first date on or after `from` on which all limits hold; undefined if there is none before 2100. */
export function firstFreeOfAll(from: PlainDate, all: readonly FirstFree[]): PlainDate | undefined {
  let date = from
  for (;;) {
    const before = date
    for (const free of all) {
      const next = free(date)
      if (next === undefined) return undefined
      date = next
    }
    if (date === before) return date
  }
}
