import type { PlainDate } from '../shapes/codes.js'
import { addDays, addMonths, calendarPeriod, firstOfMonthAfter, planYear } from '../shapes/plain-date.js'
import type { CountLimit, FrequencyLimit, IntervalLimit } from '../shapes/frequency-limit.js'
import { indexFrom, type Timeline } from './timeline.js'
import { rounded } from '../shapes/amount.js'

/** The first date, from a date on, on which the limit holds by the services that are known; undefined when none comes before 2100. */
export type FirstFree = (from: PlainDate) => PlainDate | undefined

// Requests and answers carry dates through 2099.
const lastDay = '2099-12-31'
const withinReach = (date: PlainDate): PlainDate | undefined => (date <= lastDay ? date : undefined)

/** A service plus the limit's length: the first date on which that service no longer stands in the way. */
export function clearOf(
  date: PlainDate,
  limit: IntervalLimit | Extract<CountLimit, { type: 'rolling-window' }>,
): PlainDate {
  // "At least 23 full months after the month of the last": months are counted whole, so the day of the month does not matter.
  if (limit.type === 'full-months-after') return firstOfMonthAfter(date, limit.months + 1)
  return 'days' in limit ? addDays(date, limit.days) : addMonths(date, limit.months)
}

/** The calendar month, quarter or year, or the plan year of the start month (1-12), that holds the date. */
export function periodOf(
  date: PlainDate,
  period: Extract<FrequencyLimit, { type: 'calendar-period' }>['period'],
  startMonth: number,
): { from: PlainDate; to: PlainDate } {
  return period === 'plan-year' ? planYear(date, startMonth) : calendarPeriod(date, period)
}

/** The last of ordered dates on or before a date, and the first after it. */
export function neighbours(
  dates: readonly PlainDate[],
  date: PlainDate,
): { last: PlainDate | undefined; following: PlainDate | undefined } {
  const after = indexFrom(dates, addDays(date, 1))
  return { last: dates[after - 1], following: dates[after] }
}

/** Free of an interval: far enough from the service before, and far enough before the one that follows, if one is known. */
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

/** Room in a period: the first one in which `own` more fit; none when they never do. */
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

/** Room in every window of the limit's length that the date lies in; none when `own` alone is too much. */
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
      // The window that begins with this date holds services that are known to follow: none of the days up to the first of them, nor of
      // the window that begins there, has room.
      else if (full(date)) date = clearOf(dates[indexFrom(dates, date)] ?? date, limit)
      else return withinReach(date)
    }
    return undefined
  }
}

/** The windows that the date lies in: those that begin with a service, earliest first, and the one that begins with the date. */
export function windowsAround(
  limit: Extract<CountLimit, { type: 'rolling-window' }>,
  { dates }: Timeline,
  date: PlainDate,
): PlainDate[] {
  const starts = dates.slice(firstReaching(dates, date, limit), indexFrom(dates, date))
  // Without services after the date the earliest window holds all that the others hold.
  return (dates.at(-1) ?? '') <= date ? [starts[0] ?? date] : [...starts, date]
}

/** Position of the earliest service whose window still reaches the date. */
function firstReaching(
  dates: readonly PlainDate[],
  date: PlainDate,
  limit: Extract<CountLimit, { type: 'rolling-window' }>,
): number {
  let low = 0
  let high = dates.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (clearOf(dates[middle] ?? date, limit) <= date) low = middle + 1
    else high = middle
  }
  return low
}

/** Whether `own` more fit beside what is used. */
export function fits(used: number, own: number, maximum: number): boolean {
  return rounded(used + own) <= maximum
}

/** The first date, from `from` on, on which all hold at once. */
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
