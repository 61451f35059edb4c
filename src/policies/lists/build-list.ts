import type { Policy } from '../../decision/shapes/policy.js'
import { readRules } from '../../store/tables/policy-versions.js'
import { TimeSlice } from './time-slice.js'
import { PackedBuilder } from './packed/packed-builder.js'
import { PackedList } from './packed/packed-list.js'
import { PlainPolicies } from './plain-list.js'
import type { PolicyList } from './policy-list.js'

/**
 * Up to this number of policies, all stay plain objects, which are the fastest to decide by. Most
 * installations have fewer.
 */
export const mostPlainPolicies = 4096

/**
 * Builds a list from policies in the order of their ids: plain objects while they are few, packed
 * when they are many.
 */
export class PolicyListBuilder {
  readonly #builder = new PackedBuilder()
  readonly #slice = new TimeSlice()
  readonly #mostPlain: number
  #plain: Policy[] = []
  #packed = 0

  constructor(mostPlain = mostPlainPolicies) {
    this.#mostPlain = mostPlain
  }

  /** Parses the rules of a stored text. A repeated text returns the same object each time. */
  readonly parseShared = (text: string): unknown => this.#builder.packing.dictionary.shared(text, readRules)

  /**
   * Adds a policy. Where it returns a promise, await it before the next call: other work of the process
   * runs meanwhile.
   */
  add(policy: Policy): Promise<void> | undefined {
    if (this.#packed > 0) {
      this.#builder.add(policy)
      this.#packed++
    } else if (this.#plain.push(policy) > this.#mostPlain) return this.#packAll()
    return this.#slice.yieldIfSpent()
  }

  async finish(): Promise<PolicyList> {
    return this.#packed === 0 ? new PlainPolicies(this.#plain) : new PackedList(await this.#builder.finish())
  }

  async #packAll(): Promise<void> {
    await packInSlices(this.#builder, this.#plain, this.#slice)
    this.#packed = this.#plain.length
    this.#plain = []
  }
}

async function packInSlices(
  builder: PackedBuilder,
  policies: Iterable<Policy>,
  slice: TimeSlice,
): Promise<void> {
  for (const policy of policies) {
    builder.addForeign(policy)
    await slice.yieldIfSpent()
  }
}

/**
 * The list with some policies changed. Changed ones are plain objects over the list; once they are
 * many, everything is packed again.
 */
export async function withChanges(
  list: PolicyList,
  changes: ReadonlyMap<string, Policy | undefined>,
  mostPlain = mostPlainPolicies,
): Promise<PolicyList> {
  const changed = list.changed(changes)
  if (changed instanceof PackedList) return changed.unpacked > mostPlain ? await changed.repacked() : changed
  if (changed.counts.policies <= mostPlain) return changed
  const builder = new PackedBuilder()
  await packInSlices(builder, changed, new TimeSlice())
  return new PackedList(await builder.finish())
}
