import { evaluate } from '../conditions/evaluate.js'
import { together, type Reason } from '../reasons/reason.js'
import type { FindingVerdict } from '../verdict/finding.js'
import type { LineAnswers } from '../verdict/verdict.js'
import type { Facts } from '../facts/facts.js'
import type { Plan } from '../shapes/policy.js'
import type { ClaimFault } from '../rules/claim-fault.js'
import { claimFaults } from '../rules/claim-format.js'
import type { RuleResult } from '../rules/result.js'
import type { ApplicableRules } from '../applicable/applicable-rules.js'
import { allOf } from '../shapes/truth.js'
import { pressOfUnknown } from '../verdict/answered.js'
import { evaluateApplicable, whenOf, type EvaluatedProvision } from './evaluate-applicable.js'
import { findingOf, unknownOutcome } from './finding-of.js'

type ClaimLine = LineAnswers['claim-line']

/** What was said of the line, by a rule, a table or the rules of every claim. */
interface Said {
  readonly result: RuleResult
  readonly isConflict: boolean
  readonly finding: FindingVerdict
}

/**
 * Does the line carry what a clean claim needs, and does it go with the other lines? Rules and tables of all sets and the rules of every claim
 * add up; advice is kept apart.
 */
export function answerClaimLine(applicable: ApplicableRules, facts: Facts, plan: Plan): ClaimLine {
  const evaluated = evaluateApplicable('claim-line', applicable, facts)
  const binding = evaluated.filter((one) => !isAdvice(one, facts))
  const faults = claimFaults(facts, plan).map(saidOfFault)
  const said = [
    ...binding.map((one): Said => ({
      result: one.result,
      isConflict: isConflict(one),
      finding: findingOf(one),
    })),
    ...faults,
  ]
  const rest = {
    findings: [...evaluated.map((one) => findingOf(one)), ...faults.map(({ finding }) => finding)],
    advice: evaluated.flatMap((one) =>
      isAdvice(one, facts) && !isFollowed(one, facts) ? [adviceOf(one)] : [],
    ),
    checked: {
      claimLine: binding.some(isOfRule),
      ndc: binding.some(({ provision }) => provision.type === 'ndc'),
    },
  }
  return { ...statusOf(said), ...rest }
}

function statusOf(said: readonly Said[]): Pick<ClaimLine, 'answer' | 'missing' | 'presses'> {
  if (said.length === 0) {
    return {
      answer: {
        status: 'not-checked',
        reason: { code: 'no-rule-held/claim-line' },
      },
      missing: [],
      presses: 'proceed',
    }
  }
  const { truth, missing } = allOf(said.map((one) => one.result))
  const deciding = mostSeriousFirst(said.filter((one) => one.result.truth === truth))
  const reason = together(deciding.map((one) => one.result.reason))
  if (truth === 'true') return { answer: { status: 'clean', reason }, missing: [], presses: 'proceed' }
  if (truth === 'false') {
    return deciding.some((one) => one.isConflict)
      ? { answer: { status: 'conflicting', reason }, missing: [], presses: 'expect-denial' }
      : { answer: { status: 'incomplete', reason }, missing: [], presses: 'complete-information' }
  }
  const curable = deciding.every(({ result }) => result.missing.length > 0)
  return {
    answer: { status: curable ? unknownOutcome(missing) : 'indeterminate', reason },
    missing,
    presses: pressOfUnknown(missing),
  }
}

/** The finding of a rule that every claim is checked by; it belongs to no policy. */
function saidOfFault({ result, isConflict: conflict, source, section }: ClaimFault): Said {
  const { reason, used } = result
  return {
    result,
    isConflict: conflict,
    finding: {
      question: 'claim-line',
      outcome: result.truth === 'false' ? 'not-met' : unknownOutcome(result.missing),
      reason,
      used,
      ground: { type: 'claim-format', source, section },
    },
  }
}

/** A pair that objects and that no modifier lifts: nothing the line could carry would change it. */
function isConflict({ provision, result }: EvaluatedProvision): boolean {
  return (
    provision.type === 'procedure-pair' && provision.pair.modifierIndicator === 0 && result.truth === 'false'
  )
}

/** What nothing cures is said first; what else is wrong with the line is not left out. */
function mostSeriousFirst(said: readonly Said[]): Said[] {
  return [...said.filter((one) => one.isConflict), ...said.filter((one) => !one.isConflict)]
}

/** Tables know pairs and drugs only; what else a line must carry stands in rules, held or not usable. */
function isOfRule({ provision }: EvaluatedProvision): boolean {
  return provision.type === 'rule' || (provision.type === 'unusable' && provision.rules.length > 0)
}

/** Advice is given as the policy words it, whether it is known to be wanting or only not known to be there. */
function adviceOf({ provision, result }: EvaluatedProvision): Reason {
  return provision.type === 'rule' && provision.rule.kind === 'claim-line'
    ? { code: 'claim-line-incomplete', rule: provision.rule }
    : result.reason
}

/** Whether the line carries what is advised; where it does, nobody is told to add it, whether or not the rule applies. */
function isFollowed({ provision, result }: EvaluatedProvision, facts: Facts): boolean {
  return (
    result.truth === 'true' ||
    (provision.type === 'rule' &&
      provision.rule.kind === 'claim-line' &&
      evaluate(provision.rule.requires, facts).truth === 'true')
  )
}

/** A rule that only advises, or does so while it is unknown whether its condition holds. */
function isAdvice({ provision }: EvaluatedProvision, facts: Facts): boolean {
  if (provision.type !== 'rule' || provision.rule.kind !== 'claim-line') return false
  return (
    provision.rule.effect === 'advise' ||
    (provision.rule.whenUnknown === 'advise' && whenOf(provision, facts)?.truth === 'unknown')
  )
}
