import { inProcedures, type PlainDate } from '../shapes/codes.js'
import type { Facts, LineFacts } from '../facts/facts.js'
import type { Amount } from '../shapes/amount.js'
import { mostDays, spanOfService } from '../facts/line-days.js'
import { addDays } from '../shapes/plain-date.js'
import { memoizeForLatest } from '../memoize.js'
import type { ServiceModifiers } from '../facts/service-modifiers.js'
import { bothOf, datesOfBoth, indexFrom, timelineOf, type Timeline } from './timeline.js'

/**
 * The services of a day: the number of certain ones, the number of possible ones, and what their modifiers
 * say.
 */
interface DayItems {
  sure: number
  possible: number
  saysSeveral: boolean
  notGiven: boolean
  /** Whether it is the last day of a line over several days, on which the service was certainly given. */
  isLast: boolean
}

/**
 * The days of service that count for a line. A day is normally one service. The day of the line is separate
 * from the others.
 */
export interface ServiceDays {
  /** The other days, with the number of services of each. */
  readonly others: Timeline
  /** The other days on which the service was certainly given, in order. */
  readonly dates: readonly PlainDate[]
  /** The nearest days to the line on which the service was possibly given. */
  readonly mayBeNear: readonly PlainDate[]
  /** The number of services of the line together with the others of its day. */
  readonly own: Amount
  /** The number of days that the line covers. */
  readonly span: number
  /** Whether a counted line has more than `mostDays` days. */
  readonly hasLongLine: boolean
  /**
   * The first days of a period, including the day of the line, that are one service or several depending on
   * modifiers that were not given.
   */
  readonly openDays: (from?: PlainDate, to?: PlainDate) => readonly PlainDate[]
}

// The most days whose modifiers one answer asks for.
const mostOpenDays = 12

interface Past {
  readonly days: ReadonlyMap<PlainDate, DayItems>
  readonly timeline: Timeline
  readonly dates: readonly PlainDate[]
  readonly possible: readonly PlainDate[]
  readonly open: readonly PlainDate[]
}

/**
 * The days of service of these codes, from the history and the earlier lines. The history is summed once for
 * a request; `key` is the list of codes as one string.
 */
export function serviceDaysOf(codes: readonly string[], key: string, facts: Facts): ServiceDays {
  const past = pastOf(facts.earlierServices, key, () => pastDays(codes, facts))
  const { date } = facts.line
  const place = placeOf(facts)
  const lines = daysOfLines(codes, facts, place)
  const ofDay = together(past.days.get(date), lines.days.get(date))
  if (place.item !== undefined) addTo(ofDay, place.item, 'sure')
  lines.days.delete(date)
  const isLong = lines.long.some(({ from, to }) => from <= date && date < to)
  const weight = weightOf(ofDay)
  const { others, dates, mayBeNear } = otherDays(past, lines, date)
  return {
    others,
    dates,
    mayBeNear,
    own: { least: 1, most: isLong ? Infinity : Math.max(1, weight.most) + place.span - 1 },
    span: place.span,
    hasLongLine: lines.long.length > 0,
    openDays: (from, to) => openDays({ past, lines, date, isOpen: isOpen(ofDay) }, from, to),
  }
}

// All lines of a request have the same history.
const pastOf = memoizeForLatest<Facts['earlierServices'], Past>()

function pastDays(codes: readonly string[], { earlierServices }: Facts): Past {
  const days = new Map<PlainDate, DayItems>()
  for (const { date, modifiers, isService } of earlierServices(codes))
    if (isService !== 'false') addTo(dayIn(days, date), modifiers, isService === 'true' ? 'sure' : 'possible')
  const all = [...days].sort(([a], [b]) => (a < b ? -1 : 1))
  const datesWhere = (is: (day: DayItems) => boolean): PlainDate[] =>
    all.filter(([, day]) => is(day)).map(([date]) => date)
  return {
    days,
    timeline: timelineOf(all.map(([date, day]) => ({ date, weight: weightOf(day) }))),
    dates: datesWhere(isServiceDay),
    possible: datesWhere((day) => !isServiceDay(day)),
    open: datesWhere(isOpen),
  }
}

function dayIn(days: Map<PlainDate, DayItems>, date: PlainDate): DayItems {
  const known = days.get(date)
  if (known !== undefined) return known
  const day = { sure: 0, possible: 0, saysSeveral: false, notGiven: false, isLast: false }
  days.set(date, day)
  return day
}

function addTo(day: DayItems, modifiers: ServiceModifiers, how: 'sure' | 'possible'): void {
  day[how]++
  day.saysSeveral ||= modifiers.saysSeveral
  day.notGiven ||= modifiers.notGiven
}

function together(one: DayItems | undefined, other: DayItems | undefined): DayItems {
  return {
    sure: (one?.sure ?? 0) + (other?.sure ?? 0),
    possible: (one?.possible ?? 0) + (other?.possible ?? 0),
    saysSeveral: one?.saysSeveral === true || other?.saysSeveral === true,
    notGiven: one?.notGiven === true || other?.notGiven === true,
    isLast: one?.isLast === true || other?.isLast === true,
  }
}

/**
 * The number of services of a day: one, unless its modifiers say or were not given, so that it may be
 * several.
 */
function weightOf({ sure, possible, saysSeveral, notGiven }: DayItems): Amount {
  const items = sure + possible
  return { least: Math.min(sure, 1), most: saysSeveral || notGiven ? items : Math.min(items, 1) }
}

function isServiceDay({ sure, isLast }: DayItems): boolean {
  return sure > 0 || isLast
}

/** Whether the missing modifiers would tell how many services the day has. */
function isOpen({ sure, possible, saysSeveral, notGiven }: DayItems): boolean {
  return sure + possible > 1 && notGiven && !saysSeveral
}

/** The position of a line among those of its day, and what it adds to the day. */
interface Place {
  readonly at: LineFacts
  /** Its own number, or for discarded drug that of its dose. */
  readonly lineNumber: number
  /** Undefined if the line is no service. */
  readonly item: ServiceModifiers | undefined
  readonly span: number
}

/**
 * The place of a line. Discarded drug is counted in the place of its dose, so that it gets the same result
 * and is not a second service.
 */
function placeOf({ line, lines }: Facts): Place {
  const own = spanOfService(line).count
  const { lineNumber } = line
  if (!line.modifiers.isDiscarded) return { at: line, lineNumber, item: line.modifiers, span: own }
  const doses = lines
    .filter((other) => {
      if (other === line || other.code !== line.code || other.modifiers.isDiscarded) return false
      const { first, last } = spanOfService(other)
      return first <= line.date && line.date <= last
    })
    .sort((a, b) => (isBefore(a, b) ? -1 : 1))
  const before = doses.filter((dose) => isBefore(dose, line)).at(-1)
  const dose = before ?? doses[0]
  if (dose === undefined) return { at: line, lineNumber, item: undefined, span: own }
  return {
    at: dose,
    lineNumber: before?.lineNumber ?? lineNumber,
    item: dose.modifiers,
    span: Math.max(own, spanOfService(dose).count),
  }
}

/**
 * Compares lines by day of service, then by number. A line of which one day is decided counts on that day.
 */
function isBefore(one: LineFacts, line: LineFacts): boolean {
  const { first } = spanOfService(one)
  const date = line.date === line.sent.dateOfService ? spanOfService(line).first : line.date
  return first < date || (first === date && one.lineNumber < line.lineNumber)
}

interface DaysOfLines {
  readonly days: Map<PlainDate, DayItems>
  /** The days after the first of lines with more than `mostDays` days, as ranges whose `to` is exclusive. */
  readonly long: ReadonlyArray<{ readonly from: PlainDate; readonly to: PlainDate }>
}

function daysOfLines(codes: readonly string[], { line, lines }: Facts, place: Place): DaysOfLines {
  const days = new Map<PlainDate, DayItems>()
  const long: Array<{ from: PlainDate; to: PlainDate }> = []
  for (const other of lines) {
    if (other === line || other === place.at || other.modifiers.isDiscarded) continue
    if (!inProcedures(other.code, codes)) continue
    const { first, last, count } = spanOfService(other)
    if (first > line.date || (first === line.date && other.lineNumber >= place.lineNumber)) continue
    addTo(dayIn(days, first), other.modifiers, 'sure')
    if (count > mostDays) long.push({ from: addDays(first, 1), to: addDays(last, 1) })
    else for (let n = 1; n < count; n++) addTo(dayIn(days, addDays(first, n)), other.modifiers, 'possible')
    if (count > 1) dayIn(days, last).isLast = true
  }
  return { days, long }
}

/** Merges the days of history and lines, without the day `own`. A day in both counts once. */
function otherDays(
  past: Past,
  { days, long }: DaysOfLines,
  own: PlainDate,
): Pick<ServiceDays, 'others' | 'dates' | 'mayBeNear'> {
  const ofOwn = past.days.get(own)
  const added = [...days].sort(([a], [b]) => (a < b ? -1 : 1))
  const changes = added.map(([date, day]) => {
    const before = past.days.get(date)
    return { date, weight: less(weightOf(together(before, day)), before) }
  })
  if (ofOwn !== undefined) changes.push({ date: own, weight: less({ least: 0, most: 0 }, ofOwn) })
  const sure = added.filter(([, day]) => isServiceDay(day)).map(([date]) => date)
  const possible = added.filter(([, day]) => !isServiceDay(day)).map(([date]) => date)
  const isAsItWas = changes.length === 0
  const others = isAsItWas ? past.timeline : bothOf(past.timeline, timelineOf(changes), own)
  return {
    others: long.length === 0 ? others : withLongLines(others, long),
    dates: isAsItWas ? past.dates : datesOfBoth(past.dates, sure, own),
    mayBeNear: [
      ...nearest(past.possible, own),
      ...nearest(possible, own),
      ...long.flatMap(({ from, to }) => [
        ...(from < own ? [addDays(to <= own ? to : own, -1)] : []),
        ...(own < addDays(to, -1) ? [from > own ? from : addDays(own, 1)] : []),
      ]),
    ],
  }
}

function less({ least, most }: Amount, before: DayItems | undefined): Amount {
  if (before === undefined) return { least, most }
  const weight = weightOf(before)
  return { least: least - weight.least, most: most - weight.most }
}

/** The last of the sorted dates before a date, and the first after it. */
function nearest(dates: readonly PlainDate[], date: PlainDate): PlainDate[] {
  return [dates[indexFrom(dates, date) - 1], dates[indexFrom(dates, addDays(date, 1))]].filter(
    (one) => one !== undefined,
  )
}

/** Any number of services may have been given on each later day of a line with more than `mostDays` days. */
function withLongLines(timeline: Timeline, long: DaysOfLines['long']): Timeline {
  // No dates are added for windows to begin with: the last day of the line is a date already, and its window
  // reaches as far as that of any other of its days.
  return {
    dates: timeline.dates,
    sum: (from, to) => {
      const { least, most } = timeline.sum(from, to)
      const isTouched = long.some(
        (one) => (from === undefined || from < one.to) && (to === undefined || one.from < to),
      )
      return { least, most: isTouched ? Infinity : most }
    },
  }
}

function openDays(
  {
    past,
    lines,
    date: own,
    isOpen: isOwnOpen,
  }: {
    readonly past: Past
    readonly lines: DaysOfLines
    readonly date: PlainDate
    readonly isOpen: boolean
  },
  from?: PlainDate,
  to?: PlainDate,
): PlainDate[] {
  const isIn = (date: PlainDate): boolean =>
    (from === undefined || date >= from) && (to === undefined || date < to)
  const found = isOwnOpen ? [own] : []
  for (const [date, day] of lines.days)
    if (isIn(date) && isOpen(together(past.days.get(date), day))) found.push(date)
  const enough = found.length + mostOpenDays
  for (let at = from === undefined ? 0 : indexFrom(past.open, from); found.length < enough; at++) {
    const date = past.open[at]
    if (date === undefined || !isIn(date)) break
    if (date !== own && !lines.days.has(date)) found.push(date)
  }
  return found.sort().slice(0, mostOpenDays)
}
