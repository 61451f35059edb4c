import type { Check } from '../check.js'
import type { LineDetermination } from '../decision/determination.js'
import type { CheckKind } from '../decision/excerpt.js'
import { Counter, type Family } from './series.js'

// The answers of a line that have a reason, under the question they answer; an excerpt of a check gives some of them.
const answers = { priorAuthorization: 'prior-authorization', medicalNecessity: 'medical-necessity', frequency: 'frequency', units: 'units', claimLine: 'claim-line', codeValidity: 'code-validity' } as const
type Answer = keyof typeof answers
const answered: Readonly<Record<CheckKind, readonly Answer[]>> = {
  authorization: Object.keys(answers) as Answer[], 'medical-necessity': ['medicalNecessity', 'codeValidity'], frequency: ['frequency', 'units']
}

/** What was decided: determinations by kind and outcome, and the reason of each answer of each line. Both come from the core, never from what was sent. */
export function determinationMetrics (): { readonly families: readonly Family[], readonly counted: (check: Check) => Check } {
  const determinations = new Counter('precert_determinations_total', 'Determinations that were made, by kind of check and outcome.', ['kind', 'outcome'])
  const reasons = new Counter('precert_determination_reasons_total', 'Answers that were given about service lines, by question and reason code.', ['question', 'reason'])
  const countLine = (kind: CheckKind, line: LineDetermination): void => {
    for (const answer of answered[kind]) reasons.add([answers[answer], line[answer].reasonCode])
  }
  return {
    families: [determinations, reasons],
    counted: check => async (request, context) => {
      const answer = await check(request, context)
      determinations.add([context.kind, answer.determination.outcome])
      for (const line of answer.determination.lines) countLine(context.kind, line)
      return answer
    }
  }
}
