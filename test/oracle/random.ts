// A small seeded generator of random numbers (mulberry32) and the few choices the world is made of.

export type Random = () => number

/** Numbers in [0, 1) that only depend on the seed. */
export function seeded(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/** True with this probability. */
export function chance(random: Random, probability: number): boolean {
  return random() < probability
}

/** A whole number from least to greatest, both inclusive. */
export function whole(random: Random, least: number, greatest: number): number {
  return least + Math.floor(random() * (greatest - least + 1))
}

/** One of the items. */
export function pick<T>(random: Random, items: readonly T[]): T {
  const item = items[Math.floor(random() * items.length)]
  if (item === undefined) throw new Error('nothing to pick from')
  return item
}

/** From least to greatest different items, in random order. */
export function some<T>(random: Random, items: readonly T[], least: number, greatest: number): T[] {
  return shuffled(random, items).slice(0, Math.min(items.length, whole(random, least, greatest)))
}

/** The items in random order. */
export function shuffled<T>(random: Random, items: readonly T[]): T[] {
  const keyed = items.map((item) => ({ item, key: random() }))
  return keyed.sort((one, other) => one.key - other.key).map(({ item }) => item)
}

/** As many items as asked for, each made anew. */
export function several<T>(
  random: Random,
  least: number,
  greatest: number,
  make: (position: number) => T,
): T[] {
  return Array.from({ length: whole(random, least, greatest) }, (_, position) => make(position))
}

/** Properties that are there with this probability, to be spread into an object. */
export function maybe<T extends object>(
  random: Random,
  probability: number,
  make: () => T,
): T | Record<string, never> {
  return chance(random, probability) ? make() : {}
}
