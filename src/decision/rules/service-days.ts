import { inProcedures, type PlainDate } from '../shapes/codes.js'
import type { Facts, LineFacts } from '../facts/facts.js'
import type { Amount } from '../shapes/amount.js'
import { mostDays, spanOfService } from '../facts/line-days.js'
import { addDays } from '../shapes/plain-date.js'
import { memoizeForLatest } from '../memoize.js'
import type { ServiceModifiers } from '../facts/service-modifiers.js'
import { bothOf, datesOfBoth, indexFrom, timelineOf, type Timeline } from './timeline.js'

/** What is on record for a day: services for sure, services that may be of this day, and what their modifiers tell. */
interface DayItems {
  sure: number
  possible: number
  saysSeveral: boolean
  notGiven: boolean
  /** Last day of a line over several days: the service is known to reach to it. */
  isLast: boolean
}

/** The days of service that a line is counted with. A day is one service; its own day is kept apart from the others. */
export interface ServiceDays {
  /** The other days by their weight. */
  readonly others: Timeline
  /** Of these, in order, the days on which the service is given for sure. */
  readonly dates: readonly PlainDate[]
  /** Days nearest to the line on which it may have been given, and is not known to. */
  readonly mayBeNear: readonly PlainDate[]
  /** How many services the line, with what else is on its day, may be. */
  readonly own: Amount
  /** How many days the line covers. */
  readonly span: number
  /** A counted line has more days than are looked at one by one. */
  readonly hasLongLine: boolean
  /** The first days of a stretch, the own day among them, that would be one service or several if their modifiers were given. */
  readonly openDays: (from?: PlainDate, to?: PlainDate) => readonly PlainDate[]
}

// Days that an answer asks about at once.
const mostOpenDays = 12

interface Past {
  readonly days: ReadonlyMap<PlainDate, DayItems>
  readonly timeline: Timeline
  readonly dates: readonly PlainDate[]
  readonly possible: readonly PlainDate[]
  readonly open: readonly PlainDate[]
}

/** The days of service of these codes: of the history, summed once a request, and of the earlier lines. `key` says the codes in one string. */
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
  return {
    ...otherDays(past, lines, date),
    own: { least: 1, most: isLong ? Infinity : Math.max(1, weight.most) + place.span - 1 },
    span: place.span,
    hasLongLine: lines.long.length > 0,
    openDays: (from, to) => openDays({ past, lines, date, isOpen: isOpen(ofDay) }, from, to),
  }
}

// The history is the same for all lines of a request.
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

/** A day is one service, unless what is on record for it may be several. */
function weightOf({ sure, possible, saysSeveral, notGiven }: DayItems): Amount {
  const items = sure + possible
  return { least: Math.min(sure, 1), most: saysSeveral || notGiven ? items : Math.min(items, 1) }
}

function isServiceDay({ sure, isLast }: DayItems): boolean {
  return sure > 0 || isLast
}

/** Whether the modifiers that were not given would tell how many services it is. */
function isOpen({ sure, possible, saysSeveral, notGiven }: DayItems): boolean {
  return sure + possible > 1 && notGiven && !saysSeveral
}

/** Where a line stands among those of its day, and what it adds to the day. */
interface Place {
  readonly at: LineFacts
  /** Its own number, or that of the line in whose place it is judged. */
  readonly lineNumber: number
  /** Undefined: it is no service. */
  readonly item: ServiceModifiers | undefined
  readonly span: number
}

/** Discarded drug is judged in the place of the dose that it belongs to: no more leniently, and no more strictly for being a second line. */
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

/** By the day of service, then by number; a line that is asked about one of its days stands on that day. */
function isBefore(one: LineFacts, line: LineFacts): boolean {
  const { first } = spanOfService(one)
  const date = line.date === line.sent.dateOfService ? spanOfService(line).first : line.date
  return first < date || (first === date && one.lineNumber < line.lineNumber)
}

interface DaysOfLines {
  readonly days: Map<PlainDate, DayItems>
  /** The later days of lines that have more of them than are looked at one by one, as half-open stretches. */
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

/** The days of history and lines but one, laid over each other: a day that both have is weighed as one. */
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

/** Of ordered dates the last before a date and the first after it. */
function nearest(dates: readonly PlainDate[], date: PlainDate): PlainDate[] {
  return [dates[indexFrom(dates, date) - 1], dates[indexFrom(dates, addDays(date, 1))]].filter(
    (one) => one !== undefined,
  )
}

/** On each of the later days of a very long line any number of services may have been given. */
function withLongLines(timeline: Timeline, long: DaysOfLines['long']): Timeline {
  // Windows begin with the dates: the last day of the line reaches as far as any other of its days.
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
