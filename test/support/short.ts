/**
 * Whether the tests run in their short form, as mutation testing runs them once for every mutant: fewer generated worlds, only the embedded
 * store. It is set by `SHORT_TESTS=1`.
 */
export const isShort = process.env.SHORT_TESTS === '1'

/** How many generated worlds a test looks at: all of them, or the few of the short form. */
export function worldsOf(all: number, few: number): number {
  return isShort ? few : all
}
