import { withCodeSetNames } from '../../decision/conditions/walk.js'
import type { CodeSet, Policy, PolicyContent, PolicySet } from '../../decision/shapes/policy.js'

/** A content whose policies are stored in the form `Policies`. */
export type ContentOf<Policies> = Omit<PolicyContent, 'policies'> & { readonly policies: Policies }

/**
 * Operations on policies in any form: merge two collections in the order of their ids, and map each
 * policy.
 */
export interface PolicyOperations<Policies> {
  readonly isEmpty: (policies: Policies) => boolean
  readonly together: (base: Policies, own: Policies) => Policies
  readonly map: (policies: Policies, change: (policy: Policy) => Policy) => Policies
}

const asArrays: PolicyOperations<Policy[]> = {
  isEmpty: (policies) => policies.length === 0,
  together: (base, own) => together(base, own, ({ policyId }) => policyId),
  map: (policies, change) => policies.map(change),
}

/**
 * The public and own parts of a tenant's view, for code that compiles the public part once for all
 * tenants.
 */
export interface Layers<Policies> {
  readonly base: ContentOf<Policies>
  readonly own: ContentOf<Policies>
}

const layers = new WeakMap<object, Layers<unknown>>()

/** The parts of a content that `laidOver` made; undefined for any other. */
export function layersOf<Policies>(content: ContentOf<Policies>): Layers<Policies> | undefined {
  return layers.get(content) as Layers<Policies> | undefined
}

/**
 * A tenant's view: public content with the tenant's own over it; the public content itself where
 * the tenant has none.
 *
 * No tenant publishes under a public id, but public policy can take the id later. Then a payer or
 * plan of the tenant replaces the public one. Policies of the same id apply both, each in its set,
 * the public one first: without one of them its rules would be lost. Sets are referred to by name,
 * so the tenant's own sets get other names, and no rule reads the other's list.
 */
export function laidOver(base: PolicyContent, published: PolicyContent): PolicyContent {
  return laidOverAs(asArrays, base, published)
}

/** Overlays content as `laidOver` does, for policies in any form. */
export function laidOverAs<Policies>(
  operations: PolicyOperations<Policies>,
  base: ContentOf<Policies>,
  published: ContentOf<Policies>,
): ContentOf<Policies> {
  const { policies: its, ...rest } = published
  if (operations.isEmpty(its) && Object.values(rest).every((family) => family.length === 0)) return base
  const own = withOwnNames(operations, base, published)
  const content: ContentOf<Policies> = {
    payers: preferred(base.payers, own.payers, ({ payerId }) => payerId),
    plans: preferred(base.plans, own.plans, ({ planId }) => planId),
    policySets: together(base.policySets, own.policySets, ({ policySetId }) => policySetId),
    policies: operations.together(base.policies, own.policies),
    codeSets: together(base.codeSets, own.codeSets, ({ codeSetId }) => codeSetId),
    // Editions of a tenant are in policy sets of its own, so merging does not change their order.
    unitLimits: together(base.unitLimits, own.unitLimits, ({ policySetId }) => policySetId),
    procedurePairs: together(base.procedurePairs, own.procedurePairs, ({ policySetId }) => policySetId),
    ndcEditions: together(base.ndcEditions, own.ndcEditions, ({ policySetId }) => policySetId),
    codeTables: base.codeTables,
  }
  layers.set(content, { base, own })
  return content
}

function together<T>(base: readonly T[], own: readonly T[], idOf: (one: T) => string): T[] {
  return [...base, ...own].sort((a, b) => (idOf(a) < idOf(b) ? -1 : idOf(a) > idOf(b) ? 1 : 0))
}

function preferred<T>(base: readonly T[], own: readonly T[], idOf: (one: T) => string): T[] {
  const ids = new Set(own.map(idOf))
  return together(
    base.filter((one) => !ids.has(idOf(one))),
    own,
    idOf,
  )
}

/** The tenant's own content. Each set whose name public policy has too gets another name. */
function withOwnNames<Policies>(
  operations: PolicyOperations<Policies>,
  base: ContentOf<Policies>,
  own: ContentOf<Policies>,
): ContentOf<Policies> {
  const sets = renamed(
    own.policySets.map(({ policySetId }: PolicySet) => policySetId),
    base.policySets.map(({ policySetId }: PolicySet) => policySetId),
  )
  const codeSets = renamed(
    own.codeSets.map(({ codeSetId }: CodeSet) => codeSetId),
    base.codeSets.map(({ codeSetId }: CodeSet) => codeSetId),
  )
  if (sets.size + codeSets.size === 0) return own
  const inSet = <T extends { readonly policySetId: string }>(one: T): T =>
    sets.has(one.policySetId) ? { ...one, policySetId: sets.get(one.policySetId) ?? '' } : one
  return {
    ...own,
    plans: own.plans.map((plan) => ({ ...plan, follows: plan.follows.map(inSet) })),
    policySets: own.policySets.map(inSet),
    policies: operations.map(own.policies, (policy) =>
      inSet(codeSets.size === 0 ? policy : withCodeSets(policy, codeSets)),
    ),
    codeSets: own.codeSets.map((set) => ({
      ...set,
      codeSetId: codeSets.get(set.codeSetId) ?? set.codeSetId,
    })),
    unitLimits: own.unitLimits.map(inSet),
    procedurePairs: own.procedurePairs.map(inSet),
    ndcEditions: own.ndcEditions.map(inSet),
  }
}

/**
 * New names for the tenant's ids that public policy has too: `own.<id>`, or `own:<id>` where that
 * id is taken. No identifier has a colon. Names of code sets may be any text, so they get further
 * colons until the name is free.
 */
function renamed(own: readonly string[], base: readonly string[]): ReadonlyMap<string, string> {
  const isPublic = new Set(base)
  const taken = new Set([...base, ...own])
  const names = new Map<string, string>()
  for (const id of own) {
    if (!isPublic.has(id)) continue
    let name = `own.${id}`
    for (let colons = ':'; taken.has(name); colons += ':') name = `own${colons}${id}`
    taken.add(name)
    names.set(id, name)
  }
  return names
}

/** A policy whose rules refer to code sets by their new names. */
function withCodeSets(policy: Policy, names: ReadonlyMap<string, string>): Policy {
  const nameOf = (codeSetId: string): string => names.get(codeSetId) ?? codeSetId
  return {
    ...policy,
    versions: policy.versions.map((version) => ({
      ...version,
      rules: version.rules.map((rule) => withCodeSetNames(rule, nameOf)),
    })),
  }
}
