import { allOf } from '../shapes/truth.js'
import type { PairPart } from '../facts/procedure-pair-parts.js'
import type { ProvisionOf } from '../applicable/provision.js'
import { saying, type PlainResult } from './result.js'

/** The result of a pair for its column-two line, over all other services of the day. */
export function evaluateProcedurePair({
  edition,
  columnOne,
  pair,
  parts,
}: ProvisionOf<'procedure-pair'>): PlainResult {
  const { truth, missing, used } = allOf(parts)
  const deciding = parts.filter((part) => part.truth === truth)
  const [first] = deciding
  return saying(
    { truth, missing, used },
    {
      code: first?.code ?? 'procedure-pair-planned',
      columnTwo: pair.columnTwo,
      columnOne,
      where: deciding.filter((part) => part.code === first?.code).map((part) => part.where),
      source: edition.source,
      rationale: pair.rationale,
      indicator: pair.modifierIndicator,
      modifiers: first === undefined ? '' : modifiersOf(first),
    },
  )
}

function modifiersOf({ used }: PairPart): string {
  return used.find(({ fact }) => fact === 'modifiers')?.value ?? ''
}
