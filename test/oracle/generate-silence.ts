// What sets and plans say of their silence, and diagnoses that need a partner: drawn apart, so that the rest of a world does not depend on it.
import type { Expression } from '../../src/decision/shapes/expression.js'
import type {
  Completeness,
  Plan,
  Policy,
  PolicyContent,
  PolicySet,
} from '../../src/decision/shapes/policy.js'
import { chance, pick, seeded, some, type Random } from './random.js'
import { boundaries, diagnosisPatterns } from './vocabulary.js'

const statedKinds = ['frequency', 'units', 'claim-line'] as const

/** The world with declarations of what silence means, tables that sets have, and payers who publish nothing. */
export function withSilence(content: PolicyContent, seed: number): PolicyContent {
  const random = seeded(Math.imul(seed, 1597334677) ^ 0x51ed270b)
  return {
    ...content,
    policySets: content.policySets.map((set) => quietSet(set, content, random)),
    plans: content.plans.map((plan) => quietPlan(plan, random)),
    policies: content.policies.map((policy) => (chance(random, 0.02) ? withPartner(policy, random) : policy)),
  }
}

/** The policy with a diagnosis that must stand beside those that its rules support. */
function withPartner(policy: Policy, random: Random): Policy {
  const partner: Expression = { diagnosis: { codes: [pick(random, diagnosisPatterns)] } }
  return {
    ...policy,
    versions: policy.versions.map((version) => ({
      ...version,
      rules: version.rules.map((rule) =>
        rule.kind === 'diagnosis' && rule.supports !== undefined
          ? { ...rule, supports: { all: [rule.supports, partner] } }
          : rule,
      ),
    })),
  }
}

function quietSet(set: PolicySet, content: PolicyContent, random: Random): PolicySet {
  const { policySetId, completeness } = set
  const tables = [
    ...(content.unitLimits.some((edition) => edition.policySetId === policySetId) && chance(random, 0.4)
      ? ['unit-limits' as const]
      : []),
    ...(content.procedurePairs.some((edition) => edition.policySetId === policySetId) && chance(random, 0.4)
      ? ['procedure-pairs' as const]
      : []),
  ]
  return {
    ...set,
    ...(completeness === undefined
      ? {}
      : { completeness: completeness.flatMap((one) => declarations(one, random)) }),
    ...(tables.length === 0 ? {} : { tables }),
  }
}

/** A declaration, sometimes in two: what its silence means of limits is said apart. */
function declarations(one: Completeness, random: Random): Completeness[] {
  if (!chance(random, 0.4)) return [one]
  const silenceMeans = pick(random, ['no-limit', 'no-limit', 'no-limit-in-document'] as const)
  const isLimit = (kind: string) => kind === 'frequency' || kind === 'units'
  const limits = one.kinds.filter(isLimit)
  const rest = one.kinds.filter((kind) => !isLimit(kind))
  return [
    ...(rest.length === 0 ? [] : [{ ...one, kinds: rest }]),
    ...(limits.length === 0 ? [] : [{ ...one, kinds: limits, silenceMeans }]),
  ]
}

function quietPlan(plan: Plan, random: Random): Plan {
  if (!chance(random, 0.5)) return plan
  const publishesNo = some(random, statedKinds, 1, 3).map((kind) => ({
    kind,
    asOf: chance(random, 0.7) ? '2028-01-01' : pick(random, boundaries),
    how: 'Its pages were looked through.',
  }))
  return { ...plan, publishesNo }
}
