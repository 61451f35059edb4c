import type { PhaseGround } from './frequency-limit.js'

/** Three-valued (Kleene) truth: missing is not false. */
export type Truth = 'true' | 'false' | 'unknown'

/** A fact of the request that was looked at, with its value as text; it goes into the finding. */
export interface UsedFact {
  readonly fact: string
  readonly value: string
  /** Of a treatment phase that the request does not name: how it follows. */
  readonly ground?: PhaseGround
}

/** A truth with the facts it rests on. An unknown names the facts that are missing; without any, nothing the caller can supply would settle it. */
export interface Evaluated {
  readonly truth: Truth
  readonly missing: readonly string[]
  readonly used: readonly UsedFact[]
  /** Code of the reason why it is structurally unknown, when there is a better word than the default. */
  readonly because?: string | undefined
}

/** The union of lists, each element once, in order of first appearance. */
export function union<T>(...lists: ReadonlyArray<readonly T[]>): T[] {
  const all: T[] = []
  // The lists are a handful long; looking through them is quicker than a set.
  for (const list of lists) for (const item of list) if (!all.includes(item)) all.push(item)
  return all
}

const nothing: readonly never[] = []
const known = (truth: boolean, used: readonly UsedFact[]): Evaluated => ({
  truth: truth ? 'true' : 'false',
  missing: nothing,
  used,
  because: undefined,
})

/** A known truth that rests on the given facts. */
export function decided(truth: boolean, ...used: UsedFact[]): Evaluated {
  return known(truth, used)
}

/** Unknown for want of the given facts; without any, structurally unknown. */
export function unknown(
  missing: readonly string[],
  used: readonly UsedFact[] = [],
  because?: string,
): Evaluated {
  return { truth: 'unknown', missing, used, because }
}

function uncertain(parts: readonly Evaluated[], used: readonly UsedFact[]): Evaluated {
  const open = parts.filter((part) => part.truth === 'unknown')
  return unknown(
    union(...open.map((part) => part.missing)),
    used,
    open.find((part) => part.because !== undefined)?.because,
  )
}

/** The facts that several parts rest on, each value of a fact once. */
export function usedBy(parts: ReadonlyArray<Pick<Evaluated, 'used'>>): UsedFact[] {
  const all: UsedFact[] = []
  for (const { used } of parts)
    for (const fact of used)
      if (!all.some((other) => other.fact === fact.fact && other.value === fact.value)) all.push(fact)
  return all
}

/** Kleene AND; of nothing it is true, so callers must not take it for evidence. */
export function allOf(parts: readonly Evaluated[]): Evaluated {
  const used = usedBy(parts)
  if (parts.some((part) => part.truth === 'false')) return known(false, used)
  return parts.some((part) => part.truth === 'unknown') ? uncertain(parts, used) : known(true, used)
}

/** Kleene OR; of nothing it is false. */
export function anyOf(parts: readonly Evaluated[]): Evaluated {
  const used = usedBy(parts)
  if (parts.some((part) => part.truth === 'true')) return known(true, used)
  return parts.some((part) => part.truth === 'unknown') ? uncertain(parts, used) : known(false, used)
}

/** Kleene NOT: unknown stays unknown. */
export function not(part: Evaluated): Evaluated {
  return part.truth === 'unknown' ? part : { ...part, truth: part.truth === 'true' ? 'false' : 'true' }
}

/** At least n of the parts are true. */
export function atLeast(n: number, parts: readonly Evaluated[]): Evaluated {
  const yes = parts.filter((part) => part.truth === 'true').length
  const open = parts.filter((part) => part.truth === 'unknown').length
  const used = usedBy(parts)
  if (yes >= n) return known(true, used)
  return yes + open < n ? known(false, used) : uncertain(parts, used)
}
