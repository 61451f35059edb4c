/**
 * Remembers what follows from policy alone, per owner (a view, a rule) and key, so that it is worked out once and not with each question.
 * Never more than twice `most` answers an owner: what was not asked for again is forgotten, so keys that come from outside cannot grow it.
 */
export function rememberedBy<Owner extends object, T> (most: number): (owner: Owner, key: string, work: () => T) => T {
  const owners = new WeakMap<Owner, Generations<T>>()
  return (owner, key, work) => {
    let of = owners.get(owner)
    if (of === undefined) {
      of = { now: new Map(), before: new Map() }
      owners.set(owner, of)
    }
    const known = of.now.get(key)
    if (known !== undefined) return known
    const answer = of.before.get(key) ?? work()
    if (of.now.size >= most) {
      of.before = of.now
      of.now = new Map()
    }
    of.now.set(key, answer)
    return answer
  }
}

interface Generations<T> { now: Map<string, T>, before: Map<string, T> }

/**
 * Remembers what follows from the latest owner only, of which several things are asked in a row (the facts of a line): a map for each would cost more than
 * it saves. Holds on to that owner until the next one comes, and to nothing else.
 */
export function rememberedOfLatest<Owner extends object, T extends {}> (): (owner: Owner, key: string, work: () => T) => T {
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
export function remembered<From extends object, T extends {}> (work: (from: From) => T): (from: From) => T {
  const known = new WeakMap<From, T>()
  return from => {
    const before = known.get(from)
    if (before !== undefined) return before
    const answer = work(from)
    known.set(from, answer)
    return answer
  }
}

/** Remembers what follows from an object under a view: of the latest view only, since an older one is soon no longer asked. */
export function rememberedUnder<From extends object, View extends object, T> (work: (from: From, view: View) => T): (from: From, view: View) => T {
  const known = new WeakMap<From, { readonly view: View, readonly answer: T }>()
  return (from, view) => {
    const before = known.get(from)
    if (before?.view === view) return before.answer
    const answer = work(from, view)
    known.set(from, { view, answer })
    return answer
  }
}
