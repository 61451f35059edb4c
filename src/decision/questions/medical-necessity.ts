import type { Reason } from '../reasons/reason.js'
import type { LineAnswers } from '../verdict/verdict.js'
import type { Facts } from '../facts/facts.js'
import type { ExclusionBasis } from '../shapes/rule.js'
import type { ApplicableRules } from '../applicable/applicable-rules.js'
import { allOf, union, unknown, type Evaluated } from '../shapes/truth.js'
import { decidesNecessity, standsFor } from '../applicable/provisions-of-set.js'
import { pressOfUnknown } from '../verdict/answered.js'
import { evaluateApplicable, type EvaluatedProvision } from './evaluate-applicable.js'
import { findingOf, unknownOutcome } from './finding-of.js'
import { whyNoRule, whyPassDoesNotCount, type NoRule } from './no-rule.js'

/** One part of the decision on medical necessity, with its reason. */
interface Part {
  readonly result: Evaluated
  readonly reason: Reason
  readonly basis?: ExclusionBasis
}

type MedicalNecessity = LineAnswers['medical-necessity']

/**
 * Is the service medically necessary by policy? A Kleene AND of exclusions, diagnosis rules and the
 * documentation rules that decide necessity.
 */
export function answerMedicalNecessity(
  applicable: ApplicableRules,
  facts: Facts,
  documentation = evaluateApplicable('documentation', applicable, facts),
): MedicalNecessity {
  const exclusions = evaluateApplicable('coverage-exclusion', applicable, facts)
  const diagnoses = evaluateApplicable('diagnosis', applicable, facts)
  const documents = documentation.filter(({ provision }) => standsFor(provision, decidesNecessity))
  const absent = diagnoses.length === 0 ? whyNoRule('diagnosis', applicable, facts) : undefined
  const parts = [
    ...exclusions.map(partOf),
    absent === undefined ? diagnosisPart(diagnoses) : partWithoutRule(absent),
    ...documents.map(partOf),
    ...withoutSet(applicable, facts),
  ]
  const findings = [
    ...[...exclusions, ...diagnoses, ...documents].map((one) => findingOf(one, 'medical-necessity')),
    ...(absent?.findings ?? []),
  ]
  const whole = allOf(parts.map((part) => part.result))
  const open = parts.filter((part) => part.result.truth === 'unknown')
  const deciding = parts.find((part) => part.result.truth === whole.truth) ?? noRules
  const { reason } = deciding
  const objections = union(
    parts
      .filter((part) => part.result.truth === 'false')
      .map(({ basis = 'reasonable-and-necessary' }) => basis),
  )
  if (whole.truth === 'true')
    return { answer: { status: 'met', reason }, missing: [], findings, presses: 'proceed', objections }
  if (whole.truth === 'false')
    return {
      answer: { status: 'not-met', reason },
      missing: [],
      findings,
      presses: 'expect-denial',
      objections,
    }
  const curable = open.every((part) => part.result.missing.length > 0)
  const status = curable ? unknownOutcome(whole.missing) : 'indeterminate'
  return {
    answer: { status, reason },
    missing: whole.missing,
    findings,
    presses: pressOfUnknown(whole.missing),
    objections,
  }
}

const noRules: Part = {
  result: unknown([]),
  reason: { code: 'rule-not-loaded/diagnosis' },
}

/** The unknown part of a set that is not loaded. */
function withoutSet(applicable: ApplicableRules, facts: Facts): Part[] {
  const reason = whyPassDoesNotCount('diagnosis', applicable, facts)
  return reason === undefined ? [] : [{ result: unknown([]), reason }]
}

/** The part of the diagnoses where no rule names any: never a pass. */
function partWithoutRule({ reason, missing }: NoRule): Part {
  return { result: unknown(missing), reason }
}

/** The part of one exclusion or one documentation rule. */
function partOf({ provision, result }: EvaluatedProvision): Part {
  const basis =
    provision.type === 'rule' && provision.rule.kind === 'coverage-exclusion'
      ? { basis: provision.rule.basis }
      : {}
  return { result, reason: result.reason, ...basis }
}

function reasonOf(evaluated: readonly EvaluatedProvision[], { truth }: Evaluated): Reason {
  const deciding = evaluated.find((one) => one.result.truth === truth) ?? evaluated[0]
  return deciding?.result.reason ?? noRules.reason
}

/**
 * The part of all diagnosis rules: AND within a policy, agreement between the policies of a set, AND over the
 * sets that apply.
 */
function diagnosisPart(evaluated: readonly EvaluatedProvision[]): Part {
  const sets = union(evaluated.map((one) => one.provision.origin.policySetId)).map((id) =>
    agreement(evaluated.filter((one) => one.provision.origin.policySetId === id)),
  )
  const result = allOf(sets.map((set) => set.result))
  const deciding = sets.find((set) => set.result.truth === result.truth) ?? noRules
  return { result, reason: deciding.reason }
}

function agreement(evaluated: readonly EvaluatedProvision[]): Part {
  const policies = union(evaluated.map((one) => one.provision.origin.policyId)).map((id) => {
    const own = evaluated.filter((one) => one.provision.origin.policyId === id)
    return { own, result: allOf(own.map((one) => one.result)) }
  })
  const truths = union(policies.map((policy) => policy.result.truth))
  if (truths.includes('true') && truths.includes('false')) {
    const sides = policies.map(({ own, result }) => reasonOf(own, result))
    return { result: unknown([]), reason: { code: 'policies-disagree', sides } }
  }
  const result: Evaluated =
    truths.length === 1
      ? allOf(policies.map((policy) => policy.result))
      : unknown(union(...policies.map((policy) => policy.result.missing)))
  return { result, reason: reasonOf(evaluated, result) }
}
