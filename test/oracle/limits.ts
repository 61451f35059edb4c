// The limits of one frequency rule against the counted services. Section 7 of the specification, the table of limits.
import type { FrequencyLimit } from '../../src/decision/shapes/frequency-limit.js'
import type { RuleOfKind } from '../../src/decision/shapes/rule.js'
import { isAmong, plain } from './codes.js'
import { rounded } from './convert.js'
import { addDays, addMonths, addStretch, calendarPeriod, firstOfMonth, isIn, planYear } from './dates.js'
import { billedUnits } from './billed-units.js'
import { otherLines, procedureOf, type Case } from './facts.js'
import { planOf } from './selection.js'
import {
  isServiceDay,
  missingOf,
  serviceDays,
  weightOf,
  type Day,
  type ServiceDays,
  type Weight,
} from './service-days.js'

export const treatmentPhasesKnown = ['loading', 'maintenance'] as const

/** Whether a limit holds on a day, by what is known; `never` when no day can help. */
export interface Bound {
  readonly holdsOn: (day: string) => boolean
  readonly never: boolean
}
/** The answer of a limit, a list of limits or a rule, and the bounds that the next date has to keep. */
export interface Check {
  readonly status: 'within-limit' | 'too-soon' | 'exceeds-limit' | 'unknown'
  readonly missing: readonly string[]
  readonly bounds: readonly Bound[]
}
export interface Counted extends Weight {
  date: string
}

/** exceeds-limit before too-soon before unknown before within-limit; all bounds together. */
export function strictest(checks: readonly Check[]): Check {
  const status =
    (['exceeds-limit', 'too-soon', 'unknown'] as const).find((one) =>
      checks.some((check) => check.status === one),
    ) ?? 'within-limit'
  return {
    status,
    missing: status === 'unknown' ? checks.flatMap((check) => [...check.missing]) : [],
    bounds: checks.flatMap((check) => [...check.bounds]),
  }
}

/** Day by day from the day after the date, the first on which all bounds hold. */
export function nextDay(date: string, bounds: readonly Bound[]): string | undefined {
  if (bounds.some((bound) => bound.never)) return undefined
  for (let day = addDays(date, 1); day < '2100-01-01'; day = addDays(day, 1))
    if (bounds.every((bound) => bound.holdsOn(day))) return day
  return undefined
}

/** What a limit is compared with: entries and own weight, and the days for intervals and for what is missing. */
interface Compared {
  counted: readonly Counted[]
  own: Weight
  days: ServiceDays
  byUnits: boolean
  at: Case
}

/** All limits of a list; an empty list holds. */
export function checkLimits(
  limits: readonly FrequencyLimit[],
  rule: RuleOfKind<'frequency'>,
  at: Case,
): Check {
  const days = serviceDays(rule, at)
  const byUnits = rule.counting === 'units'
  const compared = {
    counted: byUnits
      ? countedUnits(rule, at)
      : days.others.map((day) => ({ date: day.date, ...weightOf(day) })),
    own: byUnits ? weigh(billedUnits(at)) : days.own,
    days,
    byUnits,
    at,
  }
  return strictest(limits.map((limit) => checkLimit(limit, compared)))
}

function weigh(units: number | undefined): Weight {
  return units === undefined ? { least: 1, greatest: Infinity } : { least: units, greatest: units }
}

/** Units of history that is neither denied nor a line of the request over again, and of the lines before this one. */
function countedUnits(rule: RuleOfKind<'frequency'>, at: Case): Counted[] {
  const { line } = at
  const counts = (code: string) => isAmong(plain(code), rule.countsTogether ?? rule.procedures)
  const lines = otherLines(at).filter(
    (other) =>
      counts(other.procedureCode) &&
      (other.dateOfService < line.dateOfService ||
        (other.dateOfService === line.dateOfService && other.lineNumber < line.lineNumber)),
  )
  return [
    ...entriesBesideLines(at).filter((entry) => counts(entry.code)),
    ...lines.map((other) => ({
      date: other.dateOfService,
      ...weigh(billedUnits({ ...at, line: other })),
    })),
  ]
}

/** Entry by entry with its units; where lines of the request are among them it is open which, so the rest weighs from the lightest to the heaviest. */
function entriesBesideLines(at: Case): (Counted & { code: string })[] {
  const { request } = at.asSent ?? at
  const entries = (request.serviceHistory ?? [])
    .filter((entry) => entry.claimStatus !== 'denied')
    .map((entry) => ({ code: plain(entry.procedureCode), date: entry.dateOfService, units: entry.units }))
  const result: (Counted & { code: string })[] = []
  for (const group of new Set(entries.map((entry) => `${entry.code} ${entry.date}`))) {
    const same = entries.filter((entry) => `${entry.code} ${entry.date}` === group)
    const linesOfIt = request.serviceLines.filter(
      (line) => `${procedureOf(line)} ${line.dateOfService}` === group,
    ).length
    let lightest = same.map((entry) => entry.units ?? 1).sort((one, other) => one - other)
    let heaviest = same.map((entry) => entry.units ?? Number.MAX_VALUE).sort((one, other) => one - other)
    for (let taken = 0; taken < linesOfIt; taken += 1) {
      lightest = lightest.slice(0, -1)
      heaviest = heaviest.slice(1)
    }
    lightest.forEach((least, position) => {
      const most = heaviest[position] ?? Number.MAX_VALUE
      const [code = '', date = ''] = group.split(' ')
      result.push({ code, date, least, greatest: most === Number.MAX_VALUE ? Infinity : most })
    })
  }
  return result
}

function checkLimit(limit: FrequencyLimit, compared: Compared): Check {
  switch (limit.type) {
    case 'minimum-interval':
      return checkInterval((date) => addStretch(date, limit), compared)
    case 'full-months-after':
      return checkInterval((date) => firstOfMonth(addMonths(date, limit.months + 1)), compared)
    case 'rolling-window':
      return checkRolling((date) => addStretch(date, limit), limit.maximum, compared)
    case 'calendar-period': {
      const { period } = limit
      if (period !== 'plan-year')
        return checkCalendar((date) => calendarPeriod(date, period), limit.maximum, compared)
      return checkPlanYear(limit.startMonth, limit.maximum, compared)
    }
    case 'lifetime':
      return checkLifetime(limit.maximum, compared)
  }
}

/** Every other day of service must be far enough away, before or after; and so must be days that may be one. */
function checkInterval(plus: (date: string) => string, { days, at }: Compared): Check {
  const date = at.line.dateOfService
  const isClear = (other: string, day: string) => (other <= day ? plus(other) <= day : plus(day) <= other)
  const holdsOn = (day: string) => days.others.filter(isServiceDay).every((other) => isClear(other.date, day))
  const doubts: string[][] = []
  if (days.own.greatest > 1) doubts.push(missingOf(days.ownDay))
  if (!days.others.every((other) => weightOf(other).greatest === 0 || isClear(other.date, date)))
    doubts.push([])
  return conclude(
    { holdsOn, never: false },
    'too-soon',
    historyGap(at, (since) => plus(addDays(since, -1)) <= date),
    doubts,
    date,
  )
}

function checkRolling(
  plus: (date: string) => string,
  maximum: number,
  { counted, own, ...rest }: Compared,
): Check {
  const { at } = rest
  const date = at.line.dateOfService
  const windowsOf = (day: string) =>
    [day, ...counted.map((one) => one.date)]
      .filter((start) => start <= day && day < plus(start))
      .map((start) => counted.filter((one) => start <= one.date && one.date < plus(start)))
  const holdsOn = (day: string) => windowsOf(day).every((window) => leastOf(window, own) <= maximum)
  const tooMany = windowsOf(date).filter((window) => isPerhapsTooMuch(window, own, maximum))
  const gap = historyGap(at, (since) => plus(addDays(since, -1)) <= date)
  return conclude(
    { holdsOn, never: own.least > maximum },
    'exceeds-limit',
    gap,
    tooMany.length === 0 ? [] : [lacksOf(tooMany.flat(), { counted, own, ...rest })],
    date,
  )
}

function checkCalendar(
  periodOf: (date: string) => { from: string; to: string },
  maximum: number,
  compared: Compared,
): Check {
  const { counted, own, at } = compared
  const date = at.line.dateOfService
  const inPeriod = (day: string) => counted.filter((one) => isIn(one.date, periodOf(day)))
  const holdsOn = (day: string) => leastOf(inPeriod(day), own) <= maximum
  const gap = historyGap(at, (since) => since <= periodOf(date).from)
  return conclude(
    { holdsOn, never: own.least > maximum },
    'exceeds-limit',
    gap,
    isPerhapsTooMuch(inPeriod(date), own, maximum) ? [lacksOf(inPeriod(date), compared)] : [],
    date,
  )
}

/** The month that the document names; else that of plan and request, if they do not contradict each other; else every month must say the same. */
function checkPlanYear(startMonth: number | undefined, maximum: number, compared: Compared): Check {
  const { at } = compared
  const given = at.request.coverage.planYearStartMonth
  const found = planOf(at)
  const ofPlan = 'plan' in found ? found.plan.planYearStartMonth : undefined
  const agreed =
    given === undefined || ofPlan === undefined || given === ofPlan ? (given ?? ofPlan) : undefined
  const yearFrom = (month: number) => checkCalendar((date) => planYear(date, month), maximum, compared)
  const known = startMonth ?? agreed
  if (known !== undefined) return yearFrom(known)
  const checks = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map(yearFrom)
  if (new Set(checks.map((check) => check.status)).size === 1) return strictest(checks)
  return {
    status: 'unknown',
    missing: ['planYearStartMonth', ...checks.flatMap((check) => [...check.missing])],
    bounds: checks.flatMap((check) => [...check.bounds]),
  }
}

/** The whole life must be known: an age of a years reaches back at most a + 1 years. */
function checkLifetime(maximum: number, compared: Compared): Check {
  const { counted, own, at } = compared
  const date = at.line.dateOfService
  const full = leastOf(counted, own) > maximum
  const age = at.request.patient?.ageYears
  const gap =
    age === undefined
      ? [...historyGap(at, () => true), 'patient.ageYears']
      : historyGap(at, (since) => since <= addMonths(date, -Math.ceil(12 * (age + 1))))
  return conclude(
    { holdsOn: () => !full, never: full },
    'exceeds-limit',
    gap,
    isPerhapsTooMuch(counted, own, maximum) ? [lacksOf(counted, compared)] : [],
    date,
  )
}

function leastOf(counted: readonly Counted[], own: Weight): number {
  return rounded(counted.reduce((sum, one) => sum + one.least, own.least))
}

function conclude(
  bound: Bound,
  fail: 'too-soon' | 'exceeds-limit',
  gap: readonly string[],
  doubts: readonly (readonly string[])[],
  date: string,
): Check {
  const bounds = [bound]
  if (bound.never || !bound.holdsOn(date)) return { status: fail, missing: [], bounds }
  return gap.length > 0 || doubts.length > 0
    ? { status: 'unknown', missing: [...gap, ...doubts.flat()], bounds }
    : { status: 'within-limit', missing: [], bounds }
}

/** What is missing of the history for a limit that does not fail by what is known. */
export function historyGap(at: Case, isEarlyEnough: (since: string) => boolean): string[] {
  const { serviceHistory, serviceHistorySince: since } = at.request
  const missing = serviceHistory === undefined ? ['serviceHistory'] : []
  if (since === undefined || !isEarlyEnough(since)) missing.push('serviceHistorySince')
  return missing
}

function isPerhapsTooMuch(counted: readonly Counted[], own: Weight, maximum: number): boolean {
  return rounded(counted.reduce((sum, one) => sum + one.greatest, own.greatest)) > maximum
}

/** What is missing where units that were not given, or days that may be several services, could be too many. */
function lacksOf(looked: readonly Counted[], { own, days, byUnits }: Compared): string[] {
  if (byUnits) return [own.greatest === Infinity ? 'units' : 'serviceHistory']
  const dates = looked.map((one) => one.date)
  return openDays([...days.others.filter((day) => dates.includes(day.date)), days.ownDay])
}

/** At most twelve facts, of the earliest days. */
export function openDays(days: readonly Day[]): string[] {
  return days.flatMap(missingOf).sort().slice(0, 12)
}
