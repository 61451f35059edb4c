import type { PlainDate } from '../shapes/codes.js'
import { rounded, type Amount } from '../shapes/amount.js'

export interface CountedService {
  readonly date: PlainDate
  readonly weight: Amount
}

/** Services by date with running sums, so that any stretch of time is summed by two look-ups however many there are. */
export interface Timeline {
  /** Dates of what counts, in order, each once; a weight may be none at the least. */
  readonly dates: readonly PlainDate[]
  /** What was given from `from` until the day before `to`; absent ends are open. To 12 significant digits, as all sums of units are. */
  readonly sum: (from?: PlainDate, to?: PlainDate) => Amount
}

/** Orders the services; they may come in any order, and on the same day. */
export function timelineOf(services: readonly CountedService[]): Timeline {
  const sorted = services.toSorted((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0))
  const all = sorted.map(({ date }) => date)
  // Infinite weights are counted, not summed: a difference of two infinite sums would be no number.
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

/** Two timelines as one; what they have in common counts twice. One date may be left out of the dates. */
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

/** Ordered dates of two ordered lists, each once. */
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

/** Position of the first date on or after `date` in ordered dates; their number when there is none. */
export function indexFrom(dates: readonly PlainDate[], date: PlainDate): number {
  let low = 0
  let high = dates.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((dates[middle] ?? date) < date) low = middle + 1
    else high = middle
  }
  return low
}
