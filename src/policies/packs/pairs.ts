import { Type, type Static } from 'typebox'
import { plainDate } from '../../decision/shapes/codes.js'
import { ProcedurePairEdition } from '../../decision/shapes/tables.js'
import { packPairs, type ProcedurePair } from '../../decision/shapes/procedure-pairs.js'

const strict = { additionalProperties: false }
const Code = Type.String({ pattern: '^[A-Z0-9]{5}$' })
const { policySetId, edition, setting, source, columnOne, rationales } = ProcedurePairEdition.properties

/** A table of procedure pairs as packs write it: one readable row for each pair and its days. */
export const PackProcedurePairs = Type.Object(
  {
    policySetId,
    edition,
    setting,
    source,
    columnOne,
    rows: Type.Array(
      Type.Object(
        {
          columnOne: Code,
          columnTwo: Code,
          from: plainDate('First day in force'),
          to: Type.Optional(plainDate('First day no longer in force; absent = open')),
          modifierIndicator: Type.Enum([0, 1, 9], {
            description:
              '0: never paid together. 1: with a modifier that tells that the services were separate. 9: withdrawn from its beginning.',
          }),
          rationale: Type.Optional(rationales.items),
        },
        strict,
      ),
      {
        minItems: 1,
        maxItems: 100000,
        description: 'Column two is the code that is denied beside column one.',
      },
    ),
  },
  {
    ...strict,
    description: 'A table of procedure pairs (CMS NCCI PTP), one setting; each pair has its own dates.',
  },
)
export type PackProcedurePairs = Static<typeof PackProcedurePairs>

/** How many rationales one table can name: a packed row names its own by one digit of base 36. */
export const mostRationales = 36

/** The rationales that a table names, each once. */
export function rationalesOf({ rows }: PackProcedurePairs): string[] {
  return [...new Set(rows.flatMap((row) => row.rationale ?? []))].sort()
}

/** Converts the table into the form that the core reads: a packed list for each column-one code. */
export function packedEdition({ rows, ...table }: PackProcedurePairs): ProcedurePairEdition {
  const named = rationalesOf({ rows, ...table })
  const byColumnOne = new Map<string, ProcedurePair[]>()
  for (const { columnOne: code, ...pair } of rows) {
    const pairs = byColumnOne.get(code)
    if (pairs === undefined) byColumnOne.set(code, [pair])
    else pairs.push(pair)
  }
  const lists = [...byColumnOne]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, pairs]) => ({ columnOne: code, pairs: packPairs(pairs, named) }))
  return { ...table, rationales: named, lists }
}
