import type { PlainDate } from '../shapes/codes.js'
import { rounded, type Amount } from '../shapes/amount.js'
import { firstNotBefore } from '../sorted.js'

export interface CountedService {
  readonly date: PlainDate
  readonly weight: Amount
}

/** Services by date with running sums, so that the sum over any period takes two look-ups. */
export interface Timeline {
  /** The dates of the services, in order, each once. The least weight of a date may be 0. */
  readonly dates: readonly PlainDate[]
  /**
   * The sum from `from` until the day before `to`; without one of them, no limit on that side. Rounded to 12
   * significant digits, as all sums of units.
   */
  readonly sum: (from?: PlainDate, to?: PlainDate) => Amount
}

/** Sorts the services, which may be in any order and several on a day, and sums them. */
export function timelineOf(services: readonly CountedService[]): Timeline {
  const sorted = services.toSorted((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0))
  const all = sorted.map(({ date }) => date)
  // Infinite weights are counted instead of summed, because the difference of two infinite sums is NaN.
  const running = { least: [0], most: [0], unbounded: [0] }
  for (const [at, { weight }] of sorted.entries()) {
    running.least.push((running.least[at] ?? 0) + weight.least)
    running.most.push((running.most[at] ?? 0) + (weight.most === Infinity ? 0 : weight.most))
    running.unbounded.push((running.unbounded[at] ?? 0) + (weight.most === Infinity ? 1 : 0))
  }
  const between = (from: PlainDate | undefined, to: PlainDate | undefined): [number, number] => [
    from === undefined ? 0 : indexFrom(all, from),
    to === undefined ? all.length : indexFrom(all, to),
  ]
  return {
    dates: all.filter((date, at) => date !== all[at - 1]),
    sum: (from, to) => {
      const [begin, end] = between(from, to)
      const over = (sums: readonly number[]): number => rounded((sums[end] ?? 0) - (sums[begin] ?? 0))
      return { least: over(running.least), most: over(running.unbounded) > 0 ? Infinity : over(running.most) }
    },
  }
}

/** Adds two timelines. A service in both counts twice. `without` is a date left out of `dates`. */
export function bothOf(one: Timeline, other: Timeline, without?: PlainDate): Timeline {
  let dates: readonly PlainDate[] | undefined
  return {
    get dates() {
      return (dates ??= datesOfBoth(one.dates, other.dates, without))
    },
    sum: (from, to) => {
      const [a, b] = [one.sum(from, to), other.sum(from, to)]
      return { least: rounded(a.least + b.least), most: rounded(a.most + b.most) }
    },
  }
}

/** Merges two sorted lists of dates, each date once. */
export function datesOfBoth(
  one: readonly PlainDate[],
  other: readonly PlainDate[],
  without?: PlainDate,
): PlainDate[] {
  const dates: PlainDate[] = []
  for (let [a, b] = [0, 0]; a < one.length || b < other.length;) {
    const [x, y] = [one[a], other[b]]
    const date = x === undefined || (y !== undefined && y < x) ? y : x
    if (x === date) a++
    if (y === date) b++
    if (date !== undefined && date !== without) dates.push(date)
  }
  return dates
}

/** Position of the first date on or after `date` in sorted dates; their number if there is none. */
export function indexFrom(dates: readonly PlainDate[], date: PlainDate): number {
  return firstNotBefore(dates.length, (at) => (dates[at] ?? date) < date)
}
