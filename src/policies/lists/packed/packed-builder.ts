import type { Policy } from '../../../decision/shapes/policy.js'
import { proceduresOf } from '../fixed-order.js'
import { CodeIndex } from './code-index.js'
import { GrowingArray } from './growing-array.js'
import { TimeSlice } from '../time-slice.js'
import { PackedPolicies } from './packed-policies.js'
import { Packing } from './packing.js'

/**
 * Packs policies that come in the order of their ids. Policies of an earlier list are reused
 * without being unpacked.
 */
export class PackedBuilder {
  readonly packing: Packing
  readonly #addresses = new GrowingArray()
  readonly #setOf = new GrowingArray()
  readonly #listOf = new GrowingArray()
  #policyVersions = 0
  #rules = 0

  constructor(packing = new Packing()) {
    this.packing = packing
  }

  /**
   * Adds a policy, in the order of ids. Rules that come from the dictionary are written as a
   * number.
   */
  add(policy: Policy): void {
    const { encoder, records, codeLists } = this.packing
    this.#addresses.push(records.add(encoder.record(policy.policyId, policy)))
    this.#setOf.push(this.packing.addSet(policy.policySetId))
    this.#listOf.push(codeLists.add(proceduresOf(policy)))
    this.#policyVersions += policy.versions.length
    for (const { rules } of policy.versions) this.#rules += rules.length
  }

  /**
   * Adds a policy whose rules do not come from the dictionary. If the same rules come again, they are
   * shared.
   */
  addForeign(policy: Policy): void {
    for (const { rules } of policy.versions) this.packing.dictionary.recognize(rules)
    this.add(policy)
  }

  /**
   * Reuses one policy of a list on the same packing. Its versions and rules are counted in
   * `finish`.
   */
  keep({ parts }: PackedPolicies, number: number): void {
    this.#addresses.push(parts.addresses[number] as number)
    this.#setOf.push(parts.setOf[number] as number)
    this.#listOf.push(parts.listOf[number] as number)
  }

  /**
   * Indexes the added policies, and lets the event loop turn. `kept` counts the versions and rules
   * of the reused policies.
   */
  async finish(
    kept: { readonly policyVersions: number; readonly rules: number } = { policyVersions: 0, rules: 0 },
  ): Promise<PackedPolicies> {
    const { packing } = this
    const [addresses, setOf, listOf] = [
      this.#addresses.toArray(),
      this.#setOf.toArray(),
      this.#listOf.toArray(),
    ]
    const index = await CodeIndex.of(setOf, listOf, packing.setIds.length, packing.codeLists, new TimeSlice())
    const counts = {
      policies: addresses.length,
      policyVersions: this.#policyVersions + kept.policyVersions,
      rules: this.#rules + kept.rules,
    }
    return new PackedPolicies({ packing, addresses, setOf, listOf, index, counts })
  }
}
