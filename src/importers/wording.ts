// Numbers and lists in reports.

/** 12,345. */
export const number = (value: number): string => value.toLocaleString('en-US')

/** "1 version", "12,345 versions". */
export const counted = (count: number, noun: string): string =>
  `${number(count)} ${noun}${count === 1 ? '' : 's'}`

/** The first names of a list, and how many more there are. */
export const some = (names: readonly string[]): string =>
  `${names.slice(0, 10).join(', ')}${names.length > 10 ? ` and ${number(names.length - 10)} more` : ''}`
