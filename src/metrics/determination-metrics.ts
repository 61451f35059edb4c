import type { Check, CheckBatch, CheckContext, CheckedAnswer } from '../check.js'
import { askedBy, type CheckKind } from '../decision/explain/views.js'
import { codeOf, type Reason } from '../decision/reasons/reason.js'
import type { LineVerdict } from '../decision/verdict/verdict.js'
import { Counter, type Family } from './series.js'

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
  const countLine = (kind: CheckKind, { answers }: LineVerdict): void => {
    for (const question of askedBy(kind).questions) {
      const { answer } = answers[question]
      if ('reason' in answer) reasons.add([question, codeOf(answer.reason as Reason)])
    }
  }
  const count = (kind: CheckKind, { verdict }: CheckedAnswer): void => {
    determinations.add([kind, verdict.outcome])
    for (const line of verdict.lines) countLine(kind, line)
  }
  const countedBatch = ({ kind }: CheckContext, batch: CheckBatch): CheckBatch => ({
    revision: batch.revision,
    decide(request) {
      const answer = batch.decide(request)
      if (answer.recorded === undefined) count(kind, answer)
      // An answer is counted once it is recorded, and not at all when it cannot be.
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
