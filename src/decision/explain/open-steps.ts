import { isPlanReason } from '../reasons/plan.js'
import type { Reason } from '../reasons/reason.js'
import { questions, type Question } from '../shapes/statuses.js'
import type { LineVerdict } from '../verdict/verdict.js'
import { questionForPayer } from './payer-questions.js'
import type { PressingStep } from './pressing-step.js'
import { remedyOf } from './sentences/remedies.js'
import { listed } from './wording.js'

/** Unknowns that nothing the caller supplies would settle: somebody has to ask or read. */
export function openSteps(line: LineVerdict): PressingStep[] {
  const { answers, facts } = line
  const { lineNumber } = facts.line
  const own = { presses: 'indeterminate', lineNumber } as const
  const codes = answers['code-validity'].answer.codes
    .filter((code) => code.status === 'indeterminate')
    .map((code): PressingStep => ({
      ...own,
      question: 'code-validity',
      code: 'verify-code',
      text: remedyOf(code.reason),
    }))
  // Without a plan all questions are open for one reason, and the plan is what to look at.
  const { reason } = answers['prior-authorization'].answer
  if (isPlanReason(reason))
    return [{ ...own, question: 'prior-authorization', code: 'check-plan', text: remedyOf(reason) }, ...codes]
  const open = questions.flatMap((question): PressingStep[] => {
    if (!isOpen(line, question)) return []
    const { answer } = answers[question]
    const source = 'reason' in answer ? toLoad(answer.reason) : undefined
    if (source !== undefined) return [{ ...own, question, code: 'load-source', text: `Load ${source}.` }]
    const ask = questionForPayer(question, line)
    return ask === undefined ? [] : [{ ...own, question, code: 'ask-payer', text: question, ask }]
  })
  return [...open, ...codes]
}

/** What would have to be loaded to answer a question; undefined where a payer is asked. */
function toLoad(reason: Reason): string | undefined {
  if (reason.code === 'rule-not-loaded/table') return `the table of ${reason.set.title} for ${reason.date}`
  return reason.code === 'rule-not-loaded/set' ? listed(reason.notLoaded, 'and') : undefined
}

/** Whether a question is open and no fact of the caller would settle it. */
function isOpen({ answers }: LineVerdict, question: Question): boolean {
  const { answer, missing } = answers[question]
  if (missing.length > 0 || Array.isArray(answer)) return false
  const status = 'requirement' in answer ? answer.requirement : 'status' in answer ? answer.status : ''
  return status === 'indeterminate'
}
