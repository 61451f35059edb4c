// Makes a failing pair small enough to read: leaves out whatever it can while the failure stays.
import type { Pair } from './generate.js'

/** One pair as JSON, to paste into a test. */
export function printPair(pair: Pair): string {
  return JSON.stringify(pair, null, 2)
}

/**
 * The smallest pair that still fails, by leaving out array items and properties one at a time. `fails` must answer false for
 * what is no valid pair (see `isValidPair`).
 */
export function shrink(pair: Pair, fails: (candidate: Pair) => boolean): Pair {
  let smallest = pair
  for (;;) {
    const next = firstFailing(
      candidatesOf({ request: smallest.request, content: smallest.content }),
      smallest.seed,
      fails,
    )
    if (next === undefined) return smallest
    smallest = next
  }
}

function firstFailing(
  candidates: Iterable<unknown>,
  seed: number,
  fails: (candidate: Pair) => boolean,
): Pair | undefined {
  for (const candidate of candidates) {
    const pair = { seed, ...(candidate as Omit<Pair, 'seed'>) }
    if (fails(pair)) return pair
  }
  return undefined
}

/** Every value that lacks exactly one item or property, the outer ones first. */
function* candidatesOf(value: unknown): Generator<unknown> {
  if (Array.isArray(value)) {
    for (let at = value.length - 1; at >= 0; at -= 1) yield value.toSpliced(at, 1)
    for (let at = 0; at < value.length; at += 1)
      for (const item of candidatesOf(value[at])) yield value.with(at, item)
  } else if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
    for (const [name] of entries) yield Object.fromEntries(entries.filter(([other]) => other !== name))
    for (const [name, inner] of entries)
      for (const part of candidatesOf(inner)) yield { ...value, [name]: part }
  }
}
