import { collect } from '../collect.js'
import type { Facts, LineFacts } from '../facts/facts.js'
import { dayOfModifiers, infoNeeded } from '../facts/missing-facts.js'
import { sharesDay } from '../facts/procedure-pair-parts.js'
import type { InfoNeeded } from '../shapes/finding.js'
import { questions, type Question } from '../shapes/statuses.js'
import type { LineVerdict } from '../verdict/verdict.js'

/** A missing fact with the sentence that asks for it. */
export type NamedFact = InfoNeeded & { readonly text: string }

/** What each question misses, in the order of the questions. */
export function missingOf({ answers, facts }: LineVerdict, of: readonly Question[] = questions): NamedFact[] {
  return collect(of, (question) =>
    [...answers[question].missing]
      .sort()
      .map((fact) => infoNeeded(fact, question, lineLacking(fact, question, facts)?.index)),
  )
}

/**
 * The line that misses a fact: this one; or where this one gives it, one of the same day that it was compared with (pairs: another
 * code, units: the same one; conditions on other lines: either) and that does not. Undefined where the history misses it.
 */
function lineLacking(fact: string, question: Question, { line, lines }: Facts): LineFacts | undefined {
  const day = dayOfModifiers(fact)
  if (day !== undefined)
    return [line, ...lines].find((one) => one.modifiers.notGiven && one.date <= day && day <= one.end)
  const lacks = (one: LineFacts): boolean =>
    fact === 'modifiers' ? one.modifiers.notGiven : fact === 'provider.npi' && one.npi === undefined
  if (lacks(line)) return line
  const lacking = lines.filter((other) => lacks(other) && sharesDay(other, line))
  const sameCode = question === 'units'
  return lacking.find((other) => (other.code === line.code) === sameCode) ?? lacking[0] ?? line
}
