/**
 * A text with its numbers taken out: ids, addresses and titles of a publisher often differ only in
 * numbers.
 */
export interface Split {
  readonly template: string
  readonly numbers: readonly number[]
}

/** Marks the place of a number in a template. */
const gap = '\u0000'
const [zero, one, nine] = [48, 49, 57]
const mostDigits = 15

/**
 * Takes the numbers out of a text, so that `joined` restores it exactly; undefined where there are
 * none. Leading zeros stay in the template.
 */
export function split(text: string): Split | undefined {
  const numbers: number[] = []
  let template = ''
  let from = 0
  for (let at = 0; at < text.length;) {
    const unit = text.charCodeAt(at)
    if (unit === 0) return undefined
    if (unit < one || unit > nine) {
      at++
      continue
    }
    let value = 0
    let end = at
    for (; end < text.length && end - at < mostDigits; end++) {
      const digit = text.charCodeAt(end) - zero
      if (digit < 0 || digit > 9) break
      value = value * 10 + digit
    }
    template += text.slice(from, at) + gap
    numbers.push(value)
    from = at = end
  }
  return numbers.length === 0 ? undefined : { template: template + text.slice(from), numbers }
}

/** The texts between the numbers of a template. */
export const partsOf = (template: string): string[] => template.split(gap)
