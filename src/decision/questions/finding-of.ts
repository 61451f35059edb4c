import type { Question } from '../shapes/statuses.js'
import type { FindingVerdict } from '../verdict/finding.js'
import type { EvaluatedProvision } from './evaluate-applicable.js'
import { kinds } from './kinds.js'

const outcomeOf = { true: 'met', false: 'not-met' } as const

/** Makes the finding of an evaluated provision. The default question is that of its kind. */
export function findingOf(
  { provision, result }: EvaluatedProvision,
  question: Question = kinds[provision.kind].question,
  outcome?: FindingVerdict['outcome'],
  consequence?: FindingVerdict['consequence'],
): FindingVerdict {
  const { truth, reason, used, listed, diagnosis } = result
  return {
    question,
    outcome: outcome ?? (truth === 'unknown' ? unknownOutcome(result.missing) : outcomeOf[truth]),
    reason,
    used,
    ground: { type: 'provision', provision },
    listed,
    diagnosis,
    consequence,
  }
}

/** `insufficient-evidence` if the caller can supply what is missing, else `indeterminate`. */
export function unknownOutcome(missing: readonly string[]): 'insufficient-evidence' | 'indeterminate' {
  return missing.length > 0 ? 'insufficient-evidence' : 'indeterminate'
}
