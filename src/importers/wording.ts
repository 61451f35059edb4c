// Numbers and lists in the words of reports.

/** A number with thousands separators: `12,345`. */
export const number = (value: number): string => value.toLocaleString('en-US')

/** A number with its noun: "1 version", "12,345 versions". */
export const counted = (count: number, noun: string): string =>
  `${number(count)} ${noun}${count === 1 ? '' : 's'}`

/** The first ten names of a list, and the number of all others. */
export const some = (names: readonly string[]): string =>
  `${names.slice(0, 10).join(', ')}${names.length > 10 ? ` and ${number(names.length - 10)} more` : ''}`
