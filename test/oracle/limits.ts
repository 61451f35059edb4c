// The limits of one frequency rule against the counted services. Section 7 of the specification, the table of limits.
import type { FrequencyLimit, RuleOfKind } from '../../src/decision/policy.js'
import { isAmong, plain } from './codes.js'
import { addDays, addMonths, addStretch, calendarPeriod, firstOfMonth, isIn } from './dates.js'
import { billedUnits, otherLines, procedureOf, type Case } from './facts.js'

export const treatmentPhasesKnown = ['loading', 'maintenance'] as const

/** The answer of a limit, a list of limits or a rule; `next` is the next eligible date of a failing one. */
export interface Check {
  readonly status: 'within-limit' | 'too-soon' | 'exceeds-limit' | 'unknown', readonly next?: string | undefined, readonly missing: readonly string[]
}
interface Weight { least: number, greatest: number }
interface Counted extends Weight { date: string }

/** exceeds-limit before too-soon before unknown before within-limit; the latest next date, none if a failing one has none. */
export function strictest (checks: readonly Check[]): Check {
  const status = (['exceeds-limit', 'too-soon', 'unknown'] as const).find(one => checks.some(check => check.status === one)) ?? 'within-limit'
  if (status === 'within-limit') return { status, missing: [] }
  if (status === 'unknown') return { status, missing: checks.flatMap(check => [...check.missing]) }
  const dates = checks.filter(check => check.status === 'exceeds-limit' || check.status === 'too-soon').map(check => check.next)
  return { status, missing: [], next: dates.includes(undefined) ? undefined : dates.toSorted().at(-1) }
}

/** All limits of a list; an empty list holds. */
export function checkLimits (limits: readonly FrequencyLimit[], rule: RuleOfKind<'frequency'>, at: Case): Check {
  const counted = countedServices(rule, at)
  const own = ownWeight(rule, at)
  return strictest(limits.map(limit => checkLimit(limit, counted, own, at)))
}

function weigh (rule: RuleOfKind<'frequency'>, units: number | undefined): Weight {
  if (rule.counting === 'services') return { least: 1, greatest: 1 }
  return units === undefined ? { least: 1, greatest: Infinity } : { least: units, greatest: units }
}

function ownWeight (rule: RuleOfKind<'frequency'>, at: Case): Weight {
  return weigh(rule, billedUnits(at))
}

/** History that is neither denied nor the line itself again, and the lines before this one. */
function countedServices (rule: RuleOfKind<'frequency'>, at: Case): Counted[] {
  const { line, request } = at
  const counts = (code: string) => isAmong(plain(code), rule.countsTogether ?? rule.procedures)
  const isDuplicate = (code: string, date: string) => plain(code) === procedureOf(line) && date === line.dateOfService
  const entries = (request.serviceHistory ?? []).filter(entry =>
    counts(entry.procedureCode) && entry.claimStatus !== 'denied' && !isDuplicate(entry.procedureCode, entry.dateOfService))
  const lines = otherLines(at).filter(other => counts(other.procedureCode) && (other.dateOfService < line.dateOfService ||
    (other.dateOfService === line.dateOfService && other.lineNumber < line.lineNumber)))
  return [
    ...entries.map(entry => ({ date: entry.dateOfService, ...weigh(rule, entry.units) })),
    ...lines.map(other => ({ date: other.dateOfService, ...weigh(rule, billedUnits({ ...at, line: other })) }))
  ]
}

function checkLimit (limit: FrequencyLimit, counted: readonly Counted[], own: Weight, at: Case): Check {
  switch (limit.type) {
    case 'minimum-interval': return checkInterval(date => addStretch(date, limit), counted, at)
    case 'full-months-after': return checkInterval(date => firstOfMonth(addMonths(date, limit.months + 1)), counted, at)
    case 'rolling-window': return checkRolling(date => addStretch(date, limit), limit.maximum, counted, own, at)
    case 'calendar-period': return checkCalendar(limit.period, limit.maximum, counted, own, at)
    case 'lifetime': return checkLifetime(limit.maximum, counted, own, at)
  }
}

/** Too soon while the date is before the day on which the last counted service allows the next. */
function checkInterval (allowsFrom: (date: string) => string, counted: readonly Counted[], at: Case): Check {
  const date = at.line.dateOfService
  const last = counted.map(one => one.date).filter(one => one <= date).sort().at(-1)
  if (last !== undefined && date < allowsFrom(last)) return { status: 'too-soon', next: allowsFrom(last), missing: [] }
  return concludeKnown(historyGap(at, since => allowsFrom(addDays(since, -1)) <= date))
}

function checkRolling (leavesOn: (date: string) => string, maximum: number, counted: readonly Counted[], own: Weight, at: Case): Check {
  const date = at.line.dateOfService
  const inWindow = counted.filter(one => one.date <= date && date < leavesOn(one.date))
  if (leastOf(inWindow) + own.least > maximum) {
    const fits = (day: string) => leastOf(inWindow.filter(one => day < leavesOn(one.date))) + own.least <= maximum
    const next = own.least > maximum ? undefined : inWindow.map(one => leavesOn(one.date)).sort().find(fits)
    return { status: 'exceeds-limit', next, missing: [] }
  }
  const gap = historyGap(at, since => leavesOn(addDays(since, -1)) <= date)
  return concludeKnown([...gap, ...unitsGap(inWindow, own, maximum)])
}

function checkCalendar (period: 'month' | 'quarter' | 'year', maximum: number, counted: readonly Counted[], own: Weight, at: Case): Check {
  const span = calendarPeriod(at.line.dateOfService, period)
  const inPeriod = counted.filter(one => isIn(one.date, span))
  if (leastOf(inPeriod) + own.least > maximum) {
    return { status: 'exceeds-limit', next: own.least > maximum ? undefined : span.to, missing: [] }
  }
  return concludeKnown([...historyGap(at, since => since <= span.from), ...unitsGap(inPeriod, own, maximum)])
}

/** The whole life must be known: an age of a years reaches back at most a + 1 years. */
function checkLifetime (maximum: number, counted: readonly Counted[], own: Weight, at: Case): Check {
  if (leastOf(counted) + own.least > maximum) return { status: 'exceeds-limit', next: undefined, missing: [] }
  const age = at.request.patient?.ageYears
  const gap = age === undefined
    ? [...historyGap(at, () => true), 'patient.ageYears']
    : historyGap(at, since => since <= addMonths(at.line.dateOfService, -Math.ceil(12 * (age + 1))))
  return concludeKnown([...gap, ...unitsGap(counted, own, maximum)])
}

function leastOf (counted: readonly Counted[]): number {
  return counted.reduce((sum, one) => sum + one.least, 0)
}

function concludeKnown (missing: readonly string[]): Check {
  return missing.length > 0 ? { status: 'unknown', missing } : { status: 'within-limit', missing: [] }
}

/** What is missing of the history for a limit that does not fail by what is known. */
function historyGap (at: Case, isEarlyEnough: (since: string) => boolean): string[] {
  const { serviceHistory, serviceHistorySince: since } = at.request
  const missing = serviceHistory === undefined ? ['serviceHistory'] : []
  if (since === undefined || !isEarlyEnough(since)) missing.push('serviceHistorySince')
  return missing
}

/** What is missing when units that were not given could be too many. */
function unitsGap (counted: readonly Counted[], own: Weight, maximum: number): string[] {
  const greatest = counted.reduce((sum, one) => sum + one.greatest, own.greatest)
  if (greatest <= maximum) return []
  return own.greatest === Infinity ? ['units'] : ['serviceHistory']
}
