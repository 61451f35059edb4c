import type { Policy } from '../../../decision/shapes/policy.js'
import { PlainPolicies } from '../plain-list.js'
import { mergedByKey, type PolicyCounts, type PolicyList } from '../policy-list.js'
import { TimeSlice } from '../time-slice.js'
import { PackedBuilder } from './packed-builder.js'
import type { PackedPolicies } from './packed-policies.js'

const idOf = ({ policyId }: Policy): string => policyId
const nothing = new PlainPolicies([])

/** Packed policies, covered by the few that changed since they were packed, which are objects. */
export class PackedList implements PolicyList {
  readonly #packed: PackedPolicies
  readonly #changed: PlainPolicies
  /** Numbers of packed policies that were changed or ended since. */
  readonly #hidden: ReadonlySet<number>
  /** Versions and rules of the hidden policies. */
  readonly #hiddenCounts: { readonly policyVersions: number; readonly rules: number }

  constructor(
    packed: PackedPolicies,
    changed = nothing,
    hidden: ReadonlySet<number> = new Set(),
    hiddenCounts = { policyVersions: 0, rules: 0 },
  ) {
    this.#packed = packed
    this.#changed = changed
    this.#hidden = hidden
    this.#hiddenCounts = hiddenCounts
  }

  get counts(): PolicyCounts {
    const [packed, changed] = [this.#packed.counts, this.#changed.counts]
    return {
      policies: packed.policies + changed.policies - this.#hidden.size,
      policyVersions: packed.policyVersions + changed.policyVersions - this.#hiddenCounts.policyVersions,
      rules: packed.rules + changed.rules - this.#hiddenCounts.rules,
      packedBytes: packed.packedBytes,
    }
  }

  /** Number of policies that are not packed, or packed and hidden. */
  get unpacked(): number {
    return this.#changed.counts.policies + this.#hidden.size
  }

  [Symbol.iterator](): Iterator<Policy> {
    return mergedByKey(this.#packedFrom(0), this.#changed, idOf)
  }

  naming(policySetId: string, code: string): readonly Policy[] {
    const named: Policy[] = []
    for (const number of this.#packed.naming(policySetId, code) ?? [])
      if (!this.#hidden.has(number)) named.push(this.#packed.cachedAt(number).ordered)
    const changed = this.#changed.naming(policySetId, code)
    return changed.length === 0 ? named : [...mergedByKey(named, changed, idOf)]
  }

  byId(policyId: string): Policy | undefined {
    const changed = this.#changed.byId(policyId)
    if (changed !== undefined) return changed
    const number = this.#packed.numberOf(policyId)
    return number === undefined || this.#hidden.has(number) ? undefined : this.#packed.cachedAt(number).policy
  }

  after(policyId: string | undefined): Iterable<Policy> {
    const place = policyId === undefined ? 0 : this.#packed.placeOf(policyId)
    const from =
      policyId !== undefined && place < this.#packed.length && this.#packed.idAt(place) === policyId
        ? place + 1
        : place
    return {
      [Symbol.iterator]: () => mergedByKey(this.#packedFrom(from), this.#changed.after(policyId), idOf),
    }
  }

  changed(changes: ReadonlyMap<string, Policy | undefined>): PackedList {
    const hidden = new Set(this.#hidden)
    let { policyVersions, rules } = this.#hiddenCounts
    for (const policyId of changes.keys()) {
      const number = this.#packed.numberOf(policyId)
      if (number === undefined || hidden.has(number)) continue
      hidden.add(number)
      const { versions } = this.#packed.at(number)
      policyVersions += versions.length
      for (const version of versions) rules += version.rules.length
    }
    return new PackedList(this.#packed, this.#changed.changed(changes), hidden, { policyVersions, rules })
  }

  /** The same policies, all packed. Lists on the same packing are not changed. */
  async repacked(): Promise<PackedList> {
    const { packing } = this.#packed.parts
    return packing.records.length > 2 * this.counts.policies
      ? await this.#packedAnew()
      : await this.#packedFurther()
  }

  /** Packs all policies again, without the records that no list uses any more. */
  async #packedAnew(): Promise<PackedList> {
    const builder = new PackedBuilder()
    const slice = new TimeSlice()
    for (const policy of this) {
      builder.addForeign(policy)
      await slice.yieldIfSpent()
    }
    return new PackedList(await builder.finish())
  }

  async #packedFurther(): Promise<PackedList> {
    const builder = new PackedBuilder(this.#packed.parts.packing)
    const slice = new TimeSlice()
    let number = 0
    const keepBefore = async (end: number): Promise<void> => {
      for (; number < end; number++) {
        if (number % 512 === 0) await slice.yieldIfSpent()
        if (!this.#hidden.has(number)) builder.keep(this.#packed, number)
      }
    }
    for (const policy of this.#changed) {
      await keepBefore(this.#packed.placeOf(policy.policyId))
      builder.addForeign(policy)
    }
    await keepBefore(this.#packed.length)
    const { counts } = this.#packed
    return new PackedList(
      await builder.finish({
        policyVersions: counts.policyVersions - this.#hiddenCounts.policyVersions,
        rules: counts.rules - this.#hiddenCounts.rules,
      }),
    )
  }

  *#packedFrom(from: number): Generator<Policy> {
    for (let number = from; number < this.#packed.length; number++)
      if (!this.#hidden.has(number)) yield this.#packed.at(number)
  }
}
