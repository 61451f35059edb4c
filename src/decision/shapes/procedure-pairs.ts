import { firstNotBefore } from '../sorted.js'

// Millions of pairs are held as texts: 23 characters a pair, sorted, so that one is found by halving and nothing is unpacked before it is asked for.

/** Two procedures that are not paid together, with the days on which that holds, half-open. */
export interface ProcedurePair {
  readonly columnTwo: string
  readonly from: string
  readonly to?: string
  /** 0: never paid together; 1: with a modifier that tells that the services were separate; 9: the pair was withdrawn from its beginning. */
  readonly modifierIndicator: 0 | 1 | 9
  readonly rationale?: string
}

/** Characters of a packed pair. */
export const pairWidth = 23
const open = ' '.repeat(8)
const packDate = (date: string): string => date.replaceAll('-', '')
const unpackDate = (text: string): string => `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`

/**
 * Packs the pairs of one column-one code: column two, first day, first day no longer in force (blank = open), modifier indicator,
 * place of the rationale in `rationales` (base 36, blank = none); sorted. A rationale that is not in the list is left out.
 */
export function packPairs(pairs: readonly ProcedurePair[], rationales: readonly string[]): string {
  return pairs
    .map(({ columnTwo, from, to, modifierIndicator, rationale }) => {
      const place = rationale === undefined ? -1 : rationales.indexOf(rationale)
      return (
        columnTwo +
        packDate(from) +
        (to === undefined ? open : packDate(to)) +
        String(modifierIndicator) +
        (place < 0 ? ' ' : place.toString(36).toUpperCase())
      )
    })
    .sort()
    .join('')
}

/** All pairs of a packed list, in order. */
export function unpackPairs(packed: string, rationales: readonly string[]): ProcedurePair[] {
  return Array.from({ length: Math.floor(packed.length / pairWidth) }, (_, at) =>
    unpackOne(packed, at, rationales),
  )
}

/** The pairs of a packed list with this column-two code, by first day. */
export function findPairs(packed: string, columnTwo: string, rationales: readonly string[]): ProcedurePair[] {
  const codeAt = (at: number): string => packed.slice(at * pairWidth, at * pairWidth + 5)
  const first = firstNotBefore(Math.floor(packed.length / pairWidth), (at) => codeAt(at) < columnTwo)
  const found: ProcedurePair[] = []
  for (let at = first; codeAt(at) === columnTwo; at++) found.push(unpackOne(packed, at, rationales))
  return found
}

function unpackOne(packed: string, at: number, rationales: readonly string[]): ProcedurePair {
  const text = packed.slice(at * pairWidth, (at + 1) * pairWidth)
  const to = text.slice(13, 21)
  const rationale = rationales[Number.parseInt(text.slice(22), 36)]
  return {
    columnTwo: text.slice(0, 5),
    from: unpackDate(text.slice(5, 13)),
    ...(to === open ? {} : { to: unpackDate(to) }),
    modifierIndicator: Number(text[21]) as ProcedurePair['modifierIndicator'],
    ...(rationale === undefined ? {} : { rationale }),
  }
}
