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
import { whyNoRule, whyPassDoesNotCount, type NoRule } from './no-rule.js'

type ClaimLine = LineAnswers['claim-line']

/** The result of one check of the line, by a rule, a table or the rules that every claim is checked by. */
interface Check {
  readonly result: RuleResult
  readonly isConflict: boolean
  readonly finding: FindingVerdict
}

/**
 * Does the line have what a clean claim needs, and does it fit the other lines? The rules and tables of all
 * sets and the rules of every claim apply together. Advice is listed separately.
 */
export function answerClaimLine(applicable: ApplicableRules, facts: Facts, plan: Plan): ClaimLine {
  const evaluated = evaluateApplicable('claim-line', applicable, facts)
  const binding = evaluated.filter((one) => !isAdvice(one, facts))
  const faults = claimFaults(facts, plan).map(checkOfFault)
  const checks = [
    ...binding.map((one): Check => ({
      result: one.result,
      isConflict: isConflict(one),
      finding: findingOf(one),
    })),
    ...faults,
  ]
  const absent = checks.length === 0 ? whyNoRule('claim-line', applicable, facts) : undefined
  const decided = absent === undefined ? statusOf(checks) : notChecked(absent)
  const lacking =
    decided.presses === 'proceed' ? whyPassDoesNotCount('claim-line', applicable, facts) : undefined
  const { answer, missing, presses } = lacking === undefined ? decided : notPassed(lacking)
  return {
    answer,
    missing,
    presses,
    findings: [
      ...evaluated.map((one) => findingOf(one)),
      ...faults.map(({ finding }) => finding),
      ...(absent?.findings ?? []),
    ],
    advice: evaluated.flatMap((one) =>
      isAdvice(one, facts) && !isFollowed(one, facts) ? [adviceOf(one)] : [],
    ),
    checked: {
      claimLine: binding.some(isOfRule),
      ndc: binding.some(({ provision }) => provision.type === 'ndc'),
    },
  }
}

type Decided = Pick<ClaimLine, 'answer' | 'missing' | 'presses'>

function notChecked({ reason }: NoRule): Decided {
  return { answer: { status: 'not-checked', reason }, missing: [], presses: 'proceed' }
}

function notPassed(reason: Reason): Decided {
  return { answer: { status: 'indeterminate', reason }, missing: [], presses: 'indeterminate' }
}

function statusOf(checks: readonly Check[]): Decided {
  const { truth, missing } = allOf(checks.map((one) => one.result))
  const deciding = mostSeriousFirst(checks.filter((one) => one.result.truth === truth))
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

/** The check by a rule that every claim is checked by. It belongs to no policy. */
function checkOfFault({ result, isConflict: conflict, source, section }: ClaimFault): Check {
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

/** Whether a procedure pair fails and no modifier can change it (modifier indicator 0). */
function isConflict({ provision, result }: EvaluatedProvision): boolean {
  return (
    provision.type === 'procedure-pair' && provision.pair.modifierIndicator === 0 && result.truth === 'false'
  )
}

/** Sorts conflicts, which nothing on the line can correct, before the other checks. */
function mostSeriousFirst(checks: readonly Check[]): Check[] {
  return [...checks.filter((one) => one.isConflict), ...checks.filter((one) => !one.isConflict)]
}

/**
 * Whether a rule was evaluated, usable or not. Tables check only pairs and drugs; rules check everything else
 * on the line.
 */
function isOfRule({ provision }: EvaluatedProvision): boolean {
  return provision.type === 'rule' || (provision.type === 'unusable' && provision.rules.length > 0)
}

/**
 * The advice in the words of the policy, both if the item is missing and if it is unknown whether it is
 * there.
 */
function adviceOf({ provision, result }: EvaluatedProvision): Reason {
  return provision.type === 'rule' && provision.rule.kind === 'claim-line'
    ? { code: 'claim-line-incomplete', rule: provision.rule }
    : result.reason
}

/**
 * Whether the line already has what is advised. If so, the advice is left out, even if it is unknown whether
 * the rule applies.
 */
function isFollowed({ provision, result }: EvaluatedProvision, facts: Facts): boolean {
  return (
    result.truth === 'true' ||
    (provision.type === 'rule' &&
      provision.rule.kind === 'claim-line' &&
      evaluate(provision.rule.requires, facts).truth === 'true')
  )
}

/** Whether a rule only advises, always or while it is unknown whether its condition holds. */
function isAdvice({ provision }: EvaluatedProvision, facts: Facts): boolean {
  if (provision.type !== 'rule' || provision.rule.kind !== 'claim-line') return false
  return (
    provision.rule.effect === 'advise' ||
    (provision.rule.whenUnknown === 'advise' && whenOf(provision, facts)?.truth === 'unknown')
  )
}
