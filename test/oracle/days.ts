// The days on which a line is judged, and what they say together. "Days of a line" of the specification.
import type { ServiceLine } from '../../src/decision/shapes/request.js'
import { isAmong } from './codes.js'
import { addDays } from './dates.js'
import { procedureOf, type Case } from './facts.js'

const periods =
  '59400 59510 59610 59618 77427 90951-90966 93224-93229 93268 93270-93272 99424 99426 99454 99487 99490 99491'.split(
    ' ',
  )

/** The last day on which the service is given; supplies are given on the first. */
export function lastDayOf({ request, line }: Case): string {
  return request.claimType === 'dme' ? line.dateOfService : (line.dateOfServiceEnd ?? line.dateOfService)
}

/** Whether the code stands for a period and not for a day. */
export function isPeriodCode(line: ServiceLine): boolean {
  return isAmong(procedureOf(line), periods)
}

/** Every day that is judged; none of a line that has more than 31. */
export function daysOf(at: Case): string[] {
  const last = lastDayOf(at)
  if (last !== at.line.dateOfService && isPeriodCode(at.line)) return [last]
  const days: string[] = []
  for (let day = at.line.dateOfService; day <= last; day = addDays(day, 1)) {
    days.push(day)
    if (days.length > 31) return []
  }
  return days
}

/** The first and the last day where there are too many in between. */
export function daysOrEnds(at: Case): string[] {
  const days = daysOf(at)
  return days.length > 0 ? days : [at.line.dateOfService, lastDayOf(at)]
}

/** The line as if it were of one of its days. */
export function onDay(at: Case, day: string): Case {
  const line = { ...at.line, dateOfService: day }
  const serviceLines = at.request.serviceLines.map((one) => (one.lineNumber === line.lineNumber ? line : one))
  return { ...at, line, request: { ...at.request, serviceLines }, asSent: at }
}

/** What all days say alike, or `apart`. */
export function together<A>(answers: readonly A[], statusOf: (answer: A) => string, apart: A): A {
  const [first] = answers
  return first !== undefined && answers.every((one) => statusOf(one) === statusOf(first)) ? first : apart
}
