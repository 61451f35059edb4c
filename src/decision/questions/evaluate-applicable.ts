import { evaluate } from '../conditions/evaluate.js'
import type { Facts } from '../facts/facts.js'
import type { PolicySet } from '../shapes/policy.js'
import type { Rule, RuleOfKind } from '../shapes/rule.js'
import type { DecidedKind } from '../shapes/rule-kinds.js'
import { evaluators } from '../rules/index.js'
import { evaluateNdc } from '../rules/ndc.js'
import { evaluateProcedurePair } from '../rules/procedure-pairs.js'
import { saying, type PlainResult, type ResultOf, type RuleResult } from '../rules/result.js'
import { evaluateUnits } from '../rules/units.js'
import type { ApplicableRules } from '../applicable/applicable-rules.js'
import { unknown, usedBy, type Evaluated } from '../shapes/truth.js'
import type { Provision, ProvisionOf } from '../applicable/provision.js'
import { standsFor } from '../applicable/provisions-of-set.js'
import { kinds } from './kinds.js'
import type { ResultForm } from './result-forms.js'

/** A provision with its result for the line and the policy set that it belongs to. */
export interface EvaluatedProvision<R extends RuleResult = RuleResult> {
  readonly provision: Provision
  readonly set: PolicySet
  readonly result: R
}

/**
 * Evaluates every applicable provision of a kind: rules, table rows and texts that cannot be used. A rule
 * whose condition is false is left out, or silent for some kinds. A provision that may not apply is unknown.
 * A secondary source alone never passes.
 */
export function evaluateApplicable<K extends DecidedKind>(
  kind: K,
  applicable: ApplicableRules,
  facts: Facts,
): Array<EvaluatedProvision<ResultOf<K>>> {
  const { form, passesOnSecondary } = kinds[kind]
  const evaluated: Array<EvaluatedProvision<ResultOf<K>>> = []
  for (const { set, provisions, isDoubtful } of applicable.setsFor(kind)) {
    for (const provision of provisions) {
      const result =
        isDoubtful === true ? doubtfulResultOf(kind, provision, facts) : resultOf(kind, provision, facts)
      if (result !== undefined) evaluated.push({ provision, set, result })
    }
  }
  return passesOnSecondary ? evaluated : withoutSecondaryPass(evaluated, form)
}

function resultOf<K extends DecidedKind>(
  kind: K,
  provision: Provision,
  facts: Facts,
): ResultOf<K> | undefined {
  const form: ResultForm<ResultOf<K>> = kinds[kind].form
  const { missingScope: scope } = provision
  if (provision.type === 'unusable') return form.ofUnusable(unusable(provision), scope)
  if (provision.type !== 'rule') {
    const row = form.ofPlain(evaluateRow(provision, facts))
    return scope === undefined ? row : form.mayApply(row, { scope })
  }
  const when = whenOf(provision, facts)
  if (when?.truth === 'false') return form.ofUnmetCondition(when.used)
  const body = evaluateRule(kind, provision, facts)
  const result = when === undefined ? body : { ...body, used: usedBy([when, body]) }
  const condition = when?.truth === 'unknown' ? when.missing : undefined
  if (scope === undefined && condition === undefined) return result
  return form.mayApply(result, { scope, condition })
}

/** The result of a provision that may not apply: a doubt where it would stop the line, else none. */
function doubtfulResultOf<K extends DecidedKind>(
  kind: K,
  provision: Provision,
  facts: Facts,
): ResultOf<K> | undefined {
  const isRuleOrText =
    provision.type === 'rule' || (provision.type === 'unusable' && provision.rules.length > 0)
  if (isRuleOrText && !standsFor(provision, mayStop)) return undefined
  const form: ResultForm<ResultOf<K>> = kinds[kind].form
  const result = resultOf(kind, provision, facts)
  if (result === undefined || form.passes(result) || form.isSilent(result)) return undefined
  const isDoubt = result.truth === 'unknown' && result.type !== 'reach'
  return isDoubt ? result : form.mayApply(result, { scope: [] })
}

function mayStop(rule: Rule): boolean {
  if (rule.kind === 'claim-line') return rule.effect !== 'advise'
  return (
    rule.kind !== 'documentation' || rule.purpose === 'decides-necessity' || rule.purpose === 'with-claim'
  )
}

function evaluateRow(
  provision: ProvisionOf<'unit-limit' | 'procedure-pair' | 'ndc'>,
  facts: Facts,
): PlainResult {
  if (provision.type === 'unit-limit') return evaluateUnits(provision.row, facts)
  return provision.type === 'ndc' ? evaluateNdc(provision, facts) : evaluateProcedurePair(provision)
}

/** The condition of a rule provision, evaluated; undefined where it has none. */
export function whenOf(provision: ProvisionOf<'rule'>, facts: Facts): Evaluated | undefined {
  return provision.rule.when === undefined ? undefined : evaluate(provision.rule.when, facts)
}

function evaluateRule<K extends DecidedKind>(
  kind: K,
  { rule, origin }: ProvisionOf<'rule'>,
  facts: Facts,
): ResultOf<K> {
  if (rule.kind === 'review') return kinds[kind].form.ofPlain(evaluators.review(rule, facts, origin))
  // A provision is listed under the kind of its rule (`kindDecidedBy`), which TypeScript cannot infer.
  return evaluators[kind](rule as RuleOfKind<K>, facts, origin)
}

/**
 * The result for a text that cannot be used: it is too old for the date, its version of that date is not
 * loaded, or the claim type is missing.
 */
export function unusable({ reasonCode, origin }: ProvisionOf<'unusable'>): PlainResult {
  const { source, from } = origin
  const code = reasonCode === 'claim-type-not-given' ? 'claim-type-not-given/table' : reasonCode
  return saying(unknown([], [], reasonCode), { code, source, from })
}

/** Makes passes by secondary sources unknown, unless a better source passes the line too. */
function withoutSecondaryPass<R extends RuleResult>(
  evaluated: ReadonlyArray<EvaluatedProvision<R>>,
  { mayPass, passes, secondaryOnly }: ResultForm<R>,
): Array<EvaluatedProvision<R>> {
  const isSecondary = ({ provision }: EvaluatedProvision<R>): boolean =>
    provision.origin.source.grade === 'secondary'
  const isBacked = evaluated.some((one) => !isSecondary(one) && passes(one.result))
  return evaluated.map((one) =>
    !isBacked && isSecondary(one) && mayPass(one.result)
      ? { ...one, result: secondaryOnly(one.result) }
      : one,
  )
}
