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
