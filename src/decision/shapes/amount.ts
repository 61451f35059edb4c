/** A fact that is known, or the name of what is missing. */
export type Known<T> = { readonly value: T } | { readonly missing: string }

/** Units or services with what is not certain about them: at least `least`, at most `most`. */
export interface Amount {
  readonly least: number
  readonly most: number
}

/** Units that were not given. */
export const atLeastOne: Amount = { least: 1, most: Infinity }

/** The weight of known or unknown units: an unknown number of units is at least one. */
export function amountOf(units: Known<number>): Amount {
  return 'value' in units ? { least: units.value, most: units.value } : atLeastOne
}

/** What is known of an amount, as text: `3`, `3 to 5`, `at least 3`. */
export function amountAsText({ least, most }: Amount): string {
  if (least === most) return String(least)
  return most === Infinity ? `at least ${least}` : `${least} to ${most}`
}

/** A number to 12 significant digits, so that 0.3 mg is 300 ug and not a little more: binary fractions leave a remainder. */
export function rounded(value: number): number {
  // Whole numbers have none, and writing a number out to read it again takes long.
  return Number.isInteger(value) && Math.abs(value) < 1e12 ? value : Number(value.toPrecision(12))
}
