import type { ApplicableRules } from '../applicable/applicable-rules.js'
import type { Declared } from '../applicable/completeness.js'
import { tableNotLoaded } from '../applicable/table-not-loaded.js'
import type { Facts } from '../facts/facts.js'
import type { KindWithoutRule, NoRuleReason } from '../reasons/no-rule.js'
import type { Reason } from '../reasons/reason.js'
import type { DecidedKind } from '../shapes/rule-kinds.js'
import { addDays, addMonths } from '../shapes/plain-date.js'
import { union } from '../shapes/truth.js'
import type { FindingVerdict } from '../verdict/finding.js'

/** What the absence of every rule of a kind means for a line. */
export interface NoRule {
  /** `no-limit` only where the publisher states that there is none; `open` otherwise. */
  readonly means: 'open' | 'no-limit'
  readonly reason: Reason
  readonly missing: readonly string[]
  readonly findings: readonly FindingVerdict[]
}

/** How long it holds that a payer publishes nothing, from the day on which it was looked for. */
const monthsOfStatement = 12

/**
 * Why no rule of a kind decides: a set is not loaded, a declaration of completeness has run out, every source
 * is loaded and silent, or the payer publishes nothing on it. Silence is an answer only where somebody
 * declares that nothing is missing (docs/use/how-it-decides.md §6).
 */
export function whyNoRule(kind: KindWithoutRule, applicable: ApplicableRules, facts: Facts): NoRule {
  const { setCount, notLoaded, truth, missing, declarations, lapsed } = applicable.completenessOfAll(kind)
  if (notLoaded.length > 0) return open({ code: 'rule-not-loaded/set', kind, notLoaded })
  const lacking = whyPassDoesNotCount(kind, applicable, facts)
  if (lacking !== undefined) return open(lacking)
  if (setCount === 0) return open(ofPayer(kind, applicable, facts))
  const [ran] = lapsed
  if (truth === 'false' && ran !== undefined) {
    const { date } = facts.line
    const { source, from, to } = ran
    return open({
      code: date < from ? 'version-not-held/declaration' : 'policy-stale/declaration',
      kind,
      source,
      from,
      until: source.usableThrough ?? (to === undefined ? undefined : addDays(to, -1)),
      date,
    })
  }
  // A rule for other cases may stand in the way of a set of lower precedence that has one for this case.
  if (truth !== 'true' || applicable.setsFor(kind).length > 0)
    return { ...open({ code: `rule-not-loaded/${kind}` }), missing: truth === 'unknown' ? missing : [] }
  return ofDeclarations(kind, declarations)
}

// Medical necessity rests on exclusions and on the record too.
const kindsBehind: Record<KindWithoutRule | 'authorization', readonly DecidedKind[]> = {
  authorization: ['prior-authorization'],
  diagnosis: ['coverage-exclusion', 'diagnosis', 'documentation'],
  frequency: ['frequency'],
  units: ['units'],
  'claim-line': ['claim-line'],
}

/**
 * Why a pass on a kind does not count: a binding or governing set of the plan, or a table that decides the
 * line, is not loaded and may say otherwise. Undefined where everything is loaded.
 */
export function whyPassDoesNotCount(
  kind: KindWithoutRule | 'authorization',
  applicable: ApplicableRules,
  facts: Facts,
): Reason | undefined {
  const notLoaded = union(...kindsBehind[kind].map((one) => setsNotLoaded(one, applicable)))
  if (notLoaded.length > 0) return { code: 'rule-not-loaded/set', kind, notLoaded }
  const set = kind === 'units' || kind === 'claim-line' ? tableNotLoaded(kind, applicable, facts) : undefined
  return set === undefined ? undefined : { code: 'rule-not-loaded/table', set, date: facts.line.date }
}

/**
 * The sets of a plan that are not loaded and could decide a kind: binding and governing ones, and fallback
 * ones where no governing set has a rule.
 */
export function setsNotLoaded(kind: DecidedKind, applicable: ApplicableRules): readonly string[] {
  const isGoverned = applicable.setsFor(kind).some(({ role }) => role === 'governing')
  return (isGoverned ? applicable.completeness(kind) : applicable.completenessOfAll(kind)).notLoaded
}

function open(reason: Reason): NoRule {
  return { means: 'open', reason, missing: [], findings: [] }
}

/** What the plan says of a kind on which none of its sets has documents. */
function ofPayer(kind: KindWithoutRule, { plan }: ApplicableRules, { line: { date } }: Facts): Reason {
  const statement = (plan.publishesNo ?? []).find((one) => one.kind === kind)
  if (statement === undefined) return { code: `rule-not-loaded/${kind}` }
  const until = addMonths(statement.asOf, monthsOfStatement)
  const from = addMonths(statement.asOf, -monthsOfStatement)
  return from <= date && date <= until
    ? { code: 'no-rule-published/payer', statement }
    : { code: 'policy-stale/payer', statement, until }
}

function ofDeclarations(kind: KindWithoutRule, declared: readonly Declared[]): NoRule {
  const declarations = declared.map(({ declaration }) => declaration)
  const [first] = declarations
  const isStated = declarations.every(({ silenceMeans }) => silenceMeans === 'no-limit')
  if (isStated && first !== undefined) {
    const reason: NoRuleReason = { code: 'no-limit-stated', kind, declaration: first }
    return { means: 'no-limit', reason, missing: [], findings: findingsOf(kind, 'met', reason, declared) }
  }
  const isOfDocument = declarations.some(({ silenceMeans }) => silenceMeans === 'no-limit-in-document')
  const reason: NoRuleReason = {
    code: isOfDocument ? 'no-limit-in-document' : 'no-rule-published',
    kind,
    declarations,
  }
  return {
    means: 'open',
    reason,
    missing: [],
    findings: findingsOf(kind, 'indeterminate', reason, declared),
  }
}

const questionOf = {
  diagnosis: 'medical-necessity',
  frequency: 'frequency',
  units: 'units',
  'claim-line': 'claim-line',
} as const

function findingsOf(
  kind: KindWithoutRule,
  outcome: FindingVerdict['outcome'],
  reason: Reason,
  declared: readonly Declared[],
): FindingVerdict[] {
  return declared.map(({ set, declaration }) => ({
    question: questionOf[kind],
    outcome,
    reason,
    used: [],
    ground: { type: 'declaration', policySetId: set.policySetId, declaration },
  }))
}
