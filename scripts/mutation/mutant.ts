/** One small change to a source file: replace `[start, end)` by `text`. */
export interface SourceMutant {
  readonly id: string
  readonly file: string
  readonly line: number
  readonly start: number
  readonly end: number
  readonly text: string
  readonly what: string
}

/** What became of a mutant: a test failed, it ran too long (noticed too), or nothing noticed. */
export interface Verdict {
  readonly id: string
  readonly what: string
  readonly status: 'killed' | 'timeout' | 'survived'
  readonly seconds: number
  /** What was changed: an area of the sources, or `packs`. */
  readonly area: string
  /** The first test that failed; absent where nothing did. */
  readonly by?: string
}

/** A generator of numbers in [0, 1), the same for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/**
 * `count` items, the same number from each group as far as each has so many: one of each group in turn, at random within the group. The
 * groups come in random order, so that a count below the number of groups does not always leave out the same ones.
 */
export function sampleEvenly<T>(
  items: readonly T[],
  groupOf: (item: T) => string,
  count: number,
  seed: number,
): T[] {
  const random = seeded(seed)
  const byGroup = new Map<string, Array<{ item: T; at: number }>>()
  for (const item of items) {
    const group = byGroup.get(groupOf(item)) ?? []
    group.push({ item, at: random() })
    byGroup.set(groupOf(item), group)
  }
  const groups = [...byGroup.values()]
    .map((group) => ({ group: group.sort((a, b) => a.at - b.at).map(({ item }) => item), at: random() }))
    .sort((a, b) => a.at - b.at)
  const taken: T[] = []
  for (let round = 0; taken.length < Math.min(count, items.length); round++) {
    for (const { group } of groups)
      if (round < group.length && taken.length < count) taken.push(group[round] as T)
  }
  return taken
}
