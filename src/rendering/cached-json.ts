import { TwoGenerationCache } from '../decision/remembered.js'

/** Most values of a kind whose text is kept, twice: those that are not asked for again make room. */
const mostCached = 4096

/** The JSON of values that policy gives and many answers repeat, worked out once for each. Values may not change; they are told apart as a Map does it. */
export function cachedJson<T>(): (value: T) => string {
  const cache = new TwoGenerationCache<T, string>(mostCached)
  return (value) => cache.find(value) ?? cache.keep(value, JSON.stringify(value))
}
