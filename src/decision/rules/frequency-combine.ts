import { union, usedBy } from '../truth.js'
import type { ScheduleResult } from './result.js'

const order = ['exceeds-limit', 'too-soon', 'unknown', 'within-limit'] as const

/**
 * Limits that must all hold: an excess outranks "too soon", a fail outranks an unknown. The next eligible date is the latest of the
 * failing limits' dates, and there is none when one of them has none. No limits at all: within.
 */
export function holdAll (results: readonly ScheduleResult[]): ScheduleResult {
  const status = order.find(candidate => results.some(result => result.status === candidate)) ?? 'within-limit'
  const deciding = results.filter(result => result.status === status)
  const [first] = deciding
  if (first === undefined) {
    return { truth: 'true', status, missing: [], used: [], reasonCode: 'no-numeric-limit', reason: 'No numeric limit applies.', arithmetic: {} }
  }
  // One limit is the usual case, and says all there is.
  if (results.length === 1) return first
  const failing = results.filter(result => result.truth === 'false')
  const { used, remaining, period } = first.arithmetic
  const arithmetic = { ...(used === undefined ? {} : { used }), ...(remaining === undefined ? {} : { remaining }), ...(period === undefined ? {} : { period }) }
  const next = latest(failing.map(result => result.arithmetic.nextEligibleDate))
  return {
    ...first,
    missing: status === 'unknown' ? union(...deciding.map(result => result.missing)) : [],
    used: usedBy(results),
    reason: union(deciding.map(result => result.reason)).join(' '),
    arithmetic: next === undefined ? arithmetic : { ...arithmetic, nextEligibleDate: next }
  }
}

function latest (dates: ReadonlyArray<string | undefined>): string | undefined {
  return dates.includes(undefined) ? undefined : dates.reduce((last, date) => last === undefined || (date !== undefined && date > last) ? date : last, undefined)
}
