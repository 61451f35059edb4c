import { evaluate } from '../criteria.js'
import type { ClaimLineAnswer } from '../answers.js'
import type { Facts } from '../facts.js'
import type { Bench } from '../selection.js'
import { allOf } from '../truth.js'
import { pressOfUnknown, type Answered } from './answered.js'
import { findingOf, hear, unknownOutcome, type Heard } from './hear.js'

/** Advice on a claim line, which never changes the outcome. */
export interface Advice {
  readonly text: string
}

/** What was looked at: whether any rule says what the line must carry, and whether the NDC was found in a crosswalk. */
export interface Checked {
  readonly claimLine: boolean
  readonly ndc: boolean
}

type ClaimLine = Answered<ClaimLineAnswer> & { readonly advice: readonly Advice[]; readonly checked: Checked }

/** Does the line carry what a clean claim needs, and does it go with the other lines? Rules and tables of all sets add up; advice is kept apart. */
export function answerClaimLine(bench: Bench, facts: Facts): ClaimLine {
  const heard = hear('claim-line', bench, facts)
  const binding = heard.filter((one) => !isAdvice(one))
  const rest = {
    findings: heard.map((one) => findingOf('claim-line', one)),
    advice: heard.flatMap((one) =>
      isAdvice(one) && !isFollowed(one, facts) ? [{ text: adviceOf(one) }] : [],
    ),
    checked: { claimLine: binding.some(isOfRule), ndc: binding.some(({ voice }) => voice.type === 'ndc') },
  }
  if (binding.length === 0) {
    return {
      answer: {
        status: 'not-checked',
        reasonCode: 'no-rule-held',
        reason:
          'We hold no binding claim-line rule of this plan for the code; modifiers, NDC and companion codes were not checked.',
      },
      missing: [],
      presses: 'proceed',
      ...rest,
    }
  }
  const { truth, missing } = allOf(binding.map((one) => one.result))
  const deciding = mostSeriousFirst(binding.filter((one) => one.result.truth === truth))
  const words = {
    reasonCode: deciding[0]?.result.reasonCode ?? 'no-rule-held',
    reason: [...new Set(deciding.map(({ result }) => result.reason))].join(' '),
  }
  if (truth === 'true')
    return { answer: { status: 'clean', ...words }, missing: [], presses: 'proceed', ...rest }
  if (truth === 'false') {
    return deciding.some(isConflict)
      ? { answer: { status: 'conflicting', ...words }, missing: [], presses: 'expect-denial', ...rest }
      : { answer: { status: 'incomplete', ...words }, missing: [], presses: 'complete-information', ...rest }
  }
  const curable = deciding.every(({ result }) => result.missing.length > 0)
  return {
    answer: { status: curable ? unknownOutcome(missing) : 'indeterminate', ...words },
    missing,
    presses: pressOfUnknown(missing),
    ...rest,
  }
}

/** A pair that objects and that no modifier lifts: nothing the line could carry would change it. */
function isConflict({ voice, result }: Heard): boolean {
  return voice.type === 'procedure-pair' && voice.pair.modifierIndicator === 0 && result.truth === 'false'
}

/** What nothing cures is said first; what else is wrong with the line is not left out. */
function mostSeriousFirst(heard: readonly Heard[]): Heard[] {
  return [...heard.filter(isConflict), ...heard.filter((one) => !isConflict(one))]
}

/** Tables know pairs and drugs only; what else a line must carry stands in rules, held or not usable. */
function isOfRule({ voice }: Heard): boolean {
  return voice.type === 'rule' || (voice.type === 'unusable' && voice.rules.length > 0)
}

/** Advice is given as the policy words it, whether it is known to be wanting or only not known to be there. */
function adviceOf({ voice, result }: Heard): string {
  return voice.type === 'rule' && voice.rule.kind === 'claim-line' ? voice.rule.remedy : result.reason
}

/** Whether the line carries what is advised; where it does, nobody is told to add it, whether or not the rule applies. */
function isFollowed({ voice, result }: Heard, facts: Facts): boolean {
  return (
    result.truth === 'true' ||
    (voice.type === 'rule' &&
      voice.rule.kind === 'claim-line' &&
      evaluate(voice.rule.requires, facts).truth === 'true')
  )
}

function isAdvice({ voice }: Heard): boolean {
  return voice.type === 'rule' && voice.rule.kind === 'claim-line' && voice.rule.effect === 'advise'
}
