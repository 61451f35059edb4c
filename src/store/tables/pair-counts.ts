import { pairWidth } from '../../decision/shapes/procedure-pairs.js'
import type { ChangeCounts, Difference } from './content-table.js'

const LISTS_PER_PAGE = 500
// Length of column two and first day, which identify a pair in its list.
const IDENTITY = 13

/**
 * Counts the pairs that were added, changed and ended, where a row holds a list of pairs.
 * `listsInForce` reads lists in force by their keys; the old texts of a few hundred lists are in
 * memory at a time.
 */
export async function countPairs(
  difference: Difference,
  listsInForce: (keys: string[]) => Promise<{ key: string; pairs: string }[]>,
): Promise<ChangeCounts> {
  const wanted = new Map(difference.insert.map(({ key, columns }) => [key, String(columns['pairs'])]))
  const counts = { added: 0, changed: 0, ended: 0 }
  const add = (before: string, after: string): void => {
    const { added, changed, ended } = compareLists(before, after)
    counts.added += added
    counts.changed += changed
    counts.ended += ended
  }
  for (let at = 0; at < difference.end.length; at += LISTS_PER_PAGE) {
    for (const { key, pairs } of await listsInForce(difference.end.slice(at, at + LISTS_PER_PAGE))) {
      add(pairs, wanted.get(key) ?? '')
      wanted.delete(key)
    }
  }
  for (const pairs of wanted.values()) add('', pairs)
  return counts
}

/** Compares two packed, sorted lists pair by pair. */
export function compareLists(before: string, after: string): ChangeCounts {
  let [added, changed, ended, old, now] = [0, 0, 0, 0, 0]
  while (old < before.length && now < after.length) {
    const [was, is] = [before.slice(old, old + pairWidth), after.slice(now, now + pairWidth)]
    const [first, second] = [was.slice(0, IDENTITY), is.slice(0, IDENTITY)]
    if (first === second && was !== is) changed++
    else if (first < second) ended++
    else if (first > second) added++
    if (first <= second) old += pairWidth
    if (first >= second) now += pairWidth
  }
  return {
    added: added + (after.length - now) / pairWidth,
    changed,
    ended: ended + (before.length - old) / pairWidth,
  }
}
