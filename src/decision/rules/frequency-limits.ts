import type { PlainDate } from '../codes.js'
import { historyGap, type Amount, type Facts } from '../facts.js'
import { addDays, addMonths, calendarPeriod, firstOfMonthAfter } from '../plain-date.js'
import type { FrequencyLimit } from '../policy.js'
import { union } from '../truth.js'
import { count } from '../wording.js'
import type { ScheduleResult } from './result.js'

export interface CountedService { readonly date: PlainDate, readonly weight: Amount }

/** The services that count for a line, by date, and the line's own weight. */
export interface Counted { readonly services: readonly CountedService[], readonly own: Amount, readonly counting: 'services' | 'units' }

type IntervalLimit = Extract<FrequencyLimit, { type: 'minimum-interval' | 'full-months-after' }>
type CountLimit = Exclude<FrequencyLimit, IntervalLimit>

/** One limit against the counted services: fails by what is known, holds only where history reaches back far enough. */
export function evaluateLimit (limit: FrequencyLimit, counted: Counted, facts: Facts): ScheduleResult {
  return limit.type === 'minimum-interval' || limit.type === 'full-months-after'
    ? evaluateInterval(limit, counted, facts)
    : evaluateCount(limit, counted, facts)
}

/** A service plus the limit's length: the first date on which that service no longer stands in the way. */
function clearOf (date: PlainDate, limit: { readonly days?: number } | { readonly months?: number }): PlainDate {
  return 'days' in limit && limit.days !== undefined ? addDays(date, limit.days) : addMonths(date, 'months' in limit ? limit.months ?? 0 : 0)
}

function evaluateInterval (limit: IntervalLimit, { services }: Counted, facts: Facts): ScheduleResult {
  const { date } = facts.line
  // "At least 23 full months after the month of the last": months are counted whole, so the day of the month does not matter.
  const eligibleAfter = (last: PlainDate): PlainDate => limit.type === 'full-months-after' ? firstOfMonthAfter(last, limit.months + 1) : clearOf(last, limit)
  const last = services.findLast(service => service.date <= date)?.date
  const rule = intervalInWords(limit)
  if (last !== undefined && date < eligibleAfter(last)) {
    const next = eligibleAfter(last)
    return schedule('too-soon', {
      reasonCode: 'interval-too-short', reason: `${rule}: the last was on ${last}, so the next may be given from ${next}.`,
      used: [{ fact: 'serviceHistory', value: `last on ${last}` }], arithmetic: { period: { type: limit.type, from: last, to: next }, nextEligibleDate: next }
    })
  }
  const missing = historyGap(facts, since => date < eligibleAfter(since))
  if (missing.length > 0) return lacksHistory(rule, missing)
  return schedule('within-limit', {
    reasonCode: 'interval-kept', reason: last === undefined ? `${rule}: none is known before.` : `${rule}: the last was on ${last}, so ${eligibleAfter(last)} or later is in order.`,
    used: [{ fact: 'serviceHistory', value: last === undefined ? 'none before' : `last on ${last}` }], arithmetic: {}
  })
}

function evaluateCount (limit: CountLimit, { services, own, counting }: Counted, facts: Facts): ScheduleResult {
  const { date } = facts.line
  const window = windowOf(limit, date)
  const inside = window.inside(services)
  const used = { least: sum(inside.map(service => service.weight.least)), most: sum(inside.map(service => service.weight.most)) }
  const rule = `At most ${count(limit.maximum, singular[counting], counting)} ${window.inWords}`
  const looked = [{ fact: 'serviceHistory', value: `${used.least} ${counting} in the period` }]
  const arithmetic = { used: used.least, remaining: Math.max(0, limit.maximum - used.least), period: { type: limit.type, ...window.range } }
  if (used.least + own.least > limit.maximum) {
    const next = own.least > limit.maximum ? undefined : window.next(inside, own.least)
    return schedule('exceeds-limit', {
      reasonCode: 'limit-reached', used: looked,
      reason: `${rule}: ${used.least} already counted and ${own.least} asked for${next === undefined ? '' : `, so the next may be given from ${next}`}.`,
      arithmetic: next === undefined ? arithmetic : { ...arithmetic, nextEligibleDate: next }
    })
  }
  const gap = window.gap(facts)
  const uncounted = used.most + own.most <= limit.maximum ? [] : [own.most === Infinity ? 'units' : 'serviceHistory']
  if (gap.length > 0) return lacksHistory(rule, union(gap, uncounted))
  if (uncounted.length > 0) return lacksHistory(rule, uncounted, `${rule}: how many units were given or are billed is not known for all of them.`)
  return schedule('within-limit', { reasonCode: 'limit-kept', reason: `${rule}: ${used.least} already counted.`, used: looked, arithmetic })
}

interface Window {
  readonly inWords: string
  readonly range: { readonly from?: PlainDate, readonly to?: PlainDate }
  /** The counted services (in order of date) that lie in it. */
  readonly inside: (services: readonly CountedService[]) => readonly CountedService[]
  readonly gap: (facts: Facts) => string[]
  /** First date on which `own` more fit, when that can be told. */
  readonly next: (inside: readonly CountedService[], own: number) => PlainDate | undefined
}

function windowOf (limit: CountLimit, date: PlainDate): Window {
  if (limit.type === 'rolling-window') {
    return {
      inWords: `in any ${'days' in limit ? count(limit.days, 'day', 'days') : count(limit.months, 'month', 'months')}`, range: {}, inside: services => lately(services, date, limit),
      gap: facts => historyGap(facts, since => date < clearOf(since, limit)),
      next: (inside, own) => inside.map(service => clearOf(service.date, limit)).find((candidate, _, cleared) =>
        sum(inside.filter((_service, at) => candidate < (cleared[at] ?? '')).map(service => service.weight.least)) + own <= limit.maximum)
    }
  }
  if (limit.type === 'calendar-period') {
    const range = calendarPeriod(date, limit.period)
    return {
      inWords: `per calendar ${limit.period}`, range, inside: services => services.filter(({ date: other }) => other >= range.from && other < range.to),
      gap: facts => historyGap(facts, since => since >= range.from), next: () => range.to
    }
  }
  return { inWords: 'in a lifetime', range: {}, inside: services => services, gap: lifetimeGap, next: () => undefined }
}

/** The services on or before a date that still stand in a rolling window. The earlier a service, the earlier it leaves: the search ends at the first that has left. */
function lately (services: readonly CountedService[], date: PlainDate, limit: Extract<CountLimit, { type: 'rolling-window' }>): readonly CountedService[] {
  const end = services.findLastIndex(service => service.date <= date)
  const left = services.findLastIndex((service, at) => at <= end && date >= clearOf(service.date, limit))
  return services.slice(left + 1, end + 1)
}

/** A lifetime is covered when history begins before the patient was born: ageYears back, and one more for the birthday. */
function lifetimeGap ({ sent, history, historySince, line }: Facts): string[] {
  const age = sent.patient?.ageYears
  const reachesBirth = age !== undefined && historySince !== undefined && historySince <= addMonths(line.date, -Math.ceil(12 * (age + 1)))
  return [
    ...history === undefined ? ['serviceHistory'] : [],
    ...age === undefined ? ['patient.ageYears'] : [],
    ...historySince === undefined || (age !== undefined && !reachesBirth) ? ['serviceHistorySince'] : []
  ]
}

const singular = { services: 'service', units: 'unit' }
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

function intervalInWords (limit: IntervalLimit): string {
  if (limit.type === 'full-months-after') return `At least ${count(limit.months, 'full month', 'full months')} must pass after the month of the last service`
  return `At least ${'days' in limit ? count(limit.days, 'day', 'days') : count(limit.months, 'month', 'months')} must lie between services`
}

function lacksHistory (rule: string, missing: readonly string[], reason = `${rule}: the history that was given does not reach far enough to tell.`): ScheduleResult {
  const absent = missing.includes('serviceHistory') && reason.startsWith(`${rule}: the history`)
  return schedule('unknown', {
    reasonCode: absent ? 'history-not-given' : 'history-incomplete', reason: absent ? `${rule}: the service history was not given.` : reason,
    used: [], arithmetic: {}, missing
  })
}

function schedule (status: ScheduleResult['status'], rest: Pick<ScheduleResult, 'reasonCode' | 'reason' | 'used' | 'arithmetic'> & { missing?: readonly string[] }): ScheduleResult {
  const truth = status === 'within-limit' ? 'true' : status === 'unknown' ? 'unknown' : 'false'
  return { missing: [], ...rest, status, truth }
}
