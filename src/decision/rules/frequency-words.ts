import type { PlainDate } from '../shapes/codes.js'
import { rounded, type Amount } from '../shapes/amount.js'
import { count } from '../explain/wording.js'
import type { IntervalLimit } from './frequency-times.js'

/** The sum of dates behind an interval, as a person would check it: `2028-01-31 + 1 month = 2028-02-29`, and why not the 31st. */
export function intervalSumInWords(from: PlainDate, limit: IntervalLimit, sum: PlainDate): string {
  if (limit.type === 'full-months-after')
    return `After the month of ${from} follow ${count(limit.months, 'full month', 'full months')}; ${sum} is the first day after them.`
  if ('days' in limit) return `${from} + ${count(limit.days, 'day', 'days')} = ${sum}.`
  const clamped =
    from.slice(8) === sum.slice(8) ? '' : `, since that month has no day ${Number(from.slice(8))}`
  return `${from} + ${count(limit.months, 'month', 'months')} = ${sum}${clamped}.`
}

/** What is known of a number: `3`, `3 to 5`, `at least 3`. */
export function amountInWords({ least, most }: Amount): string {
  if (least === most) return String(least)
  return most === Infinity ? `at least ${least}` : `${least} to ${most}`
}

interface Addition {
  readonly used: Amount
  readonly own: Amount
  readonly maximum: number
  readonly counting: 'services' | 'units'
  readonly dates: readonly PlainDate[]
  readonly range: { readonly from?: PlainDate; readonly to?: PlainDate }
}

const mostDates = 12

/** The sum behind a number: `2 used (2026-10-05, 2026-10-20) + 1 asked for = 3 services, at most 2, from … until before …`. */
export function additionInWords({ used, own, maximum, counting, dates, range }: Addition): string {
  const more =
    dates.length > mostDates ? ` and ${count(dates.length - mostDates, 'more day', 'more days')}` : ''
  const on = dates.length === 0 ? '' : ` (${dates.slice(0, mostDates).join(', ')}${more})`
  const period = [
    ...(range.from === undefined ? [] : [`from ${range.from}`]),
    ...(range.to === undefined ? [] : [`until before ${range.to}`]),
  ].join(' ')
  const sum = { least: rounded(used.least + own.least), most: rounded(used.most + own.most) }
  return `${amountInWords(used)} used${on} + ${amountInWords(own)} asked for = ${amountInWords(sum)} ${counting}; at most ${maximum}${period === '' ? '' : `, ${period}`}.`
}
