/**
 * Caches results that depend on policy alone, by owner (a view, a rule) and key. At most twice `most` results
 * are cached for an owner. Results that are not asked for again are dropped, so keys from requests cannot
 * make the cache grow.
 */
export function memoizeByKey<Owner extends object, T>(
  most: number,
): (owner: Owner, key: string, work: () => T) => T {
  const cacheOf = memoize<Owner, TwoGenerationCache<string, T>>(() => new TwoGenerationCache(most))
  return (owner, key, work) => {
    const cache = cacheOf(owner)
    return cache.find(key) ?? cache.keep(key, work())
  }
}

/**
 * Caches as `memoizeByKey`, but only from the second request for a key on. It is for large results: caching a
 * result that is used once costs the garbage collector more than calculating it. `most` is a power of two.
 */
export function memoizeRepeated<Owner extends object, T>(
  most: number,
): (owner: Owner, key: string, work: () => T) => T {
  const cacheOf = memoize<Owner, { cache: TwoGenerationCache<string, T>; seen: SeenKeys }>(() => ({
    cache: new TwoGenerationCache(most),
    seen: new SeenKeys(4 * most),
  }))
  return (owner, key, work) => {
    const { cache, seen } = cacheOf(owner)
    const found = cache.find(key)
    if (found !== undefined) return found
    return seen.isRepeated(key) ? cache.keep(key, work()) : work()
  }
}

/**
 * Results by key in two generations with at most `most` results each. When the newer one is full, the older
 * one is dropped.
 */
export class TwoGenerationCache<Key, T> {
  readonly #most: number
  #now = new Map<Key, T>()
  #before = new Map<Key, T>()

  constructor(most: number) {
    this.#most = most
  }

  /**
   * The cached result for a key, or undefined. A result found in the older generation moves to the newer one.
   */
  find(key: Key): T | undefined {
    const answer = this.#now.get(key)
    if (answer !== undefined) return answer
    const before = this.#before.get(key)
    return before === undefined ? undefined : this.keep(key, before)
  }

  keep(key: Key, answer: T): T {
    if (this.#now.size >= this.#most) [this.#now, this.#before] = [new Map(), this.#now]
    this.#now.set(key, answer)
    return answer
  }
}

/**
 * Recognizes keys that come again soon, by a hash of each. If two keys have the same hash, one may wrongly
 * count as repeated, which changes no result.
 */
class SeenKeys {
  readonly #marks: Int32Array

  /** `places` is a power of two. */
  constructor(places: number) {
    this.#marks = new Int32Array(places)
  }

  isRepeated(key: string): boolean {
    let mark = 1
    for (let at = 0; at < key.length; at++) mark = (Math.imul(mark, 31) + key.charCodeAt(at)) | 0
    const place = mark & (this.#marks.length - 1)
    const isRepeated = this.#marks[place] === mark
    this.#marks[place] = mark
    return isRepeated
  }
}

/**
 * Caches the results of the latest owner only (such as the facts of a line), because a map for each owner
 * would cost more than it saves. It refers to that owner until the next one comes, and to no other.
 */
export function memoizeForLatest<Owner extends object, T extends {}>(): (
  owner: Owner,
  key: string,
  work: () => T,
) => T {
  let latest: Owner | undefined
  const known = new Map<string, T>()
  return (owner, key, work) => {
    if (owner !== latest) {
      known.clear()
      latest = owner
    }
    const before = known.get(key)
    if (before !== undefined) return before
    const answer = work()
    known.set(key, answer)
    return answer
  }
}

/** Caches one result for each object that never changes (a rule, a document). */
export function memoize<From extends object, T extends {}>(work: (from: From) => T): (from: From) => T {
  const known = new WeakMap<From, T>()
  return (from) => {
    const before = known.get(from)
    if (before !== undefined) return before
    const answer = work(from)
    known.set(from, answer)
    return answer
  }
}

/**
 * Caches one result for each object, for the latest view only, because older views are soon no longer used.
 */
export function memoizeUnder<From extends object, View extends object, T>(
  work: (from: From, view: View) => T,
): (from: From, view: View) => T {
  const known = new WeakMap<From, { readonly view: View; readonly answer: T }>()
  return (from, view) => {
    const before = known.get(from)
    if (before?.view === view) return before.answer
    const answer = work(from, view)
    known.set(from, { view, answer })
    return answer
  }
}
