import { citeProvision } from '../explain/citation.js'
import { displayDiagnosis } from '../shapes/codes.js'
import { evaluate } from '../conditions/evaluate.js'
import type { DiagnosisFacts, Finding } from '../shapes/finding.js'
import type { Question } from '../shapes/statuses.js'
import type { Facts } from '../facts/facts.js'
import type { PolicySet } from '../shapes/policy.js'
import type { DecidedKind } from '../shapes/rule-kinds.js'
import { memoize } from '../memoize.js'
import { evaluators } from '../rules/index.js'
import { evaluateNdc } from '../rules/ndc.js'
import { evaluateProcedurePair } from '../rules/procedure-pairs.js'
import { scopeUnknown, saying, type RuleResult } from '../rules/result.js'
import { evaluateUnits } from '../rules/units.js'
import type { ApplicableRules } from '../applicable/applicable-rules.js'
import { union, unknown, usedBy, type Evaluated } from '../shapes/truth.js'
import type { Provision, ProvisionOf } from '../applicable/provision.js'
import { documentName } from '../explain/wording.js'

/** What a provision said of the line, in the set it belongs to. */
export interface EvaluatedProvision<R extends RuleResult = RuleResult> {
  readonly provision: Provision
  readonly set: PolicySet
  readonly result: R
}

/** Hears every speaker on a kind: rules whose condition is false are left out, missingScope makes unknown, a secondary source alone never passes. */
export function evaluateApplicable(
  kind: DecidedKind,
  applicable: ApplicableRules,
  facts: Facts,
): EvaluatedProvision[] {
  const evaluated: EvaluatedProvision[] = []
  for (const { set, provisions } of applicable.setsFor(kind)) {
    for (const provision of provisions) {
      const result = resultOf(provision, facts)
      if (result !== undefined) evaluated.push({ provision, set, result })
    }
  }
  return kind === 'documentation' || kind === 'claim-line' ? evaluated : discountSecondary(evaluated)
}

function resultOf(provision: Provision, facts: Facts): RuleResult | undefined {
  if (provision.type === 'unusable')
    return provision.missingScope === undefined
      ? unusable(provision)
      : { ...unusable(provision), missing: provision.missingScope }
  if (provision.type === 'unit-limit') return withScope(provision, evaluateUnits(provision.row, facts))
  if (provision.type === 'procedure-pair') return withScope(provision, evaluateProcedurePair(provision))
  if (provision.type === 'ndc') return withScope(provision, evaluateNdc(provision, facts))
  const when = whenOf(provision, facts)
  if (when?.truth === 'false') return undefined
  const result = evaluateRule(provision, facts)
  const withCondition = when === undefined ? result : { ...result, used: usedBy([when, result]) }
  return withScope(provision, withCondition, when?.truth === 'unknown' ? when.missing : undefined)
}

/** The condition of a rule provision, evaluated; undefined where it has none. */
export function whenOf(provision: ProvisionOf<'rule'>, facts: Facts): Evaluated | undefined {
  return provision.rule.when === undefined ? undefined : evaluate(provision.rule.when, facts)
}

function evaluateRule<V extends ProvisionOf<'rule'>>({ rule, origin }: V, facts: Facts): RuleResult {
  // The table is exhaustive by its type; TypeScript cannot pair a union's kind with its evaluator by itself.
  const evaluateKind = evaluators[rule.kind] as (
    body: typeof rule,
    facts: Facts,
    origin: V['origin'],
  ) => RuleResult
  return evaluateKind(rule, facts, origin)
}

function withScope(provision: Provision, result: RuleResult, missing?: readonly string[]): RuleResult {
  return provision.missingScope === undefined && missing === undefined
    ? result
    : scopeUnknown(result, union(provision.missingScope ?? [], missing ?? []))
}

/** Why a text cannot be used: it is too old for the date, or the version of that date is not held. */
export function unusable({ reasonCode, origin }: ProvisionOf<'unusable'>): RuleResult {
  const document = documentName(origin.source)
  const reasons = {
    'policy-stale': `What we hold of ${document} may not be used after ${origin.source.usableThrough ?? ''}; it may have changed since.`,
    'version-not-held': `The version of this document in force on that date is not held; ours is ${document}, from ${origin.from}.`,
    'claim-type-not-given': `${document} has a table for each kind of claim, and the kind is not given.`,
  }
  return saying(unknown([], [], reasonCode), reasonCode, reasons[reasonCode])
}

function discountSecondary(evaluated: readonly EvaluatedProvision[]): EvaluatedProvision[] {
  const backed = evaluated.some(
    ({ provision, result }) => result.truth === 'true' && provision.origin.source.grade !== 'secondary',
  )
  return evaluated.map((one) =>
    one.result.truth !== 'true' || backed || one.provision.origin.source.grade !== 'secondary'
      ? one
      : { ...one, result: secondaryOnly(one.result) },
  )
}

/** A pass that rests on a secondary source alone: shown, but not taken for an answer. */
export function secondaryOnly<R extends RuleResult>(result: R): R {
  return {
    ...result,
    truth: 'unknown',
    missing: [],
    reasonCode: 'secondary-source-only',
    reason: `${result.reason} But this was read in a secondary source only; confirm it with the payer.`,
  }
}

const outcomeOf = { true: 'met', false: 'not-met' } as const

/** A finding while it is being put together. Fields are set one by one: this runs for every rule of every line, and spreading is slow. */
type Draft = { -readonly [K in keyof Finding]?: Finding[K] }

/** The finding for what was evaluated. */
export function findingOf(
  question: Question,
  { provision, result }: EvaluatedProvision,
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
