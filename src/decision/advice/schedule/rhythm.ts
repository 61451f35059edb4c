import type { PlainDate } from '../../shapes/codes.js'
import { addDays, addMonths, daysBetween } from '../../shapes/plain-date.js'
import type { Interval, ScheduleRequest, WishedSegment } from './request.js'

/** A service that is wished: which one of which segment (both counted from 1), and when. */
export interface Wish {
  readonly segment: WishedSegment
  readonly segmentNumber: number
  readonly number: number
  readonly wishedOn: PlainDate
}

/** Some intervals after a date; months are counted from the date, so a month end stays one. */
export function intervalsAfter(date: PlainDate, { days, weeks, months }: Interval, times: number): PlainDate {
  return months === undefined
    ? addDays(date, times * (days ?? 7 * (weeks ?? 0)))
    : addMonths(date, times * months)
}

/** The first wish of a course. */
export function firstWish({ wishedRhythm: [segment], startOn }: ScheduleRequest): Wish | undefined {
  return segment === undefined ? undefined : { segment, segmentNumber: 1, number: 1, wishedOn: startOn }
}

/**
 * What is wished after a wish was planned on `date`, the first service of its segment being planned on `segmentBegan`. Undefined when
 * the course is over.
 */
export function wishAfter(
  { segment, segmentNumber, number }: Wish,
  date: PlainDate,
  segmentBegan: PlainDate,
  rhythm: readonly WishedSegment[],
): Wish | undefined {
  if (segment.times === undefined || number < segment.times) {
    const wishedOn =
      segment.countedFrom === 'first-date'
        ? intervalsAfter(segmentBegan, segment.every, number)
        : intervalsAfter(date, segment.every, 1)
    return { segment, segmentNumber, number: number + 1, wishedOn }
  }
  const next = rhythm[segmentNumber]
  return next === undefined
    ? undefined
    : {
        segment: next,
        segmentNumber: segmentNumber + 1,
        number: 1,
        wishedOn: intervalsAfter(date, next.every, 1),
      }
}

/** When the last service of a segment would be, if from a date of it on nothing were moved. */
export function unmovedEnd({ segment, number, wishedOn }: Wish): PlainDate {
  return intervalsAfter(wishedOn, segment.every, Math.max(0, (segment.times ?? number) - number))
}

const lastDateEver = '2099-12-31'

/** The last day of the horizon; dates are not written beyond 2099. */
export function lastDayOf({ startOn, horizonDays = 365 }: ScheduleRequest): PlainDate {
  return horizonDays - 1 > daysBetween(startOn, lastDateEver)
    ? lastDateEver
    : addDays(startOn, horizonDays - 1)
}

/** How many dates an answer can have at most: what is wished, what fits the horizon, and what was asked for. */
export function mostDatesOf({
  wishedRhythm,
  horizonDays = 365,
  maximumDates = 100,
}: ScheduleRequest): number {
  const wished = wishedRhythm.reduce(
    (sum, { every: { days, weeks, months }, times }) =>
      sum +
      Math.min(
        times ?? Infinity,
        Math.ceil(horizonDays / (days ?? (weeks === undefined ? 28 * (months ?? 1) : 7 * weeks))),
      ),
    0,
  )
  return Math.max(1, Math.min(wished, horizonDays, maximumDates))
}
