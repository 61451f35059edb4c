import type { PlainDate } from '../shapes/codes.js'
import { union, usedBy } from '../shapes/truth.js'
import { firstFreeOfAll, type FirstFree } from './frequency-times.js'
import type { Calculation } from '../reasons/frequency.js'
import { together } from '../reasons/reason.js'
import type { ScheduleResult } from './result.js'

const order = ['exceeds-limit', 'too-soon', 'unknown', 'within-limit'] as const

/**
 * Combines limits or rules that must all hold on `date`: an excess outranks "too soon", and a fail outranks
 * an unknown. The next eligible date is the first on which all hold, calculated from the known services;
 * undefined if there is none before 2100. An empty list gives `within-limit`.
 */
export function holdAll(results: readonly ScheduleResult[], date: PlainDate): ScheduleResult {
  const [one, ...others] = results
  if (one !== undefined && others.length === 0) return one
  const status =
    order.find((candidate) => results.some((result) => result.status === candidate)) ?? 'within-limit'
  const deciding = results.filter((result) => result.status === status)
  const firstFree: FirstFree[] = []
  for (const result of results) firstFree.push(...result.firstFree)
  const [first] = deciding
  if (first === undefined) {
    return {
      type: 'schedule',
      truth: 'true',
      missing: [],
      used: [],
      because: undefined,
      reason: { code: 'no-numeric-limit' },
      listed: undefined,
      status,
      arithmetic: {},
      firstFree,
    }
  }
  const { used, remaining, period } = first.arithmetic
  const next = first.truth === 'false' ? firstFreeOfAll(date, firstFree) : undefined
  const parts = [
    ...deciding.flatMap((result) => result.arithmetic.calculation ?? []),
    ...allHold(results, next),
  ]
  const arithmetic: { -readonly [K in keyof ScheduleResult['arithmetic']]: ScheduleResult['arithmetic'][K] } =
    {}
  if (used !== undefined) arithmetic.used = used
  if (remaining !== undefined) arithmetic.remaining = remaining
  if (period !== undefined) arithmetic.period = period
  if (next !== undefined) arithmetic.nextEligibleDate = next
  if (parts.length > 0) arithmetic.calculation = { type: 'each-once', parts }
  return {
    ...first,
    missing: status === 'unknown' ? union(...deciding.map((result) => result.missing)) : [],
    used: usedBy(results),
    reason: together(deciding.map((result) => result.reason)),
    arithmetic,
    firstFree,
  }
}

/** The step that says that all limits hold on `next`, if that is not the date of every failing limit. */
function allHold(results: readonly ScheduleResult[], next: PlainDate | undefined): Calculation[] {
  if (
    next === undefined ||
    results.every((result) => result.truth !== 'false' || result.arithmetic.nextEligibleDate === next)
  )
    return []
  return [{ type: 'all-limits-hold', from: next }]
}
