// Services are days: which days have a service, how much they weigh, and what is not known of it. Section 7 of the specification.
import type { RuleOfKind } from '../../src/decision/shapes/rule.js'
import type { ServiceLine } from '../../src/decision/shapes/request.js'
import { isAmong, plain } from './codes.js'
import { addDays } from './dates.js'
import { isPeriodCode, lastDayOf } from './days.js'
import { otherLines, procedureOf, type Case } from './facts.js'

export interface Weight {
  least: number
  greatest: number
}
/** One day with its items. `isLast`: the last day of a line over several; `endless`: a later day of a line of more than 31. */
export interface Day {
  date: string
  sure: number
  possible: number
  carries: boolean
  lacks: boolean
  isLast: boolean
  endless: boolean
}
export interface ServiceDays {
  /** All days but that of the line. */
  others: Day[]
  own: Weight
  ownDay: Day
  hasLongLine: boolean
}

type Modifiers = readonly string[] | undefined

const several = ['76', '77', '27', '59', 'XE', 'XP', 'XS', 'XU']
const carries = (modifiers: Modifiers, wanted: readonly string[]) =>
  (modifiers ?? []).some((one) => wanted.includes(one.toUpperCase()))

/** Whether what was billed was thrown away. */
export function isDiscarded(one: { modifiers?: Modifiers }): boolean {
  return carries(one.modifiers, ['JW'])
}

/** Weight of a day: one service, unless its items may be several. */
export function weightOf(day: Day): Weight {
  const n = day.sure + day.possible
  const greatest = day.carries || day.lacks ? n : Math.min(n, 1)
  return { least: day.sure > 0 ? 1 : 0, greatest: day.endless ? Infinity : greatest }
}

/** The facts that would close an open day. */
export function missingOf(day: Day): string[] {
  return day.sure + day.possible >= 2 && day.lacks && !day.carries ? [`modifiers/${day.date}`] : []
}

/** A day on which the service is given for sure, as intervals look at it. */
export function isServiceDay(day: Day): boolean {
  return day.sure > 0 || day.isLast
}

/** All days of a rule as the line of the case sees them. */
export function serviceDays(rule: RuleOfKind<'frequency'>, at: Case): ServiceDays {
  const counts = (code: string) => isAmong(plain(code), rule.countsTogether ?? rule.procedures)
  const days = new Map<string, Day>()
  const dayOf = (date: string): Day => {
    const known = days.get(date)
    if (known !== undefined) return known
    const fresh = {
      date,
      sure: 0,
      possible: 0,
      carries: false,
      lacks: false,
      isLast: false,
      endless: false,
    }
    days.set(date, fresh)
    return fresh
  }
  const add = (date: string, modifiers: readonly Modifiers[], sure: number, possible: number) => {
    const day = dayOf(date)
    day.sure += sure
    day.possible += possible
    if (sure + possible === 0) return
    day.carries ||= modifiers.some((some) => carries(some, several))
    day.lacks ||= modifiers.some((some) => some === undefined)
  }
  addHistory(at, counts, add)
  const d = at.line.dateOfService
  const { asked, number, item } = placeOf(at)
  let hasLongLine = false
  for (const line of otherLines(at)) {
    if (line.lineNumber === asked.lineNumber && item !== undefined) continue
    if (!counts(line.procedureCode) || isDiscarded(line)) continue
    const { first, last } = spanOf(at, line)
    if (!(first < d || (first === d && line.lineNumber < number))) continue
    add(first, [line.modifiers], 1, 0)
    const isLong = daysBetweenAnd(first, last) > 31
    hasLongLine ||= isLong
    for (let day = addDays(first, 1); day <= last; day = addDays(day, 1))
      if (isLong) dayOf(day).endless = true
      else add(day, [line.modifiers], 0, 1)
    if (last > first) dayOf(last).isLast = true
  }
  if (item !== undefined) add(d, [item.modifiers], 1, 0)
  const ownDay = dayOf(d)
  const k = Math.max(lengthOf(at.asSent ?? at), asked === at.line ? 1 : lengthOf({ ...at, line: asked }))
  const { greatest } = weightOf(ownDay)
  return {
    others: [...days.values()].filter((day) => day.date !== d),
    own: { least: 1, greatest: Math.max(1, greatest) + k - 1 },
    ownDay,
    hasLongLine,
  }
}

/** Discarded drug stands where its dose stands. */
function placeOf(at: Case): { asked: ServiceLine; number: number; item: ServiceLine | undefined } {
  const { line } = at
  if (!isDiscarded(line)) return { asked: line, number: line.lineNumber, item: line }
  const doses = otherLines(at)
    .filter((other) => procedureOf(other) === procedureOf(line) && !isDiscarded(other))
    .filter((other) => {
      const { first, last } = spanOf(at, other)
      return first <= line.dateOfService && line.dateOfService <= last
    })
    .sort((one, other) => (comesBefore(at, one, other) ? -1 : 1))
  const before = doses.filter((dose) => isBefore(at, dose)).at(-1)
  if (before !== undefined) return { asked: before, number: before.lineNumber, item: before }
  const [after] = doses
  if (after !== undefined) return { asked: after, number: line.lineNumber, item: after }
  return { asked: line, number: line.lineNumber, item: undefined }
}

function isBefore(at: Case, other: ServiceLine): boolean {
  const { first } = spanOf(at, other)
  return (
    first < at.line.dateOfService ||
    (first === at.line.dateOfService && other.lineNumber < at.line.lineNumber)
  )
}

function comesBefore(at: Case, one: ServiceLine, other: ServiceLine): boolean {
  const [a, b] = [spanOf(at, one).first, spanOf(at, other).first]
  return a < b || (a === b && one.lineNumber < other.lineNumber)
}

/** First and last day of service; a code that stands for a period has its last day only. */
function spanOf(at: Case, line: ServiceLine): { first: string; last: string } {
  const last = lastDayOf({ ...at, line })
  return { first: isPeriodCode(line) ? last : line.dateOfService, last }
}

function lengthOf(at: Case): number {
  const { first, last } = spanOf(at, at.line)
  return daysBetweenAnd(first, last)
}

function daysBetweenAnd(first: string, last: string): number {
  let days = 1
  for (let day = first; day < last; day = addDays(day, 1)) days += 1
  return days
}

/** Entries of a code and date are lines of the request as far as there are such lines; which of them, nobody says. */
function addHistory(
  at: Case,
  counts: (code: string) => boolean,
  add: (date: string, modifiers: readonly Modifiers[], sure: number, possible: number) => void,
): void {
  const { request } = at.asSent ?? at
  const entries = (request.serviceHistory ?? [])
    .filter((entry) => entry.claimStatus !== 'denied' && counts(entry.procedureCode))
    .map((entry) => ({ ...entry, group: `${plain(entry.procedureCode)} ${entry.dateOfService}` }))
  for (const group of new Set(entries.map((entry) => entry.group))) {
    const same = entries.filter((entry) => entry.group === group)
    const lines = request.serviceLines.filter(
      (line) => `${procedureOf(line)} ${line.dateOfService}` === group,
    )
    const left = Math.max(0, same.length - lines.length)
    const given = same.filter((entry) => !isDiscarded(entry))
    const sure = Math.max(0, left - (same.length - given.length))
    const most = Math.min(left, given.length)
    const [, date = ''] = group.split(' ')
    add(
      date,
      given.map((entry) => entry.modifiers),
      sure,
      most - sure,
    )
  }
}
