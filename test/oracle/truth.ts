// Three-valued (Kleene) truth with the facts that would settle an unknown. An unknown that misses nothing is structural.

export type Value = 'true' | 'false' | 'unknown'
export interface Truth {
  readonly value: Value
  readonly missing: readonly string[]
}

export const yes: Truth = { value: 'true', missing: [] }
export const no: Truth = { value: 'false', missing: [] }
export const structural: Truth = { value: 'unknown', missing: [] }

/** An unknown that these facts would settle. */
export function unknown(...missing: string[]): Truth {
  return { value: 'unknown', missing }
}

/** The truth of something known. */
export function truthOf(known: boolean): Truth {
  return known ? yes : no
}

/** Sorted names, each once. */
export function unique(names: readonly string[]): string[] {
  return [...new Set(names)].sort()
}

function count(parts: readonly Truth[], value: Value): number {
  return parts.filter((part) => part.value === value).length
}

/** The unknown that misses everything its unknown parts miss. */
function unknownOf(parts: readonly Truth[]): Truth {
  const unknowns = parts.filter((part) => part.value === 'unknown')
  return unknown(...unique(unknowns.flatMap((part) => part.missing)))
}

/** False if any part is false, else unknown if any is unknown, else true. */
export function all(parts: readonly Truth[]): Truth {
  if (count(parts, 'false') > 0) return no
  return count(parts, 'unknown') > 0 ? unknownOf(parts) : yes
}

/** True if any part is true, else unknown if any is unknown, else false. */
export function any(parts: readonly Truth[]): Truth {
  if (count(parts, 'true') > 0) return yes
  return count(parts, 'unknown') > 0 ? unknownOf(parts) : no
}

/** Swaps true and false. */
export function not(part: Truth): Truth {
  if (part.value === 'unknown') return part
  return truthOf(part.value === 'false')
}

/** True if n parts are true; false if the true and the unknown ones are too few; else unknown. */
export function atLeast(n: number, parts: readonly Truth[]): Truth {
  if (count(parts, 'true') >= n) return yes
  if (count(parts, 'true') + count(parts, 'unknown') < n) return no
  return unknownOf(parts)
}
