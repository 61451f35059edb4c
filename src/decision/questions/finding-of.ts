import { citeProvision } from '../explain/citation.js'
import { displayDiagnosis } from '../shapes/codes.js'
import type { DiagnosisFacts, Finding } from '../shapes/finding.js'
import { memoize } from '../memoize.js'
import { usedBy } from '../shapes/truth.js'
import type { Question } from '../shapes/statuses.js'
import type { EvaluatedProvision } from './evaluate-applicable.js'
import { kinds } from './kinds.js'

const outcomeOf = { true: 'met', false: 'not-met' } as const

/** A finding while it is being put together. Fields are set one by one: this runs for every rule of every line, and spreading is slow. */
type Draft = { -readonly [K in keyof Finding]?: Finding[K] }

/** The finding for what was evaluated, under the question of its kind where none is named. */
export function findingOf(
  { provision, result }: EvaluatedProvision,
  question: Question = kinds[provision.kind].question,
  outcome?: Finding['outcome'],
  consequence?: Finding['consequence'],
): Finding {
  const rule = provision.type === 'rule' ? provision.rule : undefined
  const finding: Draft = {
    question,
    kind: rule?.kind ?? provision.kind,
    outcome:
      outcome ?? (result.truth === 'unknown' ? unknownOutcome(result.missing) : outcomeOf[result.truth]),
    reasonCode: result.reasonCode,
    reason: result.reason,
  }
  if (rule !== undefined) finding.statement = rule.statement
  if (rule?.interpretation !== undefined) finding.interpretation = rule.interpretation
  finding.factsUsed = usedBy([result])
  if (result.listed !== undefined && result.listed.length > 0) finding.listedDiagnoses = listed(result.listed)
  if (result.diagnosis !== undefined) tellDiagnosis(finding, result.diagnosis)
  if (consequence !== undefined) finding.consequence = consequence
  finding.citation = citeProvision(provision)
  return finding as Finding
}

function tellDiagnosis(
  finding: Draft,
  { listed: own, condition, failed, othersDenied }: DiagnosisFacts,
): void {
  if (own !== undefined) finding.listed = own.map(displayDiagnosis)
  if (condition !== undefined) finding.condition = condition
  if (failed !== undefined) finding.failed = [...failed]
  if (othersDenied !== undefined) finding.othersDenied = othersDenied
}

/** Insufficient evidence when the caller can supply what is missing, else indeterminate. */
export function unknownOutcome(missing: readonly string[]): 'insufficient-evidence' | 'indeterminate' {
  return missing.length > 0 ? 'insufficient-evidence' : 'indeterminate'
}

const mostListed = 200

const listed = memoize((codes: readonly string[]): NonNullable<Finding['listedDiagnoses']> => {
  const cut =
    codes.length > mostListed ? ` The first ${mostListed} are shown; the policy lookup has all.` : ''
  return {
    count: codes.length,
    codes: codes.slice(0, mostListed).map(displayDiagnosis),
    note: `For information only: ask the clinician what the record supports.${cut}`,
  }
})
