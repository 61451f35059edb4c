import { mostDays } from '../facts/line-days.js'
import type { Reason } from '../reasons/reason.js'
import type { PlainDate } from '../shapes/codes.js'
import { union } from '../shapes/truth.js'
import type { Answered } from '../verdict/answered.js'

/** An answer for one day of a line. */
interface OnDay<R> {
  readonly day: PlainDate
  readonly answered: R
}

/**
 * Combines the answers for the days of a line: theirs if they agree, else `undecided`, with the findings of
 * one day for each status.
 */
export function ofAllDays<R extends Answered<{ readonly reason: Reason }>>(
  days: ReadonlyArray<OnDay<R>>,
  statusOf: (answer: R['answer']) => string,
  undecided: (reason: Reason, sides: readonly R[]) => R,
): R {
  const [first] = days
  if (first === undefined) return undecided({ code: 'date-span/too-many-days', mostDays }, [])
  if (days.length === 1) return first.answered
  const sides = union(days.map(({ answered }) => statusOf(answered.answer))).map(
    (status) => days.find(({ answered }) => statusOf(answered.answer) === status) ?? first,
  )
  if (sides.length === 1) return first.answered
  const result = undecided(
    {
      code: 'date-span/days-disagree',
      days: sides.map(({ day, answered }) => ({ day, reason: answered.answer.reason })),
    },
    sides.map(({ answered }) => answered),
  )
  return { ...result, findings: sides.flatMap(({ answered }) => answered.findings) }
}
