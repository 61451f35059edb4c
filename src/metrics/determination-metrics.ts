import type { Check, CheckBatch, CheckContext, CheckedAnswer } from '../check.js'
import type { LineDetermination } from '../decision/shapes/determination.js'
import type { CheckKind } from '../decision/explain/views.js'
import { Counter, type Family } from './series.js'

// The answers of a line that have a reason, by the question that they answer. Each kind of check
// has some of them.
const answers = {
  priorAuthorization: 'prior-authorization',
  medicalNecessity: 'medical-necessity',
  frequency: 'frequency',
  units: 'units',
  claimLine: 'claim-line',
  codeValidity: 'code-validity',
} as const
type Answer = keyof typeof answers
const answered: Readonly<Record<CheckKind, readonly Answer[]>> = {
  authorization: Object.keys(answers) as Answer[],
  'medical-necessity': ['medicalNecessity', 'codeValidity'],
  frequency: ['frequency', 'units'],
}

/**
 * Counts determinations by kind and outcome, and the reason of each answer of each line. Labels
 * come from the core, never from a request.
 */
export function determinationMetrics(): {
  readonly families: readonly Family[]
  readonly counted: (check: Check) => Check
} {
  const determinations = new Counter(
    'precert_determinations_total',
    'Determinations that were made, by kind of check and outcome.',
    ['kind', 'outcome'],
  )
  const reasons = new Counter(
    'precert_determination_reasons_total',
    'Answers that were given about service lines, by question and reason code.',
    ['question', 'reason'],
  )
  const countLine = (kind: CheckKind, line: LineDetermination): void => {
    for (const answer of answered[kind]) reasons.add([answers[answer], line[answer].reasonCode])
  }
  const count = (kind: CheckKind, { determination }: CheckedAnswer): void => {
    determinations.add([kind, determination.outcome])
    for (const line of determination.lines) countLine(kind, line)
  }
  const countedBatch = ({ kind }: CheckContext, batch: CheckBatch): CheckBatch => ({
    revision: batch.revision,
    decide(request) {
      const answer = batch.decide(request)
      if (answer.recorded === undefined) count(kind, answer)
      // An answer is counted after it was recorded. One that cannot be recorded is not counted.
      else
        void answer.recorded.then(
          () => {
            count(kind, answer)
          },
          () => {},
        )
      return answer
    },
  })
  return {
    families: [determinations, reasons],
    counted: (check) =>
      Object.assign(
        async (...[request, context]: Parameters<Check>): Promise<CheckedAnswer> => {
          const answer = await check(request, context)
          count(context.kind, answer)
          return answer
        },
        {
          batch(context: CheckContext) {
            const opened = check.batch(context)
            return opened instanceof Promise
              ? opened.then((batch) => countedBatch(context, batch))
              : countedBatch(context, opened)
          },
        },
      ),
  }
}
