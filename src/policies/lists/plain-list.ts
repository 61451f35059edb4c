import { inProcedures } from '../../decision/shapes/codes.js'
import type { Policy } from '../../decision/shapes/policy.js'
import { inFixedOrder, proceduresOf } from './fixed-order.js'
import { firstNotBefore } from '../../decision/sorted.js'
import { byText, type PolicyCounts, type PolicyList } from './policy-list.js'

/** A policy in the form for decisions, with the codes and ranges that it names. */
interface Indexed {
  readonly policy: Policy
  readonly codes: readonly string[]
  readonly ranges: readonly string[]
}

const known = new WeakMap<Policy, Indexed>()

function indexed(policy: Policy): Indexed {
  const before = known.get(policy)
  if (before !== undefined) return before
  const entries = proceduresOf(policy)
  const made = {
    policy: inFixedOrder(policy),
    codes: entries.filter((entry) => !entry.includes('-')),
    ranges: entries.filter((entry) => entry.includes('-')),
  }
  known.set(policy, made)
  return made
}

type Naming = (code: string) => readonly Policy[]

/**
 * Policies stored as objects: for some thousands of them, or for recent changes over a packed list.
 */
export class PlainPolicies implements PolicyList {
  readonly #policies: readonly Policy[]
  readonly #byId: ReadonlyMap<string, Policy>
  readonly #bySet: ReadonlyMap<string, Naming>
  readonly counts: PolicyCounts

  constructor(policies: readonly Policy[]) {
    this.#policies = [...policies].sort((a, b) => byText(a.policyId, b.policyId))
    this.#byId = new Map(this.#policies.map((policy) => [policy.policyId, policy]))
    this.#bySet = indexBySet(this.#policies)
    const versions = this.#policies.flatMap((policy) => policy.versions)
    this.counts = {
      policies: this.#policies.length,
      policyVersions: versions.length,
      rules: versions.reduce((sum, { rules }) => sum + rules.length, 0),
      packedBytes: 0,
    }
  }

  [Symbol.iterator](): Iterator<Policy> {
    return this.#policies[Symbol.iterator]()
  }

  naming(policySetId: string, code: string): readonly Policy[] {
    return this.#bySet.get(policySetId)?.(code) ?? []
  }

  byId(policyId: string): Policy | undefined {
    return this.#byId.get(policyId)
  }

  after(policyId: string | undefined): Iterable<Policy> {
    return policyId === undefined
      ? this.#policies
      : this.#policies.slice(
          firstNotBefore(this.#policies.length, (at) => this.#policies[at]!.policyId <= policyId),
        )
  }

  changed(changes: ReadonlyMap<string, Policy | undefined>): PlainPolicies {
    return new PlainPolicies([
      ...this.#policies.filter(({ policyId }) => !changes.has(policyId)),
      ...[...changes.values()].flatMap((policy) => policy ?? []),
    ])
  }
}

function indexBySet(policies: readonly Policy[]): Map<string, Naming> {
  const sets = new Map<string, Policy[]>()
  for (const policy of policies) {
    const ofSet = sets.get(policy.policySetId)
    if (ofSet === undefined) sets.set(policy.policySetId, [policy])
    else ofSet.push(policy)
  }
  return new Map([...sets].map(([policySetId, ofSet]) => [policySetId, indexPolicies(ofSet)]))
}

/**
 * Indexes policies by procedure code. Ranges are stored separately and compared with each code, so that
 * looking up an unknown code adds no entry.
 */
function indexPolicies(policies: readonly Policy[]): Naming {
  const ordered = policies.map(indexed)
  const exact = new Map<string, number[]>()
  const ranged: Array<{ readonly at: number; readonly ranges: readonly string[] }> = []
  ordered.forEach(({ codes, ranges }, at) => {
    if (ranges.length > 0) ranged.push({ at, ranges })
    for (const code of codes) {
      const places = exact.get(code)
      if (places === undefined) exact.set(code, [at])
      else places.push(at)
    }
  })
  return (code) => {
    const named = exact.get(code) ?? []
    const inRanges = ranged.filter(({ ranges }) => inProcedures(code, ranges)).map(({ at }) => at)
    const found = inRanges.length === 0 ? named : [...new Set([...named, ...inRanges])].sort((a, b) => a - b)
    return found.map((at) => ordered[at]!.policy)
  }
}

const lists = new WeakMap<readonly Policy[], PlainPolicies>()

/** The list of these policies; the same list for the same array. */
export function listOf(policies: readonly Policy[] | PolicyList): PolicyList {
  if (!Array.isArray(policies)) return policies as PolicyList
  const before = lists.get(policies)
  if (before !== undefined) return before
  const list = new PlainPolicies(policies)
  lists.set(policies, list)
  return list
}
