import { Type, type Static } from 'typebox'
import { Jurisdiction } from './area.js'
import { claimTypes, Identifier, Month, plainDate } from './codes.js'
import { CodeSetName, Procedures, Rule } from './rule.js'
import { decidedKinds, DecidedKindSchema } from './rule-kinds.js'
import { Source, Text } from './source.js'
import { CodeTable, NdcEdition, ProcedurePairEdition, UnitLimitEdition } from './tables.js'

const strict = { additionalProperties: false }

export const PolicyVersion = Type.Object(
  {
    versionId: Identifier,
    from: plainDate('First day in force'),
    to: Type.Optional(plainDate('First day no longer in force; absent = open')),
    jurisdiction: Type.Optional(Jurisdiction),
    source: Source,
    rules: Type.Array(Rule, { minItems: 1, maxItems: 5000, description: 'Rules of this version.' }),
  },
  {
    ...strict,
    description:
      'Immutable content of a policy, in force from `from` until the day before `to`; its jurisdiction, where it has one, stands for that of the policy.',
  },
)
export type PolicyVersion = Static<typeof PolicyVersion>

export const Policy = Type.Object(
  {
    policyId: Identifier,
    policySetId: Identifier,
    title: Text('Title.', 300),
    jurisdiction: Type.Optional(Jurisdiction),
    versions: Type.Array(PolicyVersion, {
      minItems: 1,
      maxItems: 500,
      description: 'Versions that we hold, in order of their dates, not overlapping.',
    }),
  },
  { ...strict, description: "One document's rules for some procedures." },
)
export type Policy = Static<typeof Policy>

export const Completeness = Type.Object(
  {
    kinds: Type.Array(DecidedKindSchema, {
      minItems: 1,
      maxItems: decidedKinds.length,
      description: 'Rule kinds.',
    }),
    procedures: Procedures,
    jurisdiction: Type.Optional(Jurisdiction),
    from: plainDate('First day in force'),
    to: Type.Optional(plainDate('First day no longer in force; absent = open')),
    statement: Text('What the publisher says is complete and how we know that we hold all of it.'),
    silenceMeans: Type.Optional(
      Type.Enum(['no-limit-in-document', 'no-limit'], {
        description:
          'What the absence of a rule means: no-limit-in-document, the document was read whole and sets none; no-limit, the publisher says so itself, in the words of `statement` (frequency and units only). Absent: nobody publishes one. Of prior authorization it always means not-required.',
      }),
    ),
    source: Source,
  },
  {
    ...strict,
    description:
      'Where the silence of a policy set means something: all of it is held for these kinds, codes, places and dates.',
  },
)
export type Completeness = Static<typeof Completeness>

const setTables = ['unit-limits', 'procedure-pairs'] as const

export const PolicySet = Type.Object(
  {
    policySetId: Identifier,
    title: Text('Title.', 300),
    publisher: Text('Who publishes it.', 200),
    speaksTo: Type.Array(DecidedKindSchema, {
      minItems: 1,
      maxItems: decidedKinds.length,
      description: 'Rule kinds that documents of this set deal with.',
    }),
    completeness: Type.Optional(Type.Array(Completeness, { maxItems: 100 })),
    tables: Type.Optional(
      Type.Array(Type.Enum(setTables), {
        uniqueItems: true,
        maxItems: setTables.length,
        description:
          'Tables that belong to this set. Where the edition of the date and setting is not loaded, units or the claim line cannot pass; procedure pairs matter only beside another service of the day.',
      }),
    ),
    originalMedicareOnly: Type.Optional(
      Type.Literal(true, {
        description:
          'Holds for fee-for-service Medicare alone, as its prior authorization programs and unit tables do: a plan of Medicare Advantage may not follow it.',
      }),
    ),
  },
  { ...strict, description: "One publisher's body of policy." },
)
export type PolicySet = Static<typeof PolicySet>

export const Payer = Type.Object(
  {
    payerId: Identifier,
    name: Text('Name.', 200),
    x12PayerIds: Type.Optional(Type.Array(Text('X12 payer id.', 40), { maxItems: 50 })),
  },
  { ...strict, description: 'Who pays.' },
)
export type Payer = Static<typeof Payer>

const statedKinds = ['frequency', 'units', 'claim-line'] as const
export const PublishesNo = Type.Object(
  {
    kind: Type.Enum(statedKinds, { description: 'Rule kind.' }),
    asOf: plainDate('Day on which it was looked for'),
    how: Text('Where and how it was looked for.', 500),
  },
  {
    ...strict,
    description:
      'A kind of rules on which the payer publishes nothing that we know of; it holds for dates of service within twelve months of the day.',
  },
)
export type PublishesNo = Static<typeof PublishesNo>

export const planRoles = ['binding', 'governing', 'fallback'] as const
export const Plan = Type.Object(
  {
    planId: Identifier,
    payerId: Identifier,
    name: Text('Name.', 200),
    lineOfBusiness: Type.Enum(['medicare', 'medicare-advantage', 'medicaid', 'commercial', 'not-stated'], {
      description: 'Line of business.',
    }),
    benefit: Type.Enum(['medical', 'pharmacy'], { description: 'Benefit the plan pays from.' }),
    states: Type.Optional(
      Type.Array(Type.String({ pattern: '^[A-Z]{2}$' }), {
        maxItems: 80,
        description: 'States where it is offered, for information.',
      }),
    ),
    claimTypes: Type.Optional(
      Type.Array(Type.Enum(claimTypes), {
        minItems: 1,
        maxItems: 3,
        description: 'Claim types it pays; absent = all.',
      }),
    ),
    planYearStartMonth: Type.Optional(
      Month('First month of its plan year; absent = not the same for all members, or not known'),
    ),
    cardNames: Type.Optional(Type.Array(Text('Name as printed on a card.', 120), { maxItems: 50 })),
    x12PayerIds: Type.Optional(Type.Array(Text('X12 payer id.', 40), { maxItems: 50 })),
    follows: Type.Array(
      Type.Object(
        {
          policySetId: Identifier,
          role: Type.Enum(planRoles, {
            description:
              'binding: always speaks. governing: in this order. fallback: speaks where no governing set has a rule and all are complete.',
          }),
        },
        strict,
      ),
      {
        maxItems: 50,
        description: 'Policy sets that the plan follows; governing sets in order of precedence.',
      },
    ),
    publishesNo: Type.Optional(
      Type.Array(PublishesNo, {
        maxItems: statedKinds.length,
        description:
          'Kinds on which the payer publishes nothing, each with the day on which it was looked for. It counts where no set of the plan deals with the kind.',
      }),
    ),
    note: Type.Optional(Text('What to know about this plan.')),
  },
  { ...strict, description: 'A plan of a payer.' },
)
export type Plan = Static<typeof Plan>

export const CodeSet = Type.Object(
  {
    codeSetId: CodeSetName,
    title: Text('What the codes are.', 300),
    codes: Type.Array(Type.String({ pattern: '^[A-Z0-9]{3,7}$' }), {
      minItems: 1,
      maxItems: 100000,
      description: 'Undotted codes, sorted.',
    }),
  },
  { ...strict, description: 'A named set of diagnosis codes.' },
)
export type CodeSet = Static<typeof CodeSet>

/** Everything that decides at one revision: what a store loads, a pack contributes to, and a snapshot is compiled from. */
export const PolicyContent = Type.Object(
  {
    payers: Type.Array(Payer),
    plans: Type.Array(Plan),
    policySets: Type.Array(PolicySet),
    policies: Type.Array(Policy),
    codeSets: Type.Array(CodeSet),
    unitLimits: Type.Array(UnitLimitEdition),
    procedurePairs: Type.Array(ProcedurePairEdition),
    ndcEditions: Type.Array(NdcEdition),
    codeTables: Type.Array(CodeTable),
  },
  strict,
)
export type PolicyContent = Static<typeof PolicyContent>

/** A content without anything in it, to start from. */
export const emptyContent: PolicyContent = {
  payers: [],
  plans: [],
  policySets: [],
  policies: [],
  codeSets: [],
  unitLimits: [],
  procedurePairs: [],
  ndcEditions: [],
  codeTables: [],
}
