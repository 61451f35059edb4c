import type { Policy } from '../../decision/shapes/policy.js'
import { mergedByKey, type PolicyCounts, type PolicyList } from './policy-list.js'

const idOf = ({ policyId }: Policy): string => policyId

/**
 * Two lists as one, such as the public policies and a tenant's own. Where both have an id,
 * decisions use both policies, and a read by id returns the second.
 */
export class MergedPolicies implements PolicyList {
  readonly #first: PolicyList
  readonly #second: PolicyList

  constructor(first: PolicyList, second: PolicyList) {
    this.#first = first
    this.#second = second
  }

  get counts(): PolicyCounts {
    const [a, b] = [this.#first.counts, this.#second.counts]
    return {
      policies: a.policies + b.policies,
      policyVersions: a.policyVersions + b.policyVersions,
      rules: a.rules + b.rules,
      packedBytes: a.packedBytes + b.packedBytes,
    }
  }

  [Symbol.iterator](): Iterator<Policy> {
    return mergedByKey(this.#first, this.#second, idOf)
  }

  naming(policySetId: string, code: string): readonly Policy[] {
    const [first, second] = [this.#first.naming(policySetId, code), this.#second.naming(policySetId, code)]
    return second.length === 0 ? first : first.length === 0 ? second : [...mergedByKey(first, second, idOf)]
  }

  byId(policyId: string): Policy | undefined {
    return this.#second.byId(policyId) ?? this.#first.byId(policyId)
  }

  after(policyId: string | undefined): Iterable<Policy> {
    return {
      [Symbol.iterator]: () => mergedByKey(this.#first.after(policyId), this.#second.after(policyId), idOf),
    }
  }

  /** Changes the second list only: a tenant cannot change the first. */
  changed(changes: ReadonlyMap<string, Policy | undefined>): PolicyList {
    return new MergedPolicies(this.#first, this.#second.changed(changes))
  }
}
