// Random tables of procedure pairs and NDC crosswalks: over the few codes and drugs that the lines of a request have.
import {
  procedurePairSettings,
  type NdcEdition,
  type ProcedurePairEdition,
} from '../../src/decision/shapes/tables.js'
import { packPairs, type ProcedurePair } from '../../src/decision/shapes/procedure-pairs.js'
import { source, versionSpans } from './generate-sources.js'
import type { Mood } from './generate-rules.js'
import { chance, maybe, pick, some, type Random } from './random.js'
import { boundaries, longAgo, ndcs, procedures } from './vocabulary.js'

const rationales = ['More extensive procedure', 'Standards of practice']

/** One edition for each of one or two settings, with pairs of the codes in either order. */
export function procedurePairs(random: Random, policySetId: string, mood: Mood): ProcedurePairEdition[] {
  const settings = chance(random, 0.7) ? procedurePairSettings : some(random, procedurePairSettings, 1, 1)
  return settings.map((setting) => {
    const lists = some(random, procedures, 2, procedures.length).map((columnOne) => ({
      columnOne,
      pairs: packPairs(
        procedures
          .filter((code) => code !== columnOne)
          .flatMap((columnTwo) => rowsOf(random, columnTwo, mood)),
        rationales,
      ),
    }))
    return {
      policySetId,
      edition: 'edition-1',
      setting,
      source: source(random, mood.distrust),
      columnOne: pick(random, [['J3000-J3999'], ['A0000-Z9999', '00000-99999'], ['96372']]),
      rationales,
      lists:
        lists.filter((list) => list.pairs !== '').length > 0
          ? lists.filter((list) => list.pairs !== '')
          : [
              {
                columnOne: 'A0001',
                pairs: packPairs([{ columnTwo: 'A0002', from: longAgo, modifierIndicator: 0 }], rationales),
              },
            ],
    }
  })
}

/** Mostly one row without an end; else none, one that ended or begins late, or two one after the other. */
function rowsOf(random: Random, columnTwo: string, { mess, generous }: Mood): ProcedurePair[] {
  if (chance(random, 0.2)) return []
  return versionSpans(random, mess).map((span): ProcedurePair => {
    const modifierIndicator = pick<0 | 1 | 9>(random, generous ? [0, 1, 1, 1, 1, 9] : [0, 0, 1, 1, 1, 9])
    return {
      columnTwo,
      ...span,
      ...(modifierIndicator === 9 && chance(random, 0.5) ? { to: span.from } : {}),
      modifierIndicator,
      ...maybe(random, 0.7, () => ({ rationale: pick(random, rationales) })),
    }
  })
}

/** Editions one after the other, with gaps now and then. */
export function ndcEditions(random: Random, policySetId: string, { mess, distrust }: Mood): NdcEdition[] {
  const spans = chance(random, 0.2) ? [{ from: pick(random, boundaries) }] : versionSpans(random, mess)
  return spans.map((span, position) => ({
    policySetId,
    edition: `edition-${position + 1}`,
    ...span,
    source: source(random, distrust),
    rows: some(random, ndcs, 1, ndcs.length).flatMap((ndc) =>
      some(random, procedures, 1, chance(random, 0.3) ? 3 : 1).map((procedureCode) => ({
        ndc,
        procedureCode,
        ...maybe(random, 0.9, () => ({ packageSize: pick(random, [1, 1, 1, 10]) })),
        ...maybe(random, 0.9, () => ({ billingUnits: pick(random, [1, 1, 1, 2, 10]) })),
      })),
    ),
  }))
}
