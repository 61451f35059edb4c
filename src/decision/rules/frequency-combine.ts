import type { PlainDate } from '../codes.js'
import { union, usedBy } from '../truth.js'
import { firstFreeOfAll } from './frequency-times.js'
import type { ScheduleResult } from './result.js'

const order = ['exceeds-limit', 'too-soon', 'unknown', 'within-limit'] as const

/**
 * Limits, or rules, that must all hold on `date`: an excess outranks "too soon", a fail outranks an unknown. The next eligible date is
 * the first on which all of them hold at once by the services known, those included that hold today; none if there is none before 2100.
 * No limits at all: within.
 */
export function holdAll (results: readonly ScheduleResult[], date: PlainDate): ScheduleResult {
  const status = order.find(candidate => results.some(result => result.status === candidate)) ?? 'within-limit'
  const deciding = results.filter(result => result.status === status)
  const firstFree = results.flatMap(result => result.firstFree)
  const [first] = deciding
  if (first === undefined) {
    return { truth: 'true', status, missing: [], used: [], reasonCode: 'no-numeric-limit', reason: 'No numeric limit applies.', arithmetic: {}, firstFree }
  }
  const { used, remaining, period } = first.arithmetic
  const next = first.truth === 'false' ? firstFreeOfAll(date, firstFree) : undefined
  const calculation = union(deciding.flatMap(result => result.arithmetic.calculation ?? []), allHold(results, next)).join(' ')
  return {
    ...first,
    missing: status === 'unknown' ? union(...deciding.map(result => result.missing)) : [],
    used: usedBy(results),
    reason: union(deciding.map(result => result.reason)).join(' '),
    arithmetic: {
      ...(used === undefined ? {} : { used }), ...(remaining === undefined ? {} : { remaining }), ...(period === undefined ? {} : { period }),
      ...(next === undefined ? {} : { nextEligibleDate: next }), ...(calculation === '' ? {} : { calculation })
    },
    firstFree
  }
}

/** Said where the date is not simply that of the one limit that fails. */
function allHold (results: readonly ScheduleResult[], next: PlainDate | undefined): string[] {
  if (next === undefined || results.every(result => result.truth !== 'false' || result.arithmetic.nextEligibleDate === next)) return []
  return [`All limits hold at once from ${next}.`]
}
