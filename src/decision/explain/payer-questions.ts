import type { QuestionForPayer } from '../shapes/determination.js'
import type { Question } from '../shapes/statuses.js'
import { union } from '../shapes/truth.js'
import type { LineVerdict } from '../verdict/verdict.js'
import { diagnosesInWords } from './diagnoses.js'
import { inShort } from './wording.js'

/** An open question of one line, before the questions of all lines are put together. */
export interface OpenQuestion {
  readonly lineNumber: number
  readonly question: Question
  /** The code that is asked about. */
  readonly code: string
  /** What else the question depends on: lines that differ in it are asked about apart. */
  readonly about: string
}

type Ask = (codes: string, isOne: boolean, about: string) => string

// A question without an entry does not compile; undefined: a payer is not asked about it.
const asks: Record<Question, Ask | undefined> = {
  'prior-authorization': (codes, isOne, date) =>
    `${isOne ? 'Does' : 'Do'} ${codes} need prior authorization on ${date}?`,
  'medical-necessity': (codes, isOne, diagnoses) =>
    `${isOne ? 'Is' : 'Are'} ${codes} covered for ${diagnoses}?`,
  frequency: (codes, isOne) => `How often ${isOne ? 'is' : 'are'} ${codes} covered?`,
  units: (codes) => `How many units of ${codes} may be billed a day?`,
  'claim-line': (codes) => `What does the claim line of ${codes} need: modifiers, NDC, other codes?`,
  'code-validity': undefined,
  documentation: undefined,
}

/** An open question of a line; undefined where no payer answers it. */
export function questionForPayer(question: Question, { facts }: LineVerdict): OpenQuestion | undefined {
  if (asks[question] === undefined) return undefined
  const { lineNumber, code, date } = facts.line
  const about =
    question === 'prior-authorization'
      ? date
      : question === 'medical-necessity'
        ? diagnosesInWords(facts)
        : ''
  return { lineNumber, question, code, about }
}

/** The questions of a telephone call: lines that are asked the same are asked about together. */
export function asked(open: readonly OpenQuestion[]): QuestionForPayer[] {
  const groups = new Map<string, OpenQuestion[]>()
  for (const one of open) {
    const key = `${one.question} ${one.about}`
    groups.set(key, [...(groups.get(key) ?? []), one])
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group
    if (first === undefined) return []
    const { question, about } = first
    const codes = union(group.map(({ code }) => code))
    return [
      {
        lineNumbers: group.map(({ lineNumber }) => lineNumber),
        question,
        text: asks[question]?.(inShort(codes), codes.length === 1, about) ?? '',
      },
    ]
  })
}
