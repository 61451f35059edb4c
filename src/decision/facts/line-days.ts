import type { PlainDate } from '../shapes/codes.js'
import { inProcedures } from '../shapes/codes.js'
import type { Facts, LineFacts } from './facts.js'
import { addDays, daysBetween } from '../shapes/plain-date.js'

/** The most days of a line that are decided one by one. A longer line is not decided. */
export const mostDays = 31

// Codes for a period instead of a day: a month of dialysis, care management or monitoring, a week of
// radiation treatment, a pregnancy. The rules of the last day apply to them (CMS Claims Processing Manual ch.
// 8 §140 for dialysis; the others by their common definition, secondary).
const periodCodes = [
  '59400',
  '59510',
  '59610',
  '59618',
  '77427',
  '90951-90966',
  '93224-93229',
  '93268',
  '93270-93272',
  '99424',
  '99426',
  '99454',
  '99487',
  '99490',
  '99491',
]

/**
 * The days on which a line is decided: each of its days; the last day for a period code; the first day for
 * supplies of a DME claim. Empty for a line of more than 31 days, which is not decided.
 */
export function daysOfService(line: LineFacts): readonly PlainDate[] {
  const { first, last, count } = spanOfService(line)
  if (first === last) return [last]
  return count > mostDays ? [] : Array.from({ length: count }, (_, n) => addDays(line.date, n))
}

/**
 * The first day, the last day and the number of days of the service of a line, even when one day of it is
 * decided.
 */
export function spanOfService({ sent, code, lastDay: last }: LineFacts): {
  readonly first: PlainDate
  readonly last: PlainDate
  readonly count: number
} {
  const first = sent.dateOfService
  if (first === last || inProcedures(code, periodCodes)) return { first: last, last, count: 1 }
  return { first, last, count: daysBetween(first, last) + 1 }
}

/** The facts of a line as if its whole service were given on one of its days. */
export function onDay(facts: Facts, day: PlainDate): Facts {
  if (facts.line.date === day) return facts
  const line = { ...facts.line, date: day }
  return { ...facts, line, lines: facts.lines.map((one) => (one === facts.line ? line : one)) }
}
