import type { PlainDate } from '../shapes/codes.js'
import { inProcedures } from '../shapes/codes.js'
import type { Facts, LineFacts } from './facts.js'
import { addDays, daysBetween } from '../shapes/plain-date.js'

/** Most days of a line that are judged one by one; whether a longer line is all right cannot be told from one line. */
export const mostDays = 31

// Codes that stand for a period and not for a day: a month of dialysis, of care management or of monitoring, a week of radiation
// treatment, a pregnancy. Their rules are those of the last day (CMS Claims Processing Manual ch. 8 §140 for dialysis; the others
// by their common definition, secondary).
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
 * The days of service on which a line is judged: each of its days; the last one for a code that stands for a period; the first one for
 * supplies of a DME claim. Empty for a line of more than 31 days, of which nothing is said.
 */
export function daysOfService(line: LineFacts): readonly PlainDate[] {
  const { first, last, count } = spanOfService(line)
  if (first === last) return [last]
  return count > mostDays ? [] : Array.from({ length: count }, (_, n) => addDays(line.date, n))
}

/** From which day to which a line gives its service, also where it is asked about one of them, and how many days that is. */
export function spanOfService({ sent, code, lastDay: last }: LineFacts): {
  readonly first: PlainDate
  readonly last: PlainDate
  readonly count: number
} {
  const first = sent.dateOfService
  if (first === last || inProcedures(code, periodCodes)) return { first: last, last, count: 1 }
  return { first, last, count: daysBetween(first, last) + 1 }
}

/** The facts of a line as if its service were given on one of its days. */
export function onDay(facts: Facts, day: PlainDate): Facts {
  if (facts.line.date === day) return facts
  const line = { ...facts.line, date: day }
  return { ...facts, line, lines: facts.lines.map((one) => (one === facts.line ? line : one)) }
}
