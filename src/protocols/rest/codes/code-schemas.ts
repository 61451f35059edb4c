import { Type, type Static } from 'typebox'
import { Identifier, PolicySetName } from '../../../decision/shapes/codes.js'
import type { CodeStatus } from '../../../decision/shapes/answers.js'
import { Source } from '../../../decision/shapes/source.js'
import { CodeTable } from '../../../decision/shapes/tables.js'
import { policyRevision } from '../policies/policy-schemas.js'

const strict = { additionalProperties: false }

export const CodeTableRow = Type.Object(
  {
    ...CodeTable.properties.rows.items.properties,
    code: Type.String({
      pattern: '^[A-Z0-9]{3}[A-Z0-9.]{0,5}$',
      description: 'The code, as people write it.',
    }),
    layer: Type.Optional(
      Type.String({
        description:
          'Whose row it is: `editions` of imported files, which speak first, or the pack of this id, which speaks of codes that no edition held covers on the date.',
      }),
    ),
  },
  {
    ...strict,
    $id: 'CodeTableRow',
    description: 'One row of a code table: the code as it was from `from` until the day before `to`.',
  },
)
export type CodeTableRow = Static<typeof CodeTableRow>
const RowRef = Type.Unsafe<CodeTableRow>(Type.Ref('CodeTableRow'))

export const CodeLookup = Type.Object(
  {
    policyRevision,
    code: Type.String({ description: 'The code, as people write it.' }),
    system: Type.Enum(['icd-10-cm', 'hcpcs'], { description: 'Code system.' }),
    onDateOfService: Type.Optional(Type.Unsafe<CodeStatus>(Type.Ref('CodeStatus'))),
    rows: Type.Array(RowRef, {
      description:
        'All rows of the code, those of editions before those of packs, by `from`; empty when none is held.',
    }),
    billableDescendants: Type.Array(RowRef, {
      description: 'Billable codes under a header; with dateOfService only those in force.',
    }),
    allHeld: Type.Boolean({
      description:
        'true: every code that begins like this one is held, so a code without rows does not exist.',
    }),
    table: Type.Optional(
      Type.Object(
        {
          source: Source,
          held: CodeTable.properties.held,
        },
        {
          ...strict,
          description: 'The table that was read and the time it is held for; absent when none is.',
        },
      ),
    ),
    policies: Type.Array(
      Type.Object(
        {
          policyId: Identifier,
          policySetId: PolicySetName,
          title: Type.String({ description: 'Title.' }),
        },
        { ...strict, description: 'A policy.' },
      ),
      { description: 'Policies that name the code, in any version.' },
    ),
  },
  { ...strict, $id: 'CodeLookup', description: 'What is known of a code.' },
)
export type CodeLookup = Static<typeof CodeLookup>
