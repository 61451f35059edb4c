import type { ClaimLineAnswer } from '../determination.js'
import type { Facts } from '../facts.js'
import type { Bench } from '../selection.js'
import { allOf } from '../truth.js'
import { pressOfUnknown, type Answered } from './answered.js'
import { findingOf, hear, unknownOutcome, type Heard } from './hear.js'

/** Advice on a claim line, which never changes the outcome. */
export interface Advice { readonly text: string }

/** Does the line carry what a clean claim needs? Rules of all sets add up; advice is kept apart. */
export function answerClaimLine (bench: Bench, facts: Facts): Answered<ClaimLineAnswer> & { readonly advice: readonly Advice[] } {
  const heard = hear('claim-line', bench, facts)
  const findings = heard.map(one => findingOf('claim-line', one))
  const advice = heard.flatMap(one => isAdvice(one) && one.result.truth !== 'true' ? [{ text: adviceOf(one) }] : [])
  const binding = heard.filter(one => !isAdvice(one))
  if (binding.length === 0) {
    return { answer: { status: 'not-checked', reasonCode: 'no-rule-held', reason: 'We hold no binding claim-line rule of this plan for the code; modifiers, NDC and companion codes were not checked.' }, missing: [], findings, presses: 'proceed', advice }
  }
  const { truth, missing } = allOf(binding.map(one => one.result))
  const deciding = binding.filter(one => one.result.truth === truth).map(one => one.result)
  const words = { reasonCode: deciding[0]?.reasonCode ?? 'no-rule-held', reason: [...new Set(deciding.map(result => result.reason))].join(' ') }
  if (truth === 'true') return { answer: { status: 'clean', ...words }, missing: [], findings, presses: 'proceed', advice }
  if (truth === 'false') return { answer: { status: 'incomplete', ...words }, missing: [], findings, presses: 'complete-information', advice }
  const curable = deciding.every(result => result.missing.length > 0)
  return { answer: { status: curable ? unknownOutcome(missing) : 'indeterminate', ...words }, missing, findings, presses: pressOfUnknown(missing), advice }
}

/** Advice is given as the policy words it, whether it is known to be wanting or only not known to be there. */
function adviceOf ({ voice, result }: Heard): string {
  return voice.type === 'rule' && voice.rule.kind === 'claim-line' ? voice.rule.remedy : result.reason
}

function isAdvice ({ voice }: Heard): boolean {
  return voice.type === 'rule' && voice.rule.kind === 'claim-line' && voice.rule.effect === 'advise'
}
