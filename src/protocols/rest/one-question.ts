import type { Determination, Finding, InfoNeeded, LineDetermination, NotEvaluated, Question } from '../../decision/determination.js'

/** The head of a determination: which policy and engine answered, and under which id it is on record. */
export function headingOf ({ determinationId, policyRevision, engineVersion, planId, claimType }: Determination): Partial<Determination> {
  return { determinationId, policyRevision, engineVersion, ...(planId === undefined ? {} : { planId }), ...(claimType === undefined ? {} : { claimType }) }
}

/** The chosen answers of a line with the findings and missing facts of the same questions. */
export function answerTo<K extends keyof LineDetermination> (line: LineDetermination, questions: readonly Question[], parts: readonly K[]): Pick<LineDetermination, K> & Grounds {
  const chosen = Object.fromEntries(parts.map(part => [part, line[part]])) as Pick<LineDetermination, K>
  return {
    ...chosen,
    findings: line.findings.filter(finding => questions.includes(finding.question)),
    infoNeeded: line.infoNeeded.filter(info => questions.includes(info.question)),
    notEvaluated: line.notEvaluated
  }
}

interface Grounds { findings: Finding[], infoNeeded: InfoNeeded[], notEvaluated: NotEvaluated[] }
