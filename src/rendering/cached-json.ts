import { TwoGenerationCache } from '../decision/memoize.js'

/** Size of one generation of the cache; there are two. */
const mostCached = 4096

/**
 * Caches the JSON of values that come from policy and repeat in many answers. The values must never
 * change; they are compared as keys of a Map.
 */
export function cachedJson<T>(): (value: T) => string {
  const cache = new TwoGenerationCache<T, string>(mostCached)
  return (value) => cache.find(value) ?? cache.keep(value, JSON.stringify(value))
}
