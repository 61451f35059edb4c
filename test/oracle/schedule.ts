// The earliest calendar, found by asking the naive evaluator about day after day. Written from docs/use/schedules.md.
import type { ScheduleRequest } from '../../src/decision/advice/schedule/request.js'
import type { PolicyContent } from '../../src/decision/shapes/policy.js'
import type { CheckRequest, ServiceLine } from '../../src/decision/shapes/request.js'
import { plain } from './codes.js'
import { holds } from './conditions.js'
import { addDays, addMonths } from './dates.js'
import { frequencyStatusOf } from './frequency.js'
import { planOf, speakersOf } from './selection.js'

export interface NaiveDate {
  segment: number
  date: string
  wishedOn: string
  status: 'within-limit' | 'indeterminate'
}
export interface NaiveCalendar {
  dates: NaiveDate[]
  cut: boolean
  stopped: boolean
}

type Every = { days?: number; weeks?: number; months?: number }

function later(date: string, every: Every, times = 1): string {
  if (every.months !== undefined) return addMonths(date, every.months * times)
  return addDays(date, times * (every.weeks === undefined ? (every.days ?? 0) : 7 * every.weeks))
}

/** Zeller's congruence, so that the weekday is found by another way than the core's. */
function weekday(date: string): string {
  const [y = 0, m = 0, day = 0] = date.split('-').map(Number)
  const month = m < 3 ? m + 12 : m
  const year = m < 3 ? y - 1 : y
  const h =
    (day +
      Math.floor((13 * (month + 1)) / 5) +
      year +
      Math.floor(year / 4) -
      Math.floor(year / 100) +
      Math.floor(year / 400)) %
    7
  return ['saturday', 'sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday'][h] ?? ''
}

/** The whole calendar, every day of the horizon looked at. */
export function naiveCalendar(request: ScheduleRequest, content: PolicyContent): NaiveCalendar {
  const dates: NaiveDate[] = []
  const horizon = addDays(request.startOn, (request.horizonDays ?? 365) - 1)
  const last = horizon > '2099-12-31' ? '2099-12-31' : horizon
  for (const [position, segment] of request.wishedRhythm.entries()) {
    let first: string | undefined
    for (let number = 1; number <= (segment.times ?? Infinity); number += 1) {
      const before = dates.at(-1)?.date
      const wishedOn =
        before === undefined
          ? request.startOn
          : segment.countedFrom === 'first-date' && first !== undefined
            ? later(first, segment.every, number - 1)
            : later(before, segment.every)
      if (wishedOn > last) {
        if (segment.times === undefined) return { dates, cut: false, stopped: false }
        return { dates, cut: false, stopped: true }
      }
      if (dates.length === (request.maximumDates ?? 100)) return { dates, cut: true, stopped: false }
      const start = before !== undefined && wishedOn <= before ? addDays(before, 1) : wishedOn
      const found = firstPossible(request, content, {
        from: start,
        to: last,
        phase: segment.phase,
        earlier: dates.map((one) => one.date),
      })
      if (found === undefined) return { dates, cut: false, stopped: true }
      dates.push({ segment: position + 1, wishedOn, ...found })
      first ??= found.date
    }
  }
  return { dates, cut: false, stopped: false }
}

interface Span {
  from: string
  to: string
  phase: 'loading' | 'maintenance' | undefined
  earlier: readonly string[]
}

function firstPossible(
  request: ScheduleRequest,
  content: PolicyContent,
  { from, to, phase, earlier }: Span,
): Pick<NaiveDate, 'date' | 'status'> | undefined {
  for (let date = from; date <= to; date = addDays(date, 1)) {
    if (request.closedOn?.includes(date) === true) continue
    if (request.clinicWeekdays !== undefined && !(request.clinicWeekdays as string[]).includes(weekday(date)))
      continue
    const booked = request.serviceHistory?.some(
      (entry) =>
        entry.dateOfService === date &&
        entry.claimStatus !== 'denied' &&
        plain(entry.procedureCode) === plain(request.procedureCode),
    )
    if (booked === true) continue
    const status = statusOn(checkFor(request, [...earlier, date], phase), content)
    if (status !== 'not-allowed') return { date, status }
  }
  return undefined
}

/** The calendar as one check: a line for each date. */
export function checkFor(
  request: ScheduleRequest,
  dates: readonly string[],
  phase?: 'loading' | 'maintenance',
): CheckRequest {
  const {
    procedureCode,
    units,
    administeredDose,
    modifiers,
    ndc,
    vialType,
    diagnosisPointers,
    placeOfService,
    provider,
    startOn: _start,
    wishedRhythm: _rhythm,
    horizonDays: _horizon,
    clinicWeekdays: _weekdays,
    closedOn: _closed,
    maximumDates: _maximum,
    ...facts
  } = request
  const line = JSON.parse(
    JSON.stringify({
      procedureCode,
      units,
      administeredDose,
      modifiers,
      ndc,
      vialType,
      diagnosisPointers,
      placeOfService,
      provider,
    }),
  ) as ServiceLine
  return {
    ...facts,
    ...(phase === undefined ? {} : { treatment: { ...facts.treatment, phase } }),
    serviceLines: dates.map((dateOfService, position) => ({
      ...line,
      lineNumber: position + 1,
      dateOfService,
    })),
  }
}

function statusOn(
  request: CheckRequest,
  content: PolicyContent,
): 'within-limit' | 'indeterminate' | 'not-allowed' {
  const line = request.serviceLines.at(-1)
  if (line === undefined) throw new Error('a line')
  const at = { request, line, content }
  const found = planOf(at)
  if ('problem' in found) return 'indeterminate'
  const excluded = speakersOf(found.plan, 'coverage-exclusion', at).some(
    ({ voice, doubt }) =>
      voice.is === 'rule' &&
      voice.rule.kind === 'coverage-exclusion' &&
      doubt === undefined &&
      (voice.rule.when === undefined || holds(voice.rule.when, at).value === 'true'),
  )
  if (excluded) return 'not-allowed'
  const status = frequencyStatusOf(found.plan, at)
  return status === 'within-limit' || status === 'indeterminate' ? status : 'not-allowed'
}
