import { inProcedures } from '../../../decision/shapes/codes.js'
import { firstNotBefore } from '../../../decision/sorted.js'
import { byText } from '../policy-list.js'
import type { CodeLists } from './code-lists.js'
import { GrowingArray } from './growing-array.js'
import type { TimeSlice } from '../time-slice.js'

/** A range of a set, with the greatest end of all ranges that start before it or with it. */
interface Range {
  readonly key: number
  readonly from: string
  readonly to: string
  readonly reach: string
}

const nothing = new Uint32Array(0)
const perTurn = 512

/**
 * An index in typed arrays: for each policy set and code, the numbers of the policies that name the
 * code. Looking up a code that is not in it adds nothing.
 */
export class CodeIndex {
  readonly #lists: CodeLists
  /** Start of the codes of each set. */
  readonly #setStarts: Uint32Array
  /** Codes of the sets, ascending within each, and the start of the policies of each code. */
  readonly #keys: Uint32Array
  readonly #keyStarts: Uint32Array
  readonly #policies: Uint32Array
  readonly #ranges: ReadonlyMap<number, readonly Range[]>

  private constructor(
    lists: CodeLists,
    setStarts: Uint32Array,
    keys: Uint32Array,
    keyStarts: Uint32Array,
    policies: Uint32Array,
  ) {
    this.#lists = lists
    this.#setStarts = setStarts
    this.#keys = keys
    this.#keyStarts = keyStarts
    this.#policies = policies
    this.#ranges = rangesOf(lists, setStarts, keys)
  }

  /** Indexes policies by the numbers of their set and their list of codes. */
  static async of(
    setOf: Uint32Array,
    listOf: Uint32Array,
    setCount: number,
    lists: CodeLists,
    slice: TimeSlice,
  ): Promise<CodeIndex> {
    const codeStarts = new Uint32Array(lists.codes.length + 1)
    const setStarts = new Uint32Array(setCount + 1)
    for (let policy = 0; policy < listOf.length; policy++) {
      if (policy % perTurn === 0) await slice.yieldIfSpent()
      const list = listOf[policy] as number
      const length = lists.lengthOf(list)
      setStarts[(setOf[policy] as number) + 1]! += length
      for (let at = 0; at < length; at++) codeStarts[lists.codeAt(list, at) + 1]! += 1
    }
    addUp(codeStarts)
    addUp(setStarts)
    // Radix sort: by code first, then by set. Each step is stable, so the result is in order of
    // set, code and policy.
    const byCode = new Uint32Array(codeStarts[lists.codes.length]!)
    const places = codeStarts.slice()
    for (let policy = 0; policy < listOf.length; policy++) {
      if (policy % perTurn === 0) await slice.yieldIfSpent()
      const list = listOf[policy] as number
      for (let at = 0; at < lists.lengthOf(list); at++) byCode[places[lists.codeAt(list, at)]!++] = policy
    }
    const policies = new Uint32Array(byCode.length)
    const codes = new Uint32Array(byCode.length)
    const setPlaces = setStarts.slice()
    for (let code = 0; code < lists.codes.length; code++) {
      if (code % 16 === 0) await slice.yieldIfSpent()
      for (let at = codeStarts[code]!; at < codeStarts[code + 1]!; at++) {
        const policy = byCode[at] as number
        const place = setPlaces[setOf[policy] as number]!++
        policies[place] = policy
        codes[place] = code
      }
    }
    return await CodeIndex.#withKeys(lists, setStarts, codes, policies, slice)
  }

  static async #withKeys(
    lists: CodeLists,
    setStarts: Uint32Array,
    codes: Uint32Array,
    policies: Uint32Array,
    slice: TimeSlice,
  ): Promise<CodeIndex> {
    const keys = new GrowingArray()
    const keyStarts = new GrowingArray()
    const keysOfSet = new Uint32Array(setStarts.length)
    for (let set = 0; set + 1 < setStarts.length; set++) {
      for (let at = setStarts[set]!; at < setStarts[set + 1]!; at++) {
        if (at % perTurn === 0) await slice.yieldIfSpent()
        if (at > setStarts[set]! && codes[at] === codes[at - 1]) continue
        keys.push(codes[at]!)
        keyStarts.push(at)
      }
      keysOfSet[set + 1] = keys.length
    }
    keyStarts.push(policies.length)
    return new CodeIndex(lists, keysOfSet, keys.toArray(), keyStarts.toArray(), policies)
  }

  /**
   * The policies of the set that name the code, directly or in a range, ascending and each once.
   */
  naming(set: number, code: string): Uint32Array {
    const number = this.#lists.codeNumber(code)
    const exact = number === undefined ? nothing : this.#ofKey(this.#keyOf(set, number))
    const inRanges = this.#keysOfRanges(set, code)
    if (inRanges.length === 0) return exact
    const all = new Set(exact)
    for (const key of inRanges) for (const policy of this.#ofKey(key)) all.add(policy)
    return Uint32Array.from(all).sort()
  }

  get bytes(): number {
    return (
      this.#setStarts.byteLength +
      this.#keys.byteLength +
      this.#keyStarts.byteLength +
      this.#policies.byteLength
    )
  }

  #keyOf(set: number, code: number): number | undefined {
    const from = this.#setStarts[set]
    const to = this.#setStarts[set + 1]
    if (from === undefined || to === undefined) return undefined
    const key = from + firstNotBefore(to - from, (at) => this.#keys[from + at]! < code)
    return key < to && this.#keys[key] === code ? key : undefined
  }

  #ofKey(key: number | undefined): Uint32Array {
    return key === undefined
      ? nothing
      : this.#policies.subarray(this.#keyStarts[key], this.#keyStarts[key + 1])
  }

  #keysOfRanges(set: number, code: string): number[] {
    const ranges = this.#ranges.get(set)
    if (ranges === undefined) return []
    const found: number[] = []
    // Goes backwards from the last range that starts at or before the code, while an earlier one
    // may still reach the code.
    for (
      let at = firstNotBefore(ranges.length, (one) => ranges[one]!.from <= code) - 1;
      at >= 0 && ranges[at]!.reach >= code;
      at--
    ) {
      const { from, to, key } = ranges[at]!
      if (to >= code && inProcedures(code, [`${from}-${to}`])) found.push(key)
    }
    return found
  }
}

function addUp(starts: Uint32Array): void {
  for (let at = 1; at < starts.length; at++) starts[at]! += starts[at - 1]!
}

function rangesOf(lists: CodeLists, setStarts: Uint32Array, keys: Uint32Array): Map<number, Range[]> {
  const isRange = lists.codes.map((code) => code.includes('-'))
  const found = new Map<number, Range[]>()
  for (let set = 0; set + 1 < setStarts.length; set++) {
    const ofSet: Array<Omit<Range, 'reach'>> = []
    for (let key = setStarts[set]!; key < setStarts[set + 1]!; key++) {
      if (isRange[keys[key]!] !== true) continue
      const [from = '', to = ''] = lists.codes[keys[key]!]!.split('-')
      ofSet.push({ key, from, to })
    }
    if (ofSet.length === 0) continue
    let reach = ''
    found.set(
      set,
      ofSet
        .sort((a, b) => byText(a.from, b.from))
        .map((range) => ({ ...range, reach: (reach = range.to > reach ? range.to : reach) })),
    )
  }
  return found
}
