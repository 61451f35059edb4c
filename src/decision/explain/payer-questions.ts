import type { Question } from '../shapes/statuses.js'
import type { LineVerdict } from '../verdict/verdict.js'
import { diagnosesInWords } from './diagnoses.js'

type Ask = (line: LineVerdict) => string
const codeOfLine = ({ facts }: LineVerdict): string => facts.line.code

// A question without an entry does not compile; undefined: a payer is not asked about it.
const asks: Record<Question, Ask | undefined> = {
  'prior-authorization': (line) =>
    `Does ${codeOfLine(line)} need prior authorization on ${line.facts.line.date}?`,
  'medical-necessity': (line) => `Is ${codeOfLine(line)} covered for ${diagnosesInWords(line.facts)}?`,
  frequency: (line) => `How often is ${codeOfLine(line)} covered?`,
  units: (line) => `How many units of ${codeOfLine(line)} may be billed a day?`,
  'claim-line': (line) =>
    `What does the claim line of ${codeOfLine(line)} need: modifiers, NDC, other codes?`,
  'code-validity': undefined,
  documentation: undefined,
}

/** What to ask the payer about an open question of a line; undefined where no payer answers it. */
export function questionForPayer(question: Question, line: LineVerdict): string | undefined {
  return asks[question]?.(line)
}
