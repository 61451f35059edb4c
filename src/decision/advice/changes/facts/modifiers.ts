import type { Facts } from '../../../facts/facts.js'
import { anyOption, byChanges, refuse, type Options } from '../options.js'

const mostNamed = 3
const mostOnALine = 4

/** A modifier that the line should carry, where it describes the service. None that was given is taken away. */
export function waysForModifier(values: readonly string[], wanted: boolean, { line }: Facts): Options {
  const { modifiers } = line.sent
  if (!wanted) {
    return modifiers === undefined
      ? byChanges({
          kind: 'modifier',
          pointer: `/serviceLines/${line.index}/modifiers`,
          value: [],
          example: true,
          text: `If line ${line.lineNumber} carries no modifier, say so with an empty list.`,
        })
      : refuse(
          'given-otherwise',
          `Line ${line.lineNumber} carries ${modifiers.join(' ')}; taking a modifier away is not proposed.`,
        )
  }
  if (modifiers !== undefined && modifiers.length >= mostOnALine)
    return refuse('given-otherwise', `Line ${line.lineNumber} carries four modifiers already.`)
  return anyOption(
    values.slice(0, mostNamed).map((value) =>
      byChanges({
        kind: 'modifier',
        pointer:
          modifiers === undefined
            ? `/serviceLines/${line.index}/modifiers`
            : `/serviceLines/${line.index}/modifiers/-`,
        value: modifiers === undefined ? [value] : value,
        example: true,
        text: `If modifier ${value} describes the service, put it on line ${line.lineNumber}.`,
      }),
    ),
  )
}
