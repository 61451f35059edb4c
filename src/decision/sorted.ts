/**
 * Position of the first of `length` sorted items that is not before what is looked for; `length` where all are before it.
 * `isBefore` tells of a position and is asked about few of them, each time anew.
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
