import type { ChangeablePointer, ChangeKind } from '../change.js'
import { anyOption, byChanges, refuse, type Options } from '../options.js'

const mostNamed = 3

/** A fact of the claim that has one of a few values: named where it was not given, never changed where it was. */
export interface Detail<T extends string | boolean> {
  readonly what: string
  readonly pointer: ChangeablePointer
  readonly given: T | undefined
  readonly kind?: ChangeKind
}

/** The values that would do, each as a way; `others` are the values that are not among those that a rule names. */
export function waysForDetail<T extends string | boolean>(
  { what, pointer, given, kind = 'claim-detail' }: Detail<T>,
  wanted: boolean,
  values: readonly T[],
  others: readonly T[],
): Options {
  if (given !== undefined)
    return refuse(
      'given-otherwise',
      `The request says that ${what} is ${inWords(given)}; anything else is not proposed.`,
    )
  const fitting = (wanted ? values : others).slice(0, mostNamed)
  if (fitting.length === 0) return refuse('give-the-fact', `Say what ${what} is.`)
  return anyOption(
    fitting.map((value) =>
      byChanges({
        kind,
        pointer,
        value,
        example: true,
        text: `Say what ${what} is; if it is ${inWords(value)}, this is settled.`,
      }),
    ),
  )
}

function inWords(value: string | boolean): string {
  return typeof value === 'string' ? value : value ? 'true' : 'false'
}
