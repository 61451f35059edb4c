import { citationOf, findingsOf, kindOf } from '../../explain/findings.js'
import { outcomes, questions, type Question } from '../../shapes/statuses.js'
import type { FindingVerdict } from '../../verdict/finding.js'
import type { LineVerdict } from '../../verdict/verdict.js'

const wanting: ReadonlyArray<FindingVerdict['outcome']> = [
  'not-met',
  'insufficient-evidence',
  'required',
  'conditional',
]
const passed: ReadonlyArray<FindingVerdict['outcome']> = ['met', 'not-required']

/** Whether a finding is not met or lacks evidence, so that a change of facts may turn it. */
export function isWanting({ outcome }: FindingVerdict): boolean {
  return wanting.includes(outcome)
}

function isOpen(finding: FindingVerdict): boolean {
  return isWanting(finding) || finding.outcome === 'indeterminate'
}

/** Which rule or table a finding is of, in whatever version: the same key before and after a change. */
export function ruleKey(finding: FindingVerdict): string {
  const { question } = finding
  const kind = kindOf(finding)
  const { policySetId, policyId, ruleId, row } = citationOf(finding)
  return [question, kind, policySetId, policyId, ruleId ?? (kind === 'claim-line' ? row : '')].join(' ')
}

/** Whether a question asks nothing more of anybody. */
export function passes({ answers }: LineVerdict, question: Question): boolean {
  return answers[question].presses === 'proceed'
}

/** The questions of a line that press. */
export function pressing(line: LineVerdict): Question[] {
  return questions.filter((question) => !passes(line, question))
}

// An authorization on file answers these questions; the rule that asks goes on saying what it says.
const answeredByAuthorization: ReadonlySet<Question> = new Set(['prior-authorization', 'frequency'])

/**
 * Whether a finding that was wanting is so no longer: its rule is content, or does not speak and nothing else has come in its place; and
 * its question presses no more than before.
 */
export function flips(finding: FindingVerdict, before: LineVerdict, after: LineVerdict): boolean {
  const { question } = finding
  if (answeredByAuthorization.has(question) && !passes(before, question) && passes(after, question))
    return true
  if (rank(after, question) < rank(before, question)) return false
  const key = ruleKey(finding)
  const now = findingsOf(after).filter((one) => one.question === question)
  if (now.some((one) => isOpen(one) && ruleKey(one) === key)) return false
  const knownOpen = new Set(findingsOf(before).filter(isOpen).map(ruleKey))
  const open = now.filter(isOpen)
  if (!open.every((one) => knownOpen.has(ruleKey(one)))) return false
  // A rule that fell silent leaves a question open unless something answers it.
  return (
    now.some((one) => passed.includes(one.outcome) && ruleKey(one) === key) ||
    passes(after, question) ||
    open.length > 0
  )
}

function rank({ answers }: LineVerdict, question: Question): number {
  return outcomes.indexOf(answers[question].presses)
}
