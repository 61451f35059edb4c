import type { Calculation, ComparedLimit, FrequencyReason, Sum } from '../../reasons/frequency.js'
import type { ComposedFrequencyReason } from '../../reasons/reason.js'
import { amountAsText, rounded } from '../../shapes/amount.js'
import type { PlainDate, TreatmentPhase } from '../../shapes/codes.js'
import type { CountLimit, FrequencyLimit, IntervalLimit, PhaseGround } from '../../shapes/frequency-limit.js'
import { daysBetween } from '../../shapes/plain-date.js'
import { union } from '../../shapes/truth.js'
import type { PolicyView } from '../../shapes/view.js'
import { capitalized, count } from '../wording.js'
import type { SentenceOf, SentencesOf } from './sentences-of.js'

/** The sentences on frequency. */
export const frequencySentences: SentencesOf<FrequencyReason | ComposedFrequencyReason> = {
  'interval-too-short': ({ limit, last, next }) =>
    `${intervalInWords(limit)}: the last was on ${last}, so the next may be given from ${next}.`,
  'interval-too-short/following': ({ limit, date, following, next }) =>
    `${intervalInWords(limit)}: one is on record for ${following}, ${count(daysBetween(date, following), 'day', 'days')} after this date, so the next may be given from ${next}.`,
  'interval-kept': ({ limit, last }) =>
    last === undefined
      ? `${intervalInWords(limit)}: none is known before.`
      : `${intervalInWords(limit)}: the last was on ${last.date}, so ${last.next} or later is in order.`,
  'limit-reached': ({ limit, counting, used, own, next }) =>
    `${countInWords(limit, counting)}: ${amountAsText(used)} already counted and ${amountAsText(own)} asked for${next === undefined ? '' : `, so the next may be given from ${next}`}.`,
  'limit-kept': ({ limit, counting, used }) =>
    `${countInWords(limit, counting)}: ${amountAsText(used)} already counted.`,
  'history-not-given': ({ of }) => `${comparedInWords(of)}: the service history was not given.`,
  'history-incomplete': ({ of }) =>
    `${comparedInWords(of)}: the history that was given does not reach far enough.`,
  'history-incomplete/units': ({ of }) =>
    `${comparedInWords(of)}: how many units were given or are billed is not known for all of them.`,
  'date-span/frequency': ({ of, days }) =>
    `${comparedInWords(of)}. The line covers ${days} days, each of which may be a service. Bill a line a day to have it decided.`,
  'same-day-modifiers-not-given': ({ of, days }) =>
    `${comparedInWords(of)}. Only the modifiers tell whether what was given on ${daysInWords(days)} is one service a day or several.`,
  'same-day-services': ({ of }) =>
    `${comparedInWords(of)}. By a modifier (76, 77, 27, 59, XE, XP, XS, XU) or a line over several days there may be more services than days; how many the payer counts is not known.`,
  'plan-year-not-known': ({ limit, counting }) =>
    `${countInWords(limit, counting)}: the answer depends on the month in which the plan year begins.`,
  'no-numeric-limit': () => 'No numeric limit applies.',
  exempt: () => 'The limit does not apply: the case is exempt.',
  'exemption-unknown': ({ otherwise }, view, tell) =>
    `Unless the case is exempt, which is not known: ${tell(otherwise, view)}`,
  'phase-not-covered': ({ phase }) => `The document gives no limit for the ${phase} phase.`,
  'phase-not-given': ({ phases }, view, tell) =>
    `The answer depends on the treatment phase: ${phases.map((one) => ofPhase(one, view, tell)).join(' ')}`,
  'as/phases-agree': ({ phases, reason }, view, tell) => {
    const sentences = union(phases.map((one) => tell(one.reason, view)))
    return sentences.length === 1
      ? tell(reason, view)
      : phases.map((one) => ofPhase(one, view, tell)).join(' ')
  },
  'as/in-phase': ({ phase, ground, reason }, view, tell) =>
    `${phaseName[phase]}: ${tell(reason, view)} How the phase follows: ${phaseGroundInWords(ground)}.`,
  'rule-not-loaded/frequency': () => 'No frequency rule of this plan is loaded for this case and date.',
}

const phaseName: Record<TreatmentPhase, string> = {
  loading: 'In the loading phase',
  maintenance: 'In maintenance',
}

function ofPhase(
  { phase, reason }: Extract<ComposedFrequencyReason, { code: 'phase-not-given' }>['phases'][number],
  view: PolicyView,
  tell: SentenceOf,
): string {
  return `${phaseName[phase]}: ${tell(reason, view)}`
}

/** How the treatment phase follows from the rule, as a clause. */
export function phaseGroundInWords(ground: PhaseGround): string {
  const { first } = ground
  return ground.type === 'services'
    ? `the first ${count(first, 'service', 'services')} of a course ${first === 1 ? 'is' : 'are'} its loading phase, and ${ground.known} of this one ${ground.known === 1 ? 'is' : 'are'} known before`
    : `the first ${count(first, 'day', 'days')} of a course ${first === 1 ? 'is' : 'are'} its loading phase; counted from ${ground.from} they are those before ${ground.end}`
}

/** The arithmetic behind an answer, as a person would check it. */
export function calculationInWords(calculation: Calculation): string {
  if (calculation.type === 'in-order') return calculation.sums.map(sumInWords).join(' ')
  return calculation.type === 'each-once'
    ? union(calculation.parts.map(calculationInWords)).join(' ')
    : sumInWords(calculation)
}

function sumInWords(sum: Sum): string {
  if (sum.type === 'interval') return intervalSumInWords(sum.from, sum.limit, sum.sum)
  return sum.type === 'addition' ? additionInWords(sum) : `All limits hold at once from ${sum.from}.`
}

function isInterval(limit: FrequencyLimit): limit is IntervalLimit {
  return limit.type === 'minimum-interval' || limit.type === 'full-months-after'
}

function comparedInWords({ limit, counting, used, own }: ComparedLimit): string {
  const rule = isInterval(limit) ? intervalInWords(limit) : countInWords(limit, counting)
  return used === undefined || own === undefined
    ? rule
    : `${rule}: ${amountAsText(used)} already counted and ${amountAsText(own)} asked for`
}

const mostDaysNamed = 3

function daysInWords(days: readonly PlainDate[]): string {
  const more = days.length - mostDaysNamed
  return `${days.slice(0, mostDaysNamed).join(', ')}${more > 0 ? ` and ${count(more, 'more day', 'more days')}` : ''}`
}

type Addition = Extract<Sum, { type: 'addition' }>

/** The sum of dates behind an interval, as a person would check it: `2028-01-31 + 1 month = 2028-02-29`, and why not the 31st. */
function intervalSumInWords(from: PlainDate, limit: IntervalLimit, sum: PlainDate): string {
  if (limit.type === 'full-months-after')
    return `After the month of ${from} follow ${count(limit.months, 'full month', 'full months')}; ${sum} is the first day after them.`
  if ('days' in limit) return `${from} + ${count(limit.days, 'day', 'days')} = ${sum}.`
  const clamped =
    from.slice(8) === sum.slice(8) ? '' : `, since that month has no day ${Number(from.slice(8))}`
  return `${from} + ${count(limit.months, 'month', 'months')} = ${sum}${clamped}.`
}

const mostDates = 8

/** The sum behind a number: `2 used (2026-10-05, 2026-10-20) + 1 asked for = 3 services, at most 2, from … until before …`. */
function additionInWords({ used, own, maximum, counting, dates, range }: Addition): string {
  const more =
    dates.length > mostDates ? ` and ${count(dates.length - mostDates, 'more day', 'more days')}` : ''
  const on = dates.length === 0 ? '' : ` (${dates.slice(0, mostDates).join(', ')}${more})`
  const period = [
    ...(range.from === undefined ? [] : [`from ${range.from}`]),
    ...(range.to === undefined ? [] : [`until before ${range.to}`]),
  ].join(' ')
  const sum = { least: rounded(used.least + own.least), most: rounded(used.most + own.most) }
  return `${capitalized(amountAsText(used))} used${on} + ${amountAsText(own)} asked for = ${amountAsText(sum)} ${counting}; at most ${maximum}${period === '' ? '' : `, ${period}`}.`
}

const singular = { services: 'service', units: 'unit' }

function countInWords(limit: CountLimit, counting: 'services' | 'units'): string {
  const most = `At most ${count(limit.maximum, singular[counting], counting)}`
  if (limit.type === 'lifetime') return `${most} in a lifetime`
  if (limit.type === 'rolling-window')
    return `${most} in any ${'days' in limit ? count(limit.days, 'day', 'days') : count(limit.months, 'month', 'months')}`
  return `${most} per ${limit.period === 'plan-year' ? 'plan year' : `calendar ${limit.period}`}`
}

function intervalInWords(limit: IntervalLimit): string {
  if (limit.type === 'full-months-after')
    return `At least ${count(limit.months, 'full month', 'full months')} must pass after the month of the last service`
  return `At least ${'days' in limit ? count(limit.days, 'day', 'days') : count(limit.months, 'month', 'months')} must lie between services`
}
