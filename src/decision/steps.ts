/**
 * Work in steps. Whoever drives it may do something else between two of them; the core itself knows no clock and never
 * waits. A step is short: it decides one line, or less.
 */
export type Steps<T> = Generator<undefined, T, undefined>

/** Does all steps one after the other. */
export function inOneGo<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}
