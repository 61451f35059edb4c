import type { Policy } from '../../../decision/shapes/policy.js'

/**
 * A policy as it was published, and the same with its versions and rules in the order for decisions.
 */
export interface CachedPolicy {
  readonly policy: Policy
  readonly ordered: Policy
  readonly size: number
}

/**
 * A direct-mapped cache of policies by number, bounded in bytes. A policy is cached at its second
 * reading; at the first only its number is remembered. Caching everything that is read once would
 * cost the garbage collector more than reading it again.
 */
export class PolicyCache {
  readonly #numbers: Int32Array
  readonly #readOnce: Int32Array
  readonly #places: Array<CachedPolicy | undefined>
  readonly #mostBytes: number
  #bytes = 0
  #nextEvicted = 0

  /** `places` is a power of two. `mostBytes` bounds the packed size of the cached policies. */
  constructor(places: number, mostBytes: number) {
    this.#numbers = new Int32Array(places).fill(-1)
    this.#readOnce = new Int32Array(places).fill(-1)
    this.#places = Array.from<CachedPolicy | undefined>({ length: places }).fill(undefined)
    this.#mostBytes = mostBytes
  }

  find(number: number): CachedPolicy | undefined {
    const place = number & (this.#numbers.length - 1)
    return this.#numbers[place] === number ? this.#places[place] : undefined
  }

  offer(number: number, read: CachedPolicy): void {
    const place = number & (this.#numbers.length - 1)
    if (this.#readOnce[place] !== number) {
      this.#readOnce[place] = number
      return
    }
    this.#evict(place)
    if (read.size > this.#mostBytes) return
    while (this.#bytes + read.size > this.#mostBytes)
      this.#evict(this.#nextEvicted++ & (this.#numbers.length - 1))
    this.#numbers[place] = number
    this.#places[place] = read
    this.#bytes += read.size
  }

  #evict(place: number): void {
    this.#bytes -= this.#places[place]?.size ?? 0
    this.#places[place] = undefined
    this.#numbers[place] = -1
  }
}
