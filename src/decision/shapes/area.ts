import { Type, type Static } from 'typebox'

const strict = { additionalProperties: false }

export const contractorTypes = ['mac-part-a', 'mac-part-b', 'dme-mac'] as const
/** Where a document applies, for one group of contractors; an absent part means everywhere. */
export const Area = Type.Object(
  {
    states: Type.Optional(
      Type.Array(Type.String({ pattern: '^[A-Z]{2}$' }), {
        minItems: 1,
        maxItems: 80,
        description: 'States and part-states.',
      }),
    ),
    contractorTypes: Type.Optional(
      Type.Array(Type.Enum(contractorTypes), {
        minItems: 1,
        maxItems: 3,
        description: 'Medicare contractor types, decided by the claim type.',
      }),
    ),
    contractorNumbers: Type.Optional(
      Type.Array(Type.String({ pattern: '^[0-9]{5}$' }), {
        minItems: 1,
        maxItems: 50,
        description: 'Contractor numbers.',
      }),
    ),
  },
  { ...strict, description: 'Where it applies.' },
)
export type Area = Static<typeof Area>

/** One area, or several of which any will do: a document may hold on the Part A side in other states than on the Part B side. */
export const Jurisdiction = Type.Union(
  [Area, Type.Array(Area, { minItems: 1, maxItems: 50, description: 'Areas, any of which will do.' })],
  { description: 'Where it applies.' },
)
export type Jurisdiction = Static<typeof Jurisdiction>
