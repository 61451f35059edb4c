/**
 * Remembers what follows from policy alone, per owner (a view, a rule) and key, so that it is worked out once and not with each question.
 * Never more than twice `most` answers an owner: what was not asked for again is forgotten, so keys that come from outside cannot grow it.
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
 * The same, from the second asking on, for answers that are large: to keep what is asked for once costs the collector more than to work it
 * out, and whoever asks about a million things seldom asks about the same one twice. `most` is a power of two.
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

/** Answers by key in two generations, `most` in each: the older one is let go when the younger one is full. */
export class TwoGenerationCache<Key, T> {
  readonly #most: number
  #now = new Map<Key, T>()
  #before = new Map<Key, T>()

  constructor(most: number) {
    this.#most = most
  }

  /** The answer that is kept for a key; kept further, since it was asked for. */
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

/** Tells which keys come again soon, by a number for each. Two keys of one number only make that one of them is taken for repeated. */
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
 * Remembers what follows from the latest owner only, of which several things are asked in a row (the facts of a line): a map for each would cost more than
 * it saves. Holds on to that owner until the next one comes, and to nothing else.
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

/** Remembers what follows from an object that never changes (a rule, a document): worked out once for each. */
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

/** Remembers what follows from an object under a view: of the latest view only, since an older one is soon no longer asked. */
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
