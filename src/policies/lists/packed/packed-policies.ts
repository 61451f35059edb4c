import type { Policy } from '../../../decision/shapes/policy.js'
import { inFixedOrder } from '../fixed-order.js'
import { firstNotBefore } from '../../../decision/sorted.js'
import type { PolicyCounts } from '../policy-list.js'
import type { CodeIndex } from './code-index.js'
import { PolicyCache, type CachedPolicy } from './policy-cache.js'
import type { Packing } from './packing.js'

const cachePlaces = 1 << 14
const cacheBytes = 8 << 20

/**
 * Packed policies in the order of their ids, which never change. Each has its number in that order.
 */
export interface PackedParts {
  readonly packing: Packing
  readonly addresses: Uint32Array
  readonly setOf: Uint32Array
  readonly listOf: Uint32Array
  readonly index: CodeIndex
  readonly counts: Omit<PolicyCounts, 'packedBytes'>
}

/** Unpacks policies to objects. Recent ones are cached, so an object stays the same for a while. */
export class PackedPolicies {
  readonly parts: PackedParts
  readonly #cache = new PolicyCache(cachePlaces, cacheBytes)

  constructor(parts: PackedParts) {
    this.parts = parts
  }

  get length(): number {
    return this.parts.addresses.length
  }

  get counts(): PolicyCounts {
    const { packing, addresses, setOf, listOf, index, counts } = this.parts
    return {
      ...counts,
      packedBytes: packing.bytes + addresses.byteLength + setOf.byteLength + listOf.byteLength + index.bytes,
    }
  }

  /** The id of the policy of a number, without decoding the rest. */
  idAt(number: number): string {
    return this.#open(number).value() as string
  }

  /** The policy of a number as it was published: from the cache, or decoded for this call. */
  at(number: number): Policy {
    return this.#cache.find(number)?.policy ?? this.#read(number).policy
  }

  /** The policy of a number as it was published and as it is decided by. The cache may store it. */
  cachedAt(number: number): CachedPolicy {
    const known = this.#cache.find(number)
    if (known !== undefined) return known
    const read = this.#read(number)
    this.#cache.offer(number, read)
    return read
  }

  /** The number of policies with smaller ids, which is the position of this id if it is in the list. */
  placeOf(policyId: string): number {
    return firstNotBefore(this.length, (number) => this.idAt(number) < policyId)
  }

  /** The number of the policy of an id. */
  numberOf(policyId: string): number | undefined {
    const place = this.placeOf(policyId)
    return place < this.length && this.idAt(place) === policyId ? place : undefined
  }

  /** The numbers of the policies of a set that name a code. */
  naming(policySetId: string, code: string): Uint32Array | undefined {
    const set = this.parts.packing.setNumber(policySetId)
    return set === undefined ? undefined : this.parts.index.naming(set, code)
  }

  #open(number: number) {
    const {
      packing: { decoder, records },
      addresses,
    } = this.parts
    const address = addresses[number] as number
    return decoder.open(records.chunkOf(address), records.offsetOf(address))
  }

  #read(number: number): CachedPolicy {
    const decoder = this.#open(number)
    const from = decoder.position
    decoder.value()
    const policy = decoder.value() as Policy
    return { policy, ordered: inFixedOrder(policy), size: decoder.position - from }
  }
}
