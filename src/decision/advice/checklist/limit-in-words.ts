import type { FrequencyLimit, LoadingPhase } from '../../shapes/frequency-limit.js'
import { count } from '../../explain/wording.js'

/** A limit over time as a biller says it: "at most 9 services in any 33 days". */
export function limitInWords(limit: FrequencyLimit, counting: 'services' | 'units'): string {
  switch (limit.type) {
    case 'minimum-interval':
      return `at least ${length(limit)} between services`
    case 'full-months-after':
      return `at least ${count(limit.months, 'full month', 'full months')} after the month of the last service`
    case 'rolling-window':
      return `at most ${amount(limit.maximum, counting)} in any ${length(limit)}`
    case 'calendar-period':
      return `at most ${amount(limit.maximum, counting)} per ${limit.period === 'plan-year' ? 'plan year' : `calendar ${limit.period}`}`
    case 'lifetime':
      return `at most ${amount(limit.maximum, counting)} in a lifetime`
  }
}

function amount(maximum: number, counting: 'services' | 'units'): string {
  return count(maximum, counting === 'services' ? 'service' : 'unit', counting)
}

function length(limit: { readonly days?: number } | { readonly months?: number }): string {
  return 'days' in limit && limit.days !== undefined
    ? count(limit.days, 'day', 'days')
    : count('months' in limit ? (limit.months ?? 0) : 0, 'month', 'months')
}

/** How the loading phase is told from maintenance: "loading is the first 9 services of a course". */
export function loadingInWords({ first, newCourseAfter }: LoadingPhase): string {
  const span =
    'services' in first
      ? count(first.services, 'service', 'services')
      : 'days' in first
        ? count(first.days, 'day', 'days')
        : count(first.weeks, 'week', 'weeks')
  return `loading is the first ${span} of a course${newCourseAfter === undefined ? '' : `; a new course begins after ${length(newCourseAfter)} without a service`}`
}
