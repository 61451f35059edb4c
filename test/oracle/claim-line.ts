// Does the line carry what a clean claim needs? Section 9 of the specification.
import type { ClaimLineStatus } from '../../src/decision/shapes/statuses.js'
import type { Plan } from '../../src/decision/shapes/policy.js'
import type { RuleOfKind } from '../../src/decision/shapes/rule.js'
import { holds } from './conditions.js'
import { claimFaultsOf } from './claim-faults.js'
import { onDay } from './days.js'
import type { Case } from './facts.js'
import { counted, doubted, resultsOf, type Result } from './results.js'
import { speakersOf, type Speaker } from './selection.js'
import { somethingIsNotLoaded } from './silence.js'
import { structural, unique, unknown, type Truth } from './truth.js'

export interface ClaimLineAnswer {
  status: ClaimLineStatus
  missing: string[]
}

/** Only rules that reject, pairs and crosswalks count; advice never changes the answer. */
export function claimLineOf(plan: Plan, at: Case, day: string): ClaimLineAnswer {
  const speakers = speakersOf(plan, 'claim-line', onDay(at, day)).filter(
    ({ voice }) => !(voice.is === 'rule' && voice.rule.kind === 'claim-line' && isAdvice(voice.rule, at)),
  )
  const results = speakers.flatMap((speaker) => resultsOfSpeaker(speaker, at))
  const faults = claimFaultsOf(plan, at)
  const truths = [...results, ...faults].map(({ truth }) => truth)
  const isLacking = somethingIsNotLoaded('claim-line', plan, onDay(at, day))
  if (truths.length === 0) return { status: isLacking ? 'indeterminate' : 'not-checked', missing: [] }
  if (
    results.some(
      ({ speaker: { voice }, truth }) =>
        truth.value === 'false' && voice.is === 'claim-table' && voice.neverPaid,
    ) ||
    faults.some(({ truth, never }) => never && truth.value === 'false')
  )
    return { status: 'conflicting', missing: [] }
  if (truths.some((truth) => truth.value === 'false')) return { status: 'incomplete', missing: [] }
  const unknowns = truths.filter((truth) => truth.value === 'unknown')
  if (unknowns.length === 0) return { status: isLacking ? 'indeterminate' : 'clean', missing: [] }
  const everyMisses = unknowns.every((truth) => truth.missing.length > 0)
  return {
    status: everyMisses ? 'insufficient-evidence' : 'indeterminate',
    missing: unique(unknowns.flatMap((truth) => [...truth.missing])),
  }
}

/** Advice by its effect, or because it is unknown whether the rule is meant. */
function isAdvice({ effect, when, whenUnknown }: RuleOfKind<'claim-line'>, at: Case): boolean {
  if (effect === 'advise') return true
  return whenUnknown === 'advise' && when !== undefined && holds(when, at).value === 'unknown'
}

function resultsOfSpeaker(speaker: Speaker, at: Case): Result[] {
  const { voice } = speaker
  const only = (truth: Truth): Result[] => {
    const result = counted({ speaker, truth: doubted(speaker, truth) })
    return result === undefined ? [] : [result]
  }
  if (voice.is === 'claim-type-absent') return only(unknown('claimType'))
  if (voice.is === 'claim-table') return only(voice.truth)
  return resultsOf([speaker], at, (rule) =>
    rule.kind === 'claim-line' ? holds(rule.requires, at) : structural,
  )
}
