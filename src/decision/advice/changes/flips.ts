import type { DecidedLine } from '../../determine.js'
import type { Finding } from '../../shapes/finding.js'
import { outcomes, type Question } from '../../shapes/statuses.js'

const wanting: ReadonlyArray<Finding['outcome']> = [
  'not-met',
  'insufficient-evidence',
  'required',
  'conditional',
]
const passed: ReadonlyArray<Finding['outcome']> = ['met', 'not-required']

/** Whether a finding is not met or lacks evidence, so that a change of facts may turn it. */
export function isWanting({ outcome }: Finding): boolean {
  return wanting.includes(outcome)
}

function isOpen(finding: Finding): boolean {
  return isWanting(finding) || finding.outcome === 'indeterminate'
}

/** Which rule or table a finding is of, in whatever version: the same key before and after a change. */
export function ruleKey({
  question,
  kind,
  citation: { policySetId, policyId, ruleId, row },
}: Finding): string {
  return [question, kind, policySetId, policyId, ruleId ?? (kind === 'claim-line' ? row : '')].join(' ')
}

/** Whether a question asks nothing more of anybody. */
export function passes({ presses }: DecidedLine, question: Question): boolean {
  return presses.get(question) === 'proceed'
}

/** The questions of a line that press. */
export function pressing(line: DecidedLine): Question[] {
  return [...line.presses.keys()].filter((question) => !passes(line, question))
}

// An authorization on file answers these questions; the rule that asks goes on saying what it says.
const answeredByAuthorization: ReadonlySet<Question> = new Set(['prior-authorization', 'frequency'])

/**
 * Whether a finding that was wanting is so no longer: its rule is content, or does not speak and nothing else has come in its place; and
 * its question presses no more than before.
 */
export function flips(finding: Finding, before: DecidedLine, after: DecidedLine): boolean {
  const { question } = finding
  if (answeredByAuthorization.has(question) && !passes(before, question) && passes(after, question))
    return true
  if (rank(after, question) < rank(before, question)) return false
  const key = ruleKey(finding)
  const now = after.line.findings.filter((one) => one.question === question)
  if (now.some((one) => isOpen(one) && ruleKey(one) === key)) return false
  const knownOpen = new Set(before.line.findings.filter(isOpen).map(ruleKey))
  const open = now.filter(isOpen)
  if (!open.every((one) => knownOpen.has(ruleKey(one)))) return false
  // A rule that fell silent leaves a question open unless something answers it.
  return (
    now.some((one) => passed.includes(one.outcome) && ruleKey(one) === key) ||
    passes(after, question) ||
    open.length > 0
  )
}

function rank({ presses }: DecidedLine, question: Question): number {
  return outcomes.indexOf(presses.get(question) ?? 'proceed')
}
