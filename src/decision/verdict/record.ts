import { sourceIdOf } from '../applicable/source-ids.js'
import type { Reason } from '../reasons/reason.js'
import { questions } from '../shapes/statuses.js'
import type { FindingVerdict, Ground } from './finding.js'
import type { LineVerdict, Verdict } from './verdict.js'

/**
 * A verdict as canonical JSON for the log: statuses, reason codes, the rules that were applied with what came of them, facts used and
 * missing, numbers and dates; no sentence. Two verdicts are alike if and only if their texts are.
 */
export function recordOf({ choice, outcome, lines }: Verdict): string {
  return JSON.stringify({ plan: choice.plan?.planId, outcome, lines: lines.map(recordOfLine) })
}

function recordOfLine({ facts, outcome, answers, behind, hasAllExclusions }: LineVerdict): object {
  return {
    line: facts.line.lineNumber,
    outcome,
    ...Object.fromEntries(
      questions.map((question) => {
        const { answer, missing, findings, presses } = answers[question]
        return [
          question,
          {
            presses,
            ...(missing.length === 0 ? {} : { missing: [...missing].sort() }),
            ...(Array.isArray(answer)
              ? { items: (answer as LineVerdict['answers']['documentation']['answer']).map(recordOfItem) }
              : recordOfAnswer(answer as object)),
            ...(findings.length === 0 ? {} : { findings: findings.map(recordOfFinding) }),
          },
        ]
      }),
    ),
    ...(behind.length === 0 ? {} : { behind: behind.map(sourceIdOf) }),
    ...(hasAllExclusions ? {} : { hasAllExclusions }),
  }
}

/** Statuses, numbers, dates and the codes of the reason; the arithmetic and the rule follow from them. */
function recordOfAnswer(answer: object): object {
  const {
    reason,
    rule: _rule,
    calculation: _calculation,
    codes,
    ...rest
  } = answer as {
    reason: Reason
    rule?: unknown
    calculation?: unknown
    codes?: LineVerdict['answers']['code-validity']['answer']['codes']
  }
  return {
    ...rest,
    reason: codesOf(reason),
    ...(codes === undefined
      ? {}
      : {
          codes: codes.map(({ code, status, reason: why }) => `${code} ${status} ${codesOf(why)}`),
        }),
  }
}

function recordOfItem({
  item,
  status,
  purpose,
  provision,
}: LineVerdict['answers']['documentation']['answer'][number]): string {
  return `${item} ${status} ${purpose} ${provision.rule.ruleId}`
}

function recordOfFinding({ outcome, reason, used, ground }: FindingVerdict): object {
  return {
    rule: nameOf(ground),
    outcome,
    reason: codesOf(reason),
    ...(used.length === 0 ? {} : { used: used.map(({ fact, value }) => `${fact}=${value}`) }),
  }
}

function nameOf(ground: Ground): string {
  if (ground.type === 'declaration') return `${ground.policySetId} ${ground.declaration.from}`
  if (ground.type === 'claim-format') return `claim-format ${ground.section ?? ''}`
  const { provision } = ground
  const id = sourceIdOf(provision.origin)
  return provision.type === 'rule' ? `${id}/${provision.rule.ruleId}` : `${id} ${provision.type}`
}

/** The code of a reason with those of the reasons that it is made of. */
function codesOf(reason: { readonly code: string }): string {
  const parts = partsOf(reason)
  return parts.length === 0 ? reason.code : `${reason.code}(${parts.map(codesOf).join(' ')})`
}

const partNames = ['reason', 'otherwise', 'hospital', 'own', 'first', 'turn'] as const
const listNames = ['reasons', 'sides', 'phases', 'days'] as const

function partsOf(reason: object): Array<{ readonly code: string }> {
  const parts = reason as Readonly<Record<string, unknown>>
  const found: Array<{ readonly code: string }> = []
  const add = (part: unknown): void => {
    if (typeof part !== 'object' || part === null) return
    if ('code' in part) found.push(part as { code: string })
    else if ('reason' in part) found.push(part.reason as { code: string })
  }
  // Most reasons have none of them, and this is asked of every reason of every answer.
  for (const name of partNames) if (parts[name] !== undefined) add(parts[name])
  for (const name of listNames) {
    const list = parts[name]
    if (Array.isArray(list)) for (const part of list) add(part)
  }
  return found
}
