/**
 * Binary search: the position of the first of `length` sorted items for which `isBefore` is false, or
 * `length` if it is true for all. `isBefore` gets a position and is called about log2(length) times.
 */
export function firstNotBefore(length: number, isBefore: (at: number) => boolean): number {
  let low = 0
  let high = length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (isBefore(middle)) low = middle + 1
    else high = middle
  }
  return low
}
