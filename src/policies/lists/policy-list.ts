import type { Policy, PolicyContent } from '../../decision/shapes/policy.js'

/**
 * The size of a list of policies. `packedBytes` is the memory of its packed part, 0 where all are
 * plain objects.
 */
export interface PolicyCounts {
  readonly policies: number
  readonly policyVersions: number
  readonly rules: number
  readonly packedBytes: number
}

/**
 * The policies of one content in the order of their ids, plain or packed. It never changes. A
 * second call may give another object of equal content.
 */
export interface PolicyList extends Iterable<Policy> {
  readonly counts: PolicyCounts
  /**
   * Policies of the set that have, in any version, a rule for the (normalized) procedure code;
   * versions by date, rules by id.
   */
  naming(policySetId: string, code: string): readonly Policy[]
  /** The policy of this id; of a tenant's and a public one, the tenant's. */
  byId(policyId: string): Policy | undefined
  /** The policies whose ids come after `policyId`, all if it is undefined. */
  after(policyId: string | undefined): Iterable<Policy>
  /**
   * The list with other policies in the place of those of the same ids, or without them where
   * undefined.
   */
  changed(changes: ReadonlyMap<string, Policy | undefined>): PolicyList
}

/** A content in memory; its policies are a list, which may be packed. */
export type LoadedContent = Omit<PolicyContent, 'policies'> & { readonly policies: PolicyList }

/** Compares texts by code unit, the same on every machine. */
export const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Merges two sorted iterables. Where keys are equal, the first comes first. */
export function* mergedByKey<T>(
  first: Iterable<T>,
  second: Iterable<T>,
  keyOf: (one: T) => string,
): Generator<T> {
  const [left, right] = [first[Symbol.iterator](), second[Symbol.iterator]()]
  let [a, b] = [left.next(), right.next()]
  for (;;) {
    if (a.done !== true && (b.done === true || keyOf(a.value) <= keyOf(b.value))) {
      yield a.value
      a = left.next()
    } else if (b.done !== true) {
      yield b.value
      b = right.next()
    } else return
  }
}
