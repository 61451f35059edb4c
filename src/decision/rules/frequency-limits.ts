import type { PlainDate } from '../shapes/codes.js'
import { historyGap, type Facts } from '../facts/facts.js'
import { amountAsText, rounded, type Amount } from '../shapes/amount.js'
import { modifiersOn } from '../facts/missing-facts.js'
import { addDays, addMonths } from '../shapes/plain-date.js'
import type { CountLimit, IntervalLimit, FrequencyLimit } from '../shapes/frequency-limit.js'
import { union } from '../shapes/truth.js'
import { holdAll } from './frequency-combine.js'
import {
  clearOf,
  firstFreeOfInterval,
  firstFreeOfPeriod,
  firstFreeOfWindow,
  fits,
  neighbours,
  periodOf,
  windowsAround,
  type FirstFree,
} from './frequency-times.js'
import { lacksHistory, maybeSeveral, schedule, unknownSchedule } from './frequency-results.js'
import type { ScheduleResult } from './result.js'
import type { ServiceDays } from './service-days.js'
import type { Timeline } from './timeline.js'

/**
 * The amounts (services or units) that count beside a line, by date, the line's own amount, and the days of
 * service.
 */
export interface Counted {
  readonly timeline: Timeline
  readonly own: Amount
  readonly days: ServiceDays
  readonly counting: 'services' | 'units'
}

/** The counted amounts and the facts that a limit is compared with. */
interface Compared extends Counted {
  readonly facts: Facts
}

/** Compares the limits of a list with the counted services. All must hold. */
export function evaluateLimits(
  limits: readonly FrequencyLimit[],
  { timeline, own, days, counting }: Counted,
  facts: Facts,
): ScheduleResult {
  const compared = { timeline, own, days, counting, facts }
  return holdAll(
    limits.map((limit) => compare(limit, compared)),
    facts.line.date,
  )
}

/**
 * Compares one limit with the counted services. Known services are enough to fail it; it holds only if the
 * history reaches back far enough.
 */
export function evaluateLimit(limit: FrequencyLimit, counted: Counted, facts: Facts): ScheduleResult {
  return evaluateLimits([limit], counted, facts)
}

function compare(limit: FrequencyLimit, compared: Compared): ScheduleResult {
  if (limit.type === 'minimum-interval' || limit.type === 'full-months-after')
    return compareInterval(limit, compared)
  if (limit.type === 'calendar-period' && limit.period === 'plan-year')
    return comparePlanYear(limit, compared)
  return compareCount(limit, compared, 1)
}

function compareInterval(limit: IntervalLimit, { days, facts, counting }: Compared): ScheduleResult {
  const { date } = facts.line
  const { last, following } = neighbours(days.dates, date)
  const of = { limit, counting } as const
  const firstFree = firstFreeOfInterval(limit, days.dates)
  if (last !== undefined && date < clearOf(last, limit)) {
    const next = clearOf(last, limit)
    return schedule('too-soon', firstFree, {
      reason: { code: 'interval-too-short', limit, last, next },
      used: [{ fact: 'serviceHistory', value: `last on ${last}` }],
      arithmetic: {
        period: { type: limit.type, ...range(last, next) },
        ...nextDate(firstFree(date)),
        calculation: { type: 'interval', from: last, limit, sum: next },
      },
    })
  }
  if (following !== undefined && following < clearOf(date, limit)) {
    const next = clearOf(following, limit)
    return schedule('too-soon', firstFree, {
      reason: { code: 'interval-too-short/following', limit, date, following, next },
      used: [{ fact: 'serviceHistory', value: `one on ${following}` }],
      arithmetic: {
        period: { type: limit.type, ...range(date, clearOf(date, limit)) },
        ...nextDate(firstFree(date)),
        calculation: {
          type: 'in-order',
          sums: [
            { type: 'interval', from: date, limit, sum: clearOf(date, limit) },
            { type: 'interval', from: following, limit, sum: next },
          ],
        },
      },
    })
  }
  const isOpen = days.own.most > 1
  const open = isOpen ? days.openDays(date, addDays(date, 1)) : []
  const missing = historyGap(facts, (since) => date < clearOf(since, limit))
  if (missing.length > 0) return lacksHistory(of, union(missing, open.map(modifiersOn)), firstFree)
  const isNear = days.mayBeNear.some((day) =>
    day < date ? date < clearOf(day, limit) : day < clearOf(date, limit),
  )
  if (isOpen || isNear) return maybeSeveral(of, { span: days.span, open }, firstFree)
  return schedule('within-limit', firstFree, {
    reason: {
      code: 'interval-kept',
      limit,
      last: last === undefined ? undefined : { date: last, next: clearOf(last, limit) },
    },
    used: [{ fact: 'serviceHistory', value: last === undefined ? 'none before' : `last on ${last}` }],
    arithmetic:
      last === undefined
        ? {}
        : { calculation: { type: 'interval', from: last, limit, sum: clearOf(last, limit) } },
  })
}

/**
 * Compares a limit per plan year. If the first month is not known, all twelve are tried: if they agree, that
 * is the result; otherwise the month is missing.
 */
function comparePlanYear(
  limit: Extract<CountLimit, { type: 'calendar-period'; period: 'plan-year' }>,
  compared: Compared,
): ScheduleResult {
  const { planYearStartMonth } = compared.facts
  const known = limit.startMonth ?? ('value' in planYearStartMonth ? planYearStartMonth.value : undefined)
  if (known !== undefined) return compareCount(limit, compared, known)
  const results = Array.from({ length: 12 }, (_, month) => compareCount(limit, compared, month + 1))
  const [first] = results
  const firstFree = results.flatMap((result) => result.firstFree)
  if (first !== undefined && results.every(({ status }) => status === first.status)) {
    const {
      arithmetic: { nextEligibleDate: next },
      ...agreed
    } = holdAll(results, compared.facts.line.date)
    return {
      ...agreed,
      reason: first.reason,
      arithmetic: next === undefined ? {} : { nextEligibleDate: next },
    }
  }
  return unknownSchedule(
    union(['planYearStartMonth'], ...results.map((result) => result.missing)),
    firstFree,
    { code: 'plan-year-not-known', limit, counting: compared.counting },
  )
}

function compareCount(limit: CountLimit, compared: Compared, startMonth: number): ScheduleResult {
  const { own, counting, facts } = compared
  const { used, range: covered, gap, firstFree, dates, tooMuch } = lookAt(limit, compared, startMonth)
  const looked = [{ fact: 'serviceHistory', value: `${amountAsText(used)} ${counting} in the period` }]
  const arithmetic = {
    used: used.least,
    remaining: Math.max(0, rounded(limit.maximum - used.least)),
    period: { type: limit.type, ...covered },
    calculation: {
      type: 'addition',
      used,
      own,
      maximum: limit.maximum,
      counting,
      dates,
      range: covered,
    } as const,
  }
  if (!fits(used.least, own.least, limit.maximum)) {
    const next = firstFree(facts.line.date)
    return schedule('exceeds-limit', firstFree, {
      reason: { code: 'limit-reached', limit, counting, used, own, next },
      used: looked,
      arithmetic:
        next === undefined
          ? arithmetic
          : {
              used: arithmetic.used,
              remaining: arithmetic.remaining,
              period: arithmetic.period,
              nextEligibleDate: next,
              calculation: arithmetic.calculation,
            },
    })
  }
  const unknown = unknownCount(limit, compared, { used, gap, firstFree, tooMuch })
  if (unknown !== undefined) return unknown
  return schedule('within-limit', firstFree, {
    reason: { code: 'limit-kept', limit, counting, used },
    used: looked,
    arithmetic,
  })
}

/**
 * Why it is unknown whether a limit that does not fail holds: history is missing, or there may be more
 * services or units than are known. Undefined if the limit holds.
 */
function unknownCount(
  limit: CountLimit,
  { own, counting, days }: Compared,
  { used, gap, firstFree, tooMuch }: Pick<Look, 'used' | 'gap' | 'firstFree' | 'tooMuch'>,
): ScheduleResult | undefined {
  const fitsForSure = fits(used.most, own.most, limit.maximum)
  const open = fitsForSure || counting === 'units' ? [] : days.openDays(tooMuch.from, tooMuch.to)
  const uncounted =
    fitsForSure || counting === 'services' ? [] : [own.most === Infinity ? 'units' : 'serviceHistory']
  if (gap.length > 0)
    return lacksHistory({ limit, counting }, union(gap, uncounted, open.map(modifiersOn)), firstFree)
  if (fitsForSure) return undefined
  if (counting === 'services')
    return maybeSeveral({ limit, counting, used, own }, { span: days.span, open }, firstFree)
  return unknownSchedule(uncounted, [firstFree], {
    code: 'history-incomplete/units',
    of: { limit, counting },
  })
}

/**
 * What a count limit is compared with on the date of the line: the amount used, its period, and what is
 * missing.
 */
interface Look {
  readonly used: Amount
  readonly range: { from?: PlainDate; to?: PlainDate }
  readonly dates: readonly PlainDate[]
  readonly gap: readonly string[]
  readonly firstFree: FirstFree
  /** The period in which the greatest possible sum exceeds the limit. */
  readonly tooMuch: { readonly from?: PlainDate; readonly to?: PlainDate }
}

function lookAt(
  limit: CountLimit,
  { timeline, own, days, counting, facts }: Compared,
  startMonth: number,
): Look {
  const { date } = facts.line
  const counted = counting === 'services' ? days.dates : timeline.dates
  const datesIn = (from: PlainDate, to: PlainDate): PlainDate[] =>
    counted.filter((day) => day >= from && day < to)
  if (limit.type === 'rolling-window') {
    const windows = windowsAround(limit, timeline, date).map((start) => ({
      start,
      used: timeline.sum(start, clearOf(start, limit)),
    }))
    const fullest = windows.reduce((most, window) => (window.used.least > most.used.least ? window : most))
    const to = clearOf(fullest.start, limit)
    const tooMuch = windows.filter(({ used }) => !fits(used.most, own.most, limit.maximum))
    const [first] = tooMuch
    const end = tooMuch.at(-1)
    return {
      tooMuch:
        first === undefined || end === undefined ? {} : { from: first.start, to: clearOf(end.start, limit) },
      used: { least: fullest.used.least, most: Math.max(...windows.map((window) => window.used.most)) },
      range: range(fullest.start, to),
      dates: datesIn(fullest.start, to),
      gap: historyGap(facts, (since) => date < clearOf(since, limit)),
      firstFree: firstFreeOfWindow(limit, timeline, own.least),
    }
  }
  if (limit.type === 'calendar-period') {
    const { from, to } = periodOf(date, limit.period, startMonth)
    return {
      tooMuch: { from, to },
      used: timeline.sum(from, to),
      range: range(from, to),
      dates: datesIn(from, to),
      gap: historyGap(facts, (since) => since >= from),
      firstFree: firstFreeOfPeriod(limit, startMonth, timeline, own.least),
    }
  }
  const used = timeline.sum()
  return {
    tooMuch: {},
    used,
    range: {},
    dates: counted,
    gap: lifetimeGap(facts),
    firstFree: (from) => (fits(used.least, own.least, limit.maximum) ? from : undefined),
  }
}

/**
 * The facts missing for a lifetime limit. History covers a lifetime if it begins before the birth: `ageYears`
 * back, and one more year for the birthday.
 */
function lifetimeGap({ sent, history, historySince, line }: Facts): string[] {
  const age = sent.patient?.ageYears
  const reachesBirth =
    age !== undefined &&
    historySince !== undefined &&
    historySince <= addMonths(line.date, -Math.ceil(12 * (age + 1)))
  return [
    ...(history === undefined ? ['serviceHistory'] : []),
    ...(age === undefined ? ['patient.ageYears'] : []),
    ...(historySince === undefined || (age !== undefined && !reachesBirth) ? ['serviceHistorySince'] : []),
  ]
}

/**
 * The dates of a period for an answer. An end before 1900 or from 2100 on is left out, because answers have
 * no such dates.
 */
function range(from: PlainDate, to: PlainDate): { from?: PlainDate; to?: PlainDate } {
  if (from < '1900') return to >= '2100' ? {} : { to }
  return to >= '2100' ? { from } : { from, to }
}

function nextDate(nextEligibleDate: PlainDate | undefined): { nextEligibleDate?: PlainDate } {
  return nextEligibleDate === undefined ? {} : { nextEligibleDate }
}
