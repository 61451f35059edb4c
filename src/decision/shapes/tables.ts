import { Type, type Static } from 'typebox'
import { Identifier, plainDate } from './codes.js'
import { Source, Text } from './source.js'

// The tables that decide beside the rules: unit limits, procedure pairs, NDC crosswalks and code systems, by edition.

const strict = { additionalProperties: false }

export const unitLimitSettings = ['practitioner', 'outpatient-hospital', 'dme-supplier'] as const
export const UnitLimitEdition = Type.Object(
  {
    policySetId: Identifier,
    edition: Text('Edition, e.g. 2026-Q4.', 40),
    setting: Type.Enum(unitLimitSettings, { description: 'Setting of the table.' }),
    from: plainDate('First day in force'),
    to: Type.Optional(plainDate('First day no longer in force; absent = open')),
    source: Source,
    rows: Type.Array(
      Type.Object(
        {
          procedureCode: Type.String({ pattern: '^[A-Z0-9]{5}$' }),
          maximum: Type.Integer({ minimum: 0, maximum: 999999 }),
          adjudicationIndicator: Type.Integer({ minimum: 1, maximum: 3 }),
          rationale: Type.Optional(Text('Rationale the table gives.', 200)),
        },
        strict,
      ),
      { minItems: 1, maxItems: 50000 },
    ),
  },
  { ...strict, description: 'One edition of a unit-limit table (CMS MUE), one setting.' },
)
export type UnitLimitEdition = Static<typeof UnitLimitEdition>

/** Settings for which CMS publishes procedure-to-procedure edits; supplier claims have none. */
export const procedurePairSettings = ['practitioner', 'outpatient-hospital'] as const
export const ProcedurePairEdition = Type.Object(
  {
    policySetId: Identifier,
    edition: Text('Edition, e.g. 2026-Q4.', 40),
    setting: Type.Enum(procedurePairSettings, { description: 'Setting of the table.' }),
    source: Source,
    columnOne: Type.Array(
      Type.String({
        pattern: '^[A-Z0-9]{5}(-[A-Z0-9]{5})?$',
        maxLength: 11,
        description:
          'A code, or a stretch of the published table, whose codes stand in the order of their characters.',
      }),
      {
        minItems: 1,
        maxItems: 20000,
        description:
          'Column-one codes of which every pair is held, so that a pair that is absent is no edit.',
      },
    ),
    rationales: Type.Array(Text('A rationale, as the table names it.', 200), {
      maxItems: 36,
      description: 'Rationales that pairs name by their place.',
    }),
    lists: Type.Array(
      Type.Object(
        {
          columnOne: Type.String({ pattern: '^[A-Z0-9]{5}$' }),
          pairs: Type.String({
            pattern: '^([A-Z0-9]{5}[0-9]{8}([0-9]{8}| {8})[019][0-9A-Z ])+$',
            description: 'Its pairs, packed: src/decision/shapes/procedure-pairs.ts.',
          }),
        },
        strict,
      ),
      { minItems: 1, maxItems: 50000, description: 'Pairs by column-one code, sorted.' },
    ),
  },
  {
    ...strict,
    description:
      'One edition of a table of procedure pairs (CMS NCCI PTP), one setting. Each pair has its own dates, so the newest edition answers for past dates too.',
  },
)
export type ProcedurePairEdition = Static<typeof ProcedurePairEdition>

export const NdcEdition = Type.Object(
  {
    policySetId: Identifier,
    edition: Text('Edition, e.g. 2026-Q4.', 40),
    from: plainDate('First day in force'),
    to: Type.Optional(plainDate('First day no longer in force; absent = open')),
    source: Source,
    rows: Type.Array(
      Type.Object(
        {
          ndc: Type.String({ pattern: '^[0-9]{11}$', description: 'National Drug Code, 11 digits (5-4-2).' }),
          procedureCode: Type.String({ pattern: '^[A-Z0-9]{5}$' }),
          packageSize: Type.Optional(
            Type.Number({
              exclusiveMinimum: 0,
              description: 'Amount in one item of the package, in the unit of its NDC.',
            }),
          ),
          packageQuantity: Type.Optional(
            Type.Number({ exclusiveMinimum: 0, description: 'Items in the package.' }),
          ),
          billingUnits: Type.Optional(
            Type.Number({
              exclusiveMinimum: 0,
              description: 'Billing units of the procedure code in one item.',
            }),
          ),
          billingUnitsPerPackage: Type.Optional(
            Type.Number({
              exclusiveMinimum: 0,
              description: 'Billing units of the procedure code in the package.',
            }),
          ),
          drugName: Type.Optional(Text('Name of the drug.', 200)),
          labeler: Type.Optional(Text('Who labels it.', 200)),
        },
        strict,
      ),
      { minItems: 1, maxItems: 200000 },
    ),
  },
  {
    ...strict,
    description:
      'One edition of a crosswalk from NDC to procedure code (CMS ASP). A drug that it does not list may have a code all the same.',
  },
)
export type NdcEdition = Static<typeof NdcEdition>

const Span = Type.Object(
  {
    from: plainDate('First day in force'),
    to: Type.Optional(plainDate('First day no longer in force; absent = open')),
  },
  strict,
)
const DosePerUnit = Type.Object(
  { value: Type.Number({ exclusiveMinimum: 0 }), unit: Text('UCUM unit.', 40) },
  { ...strict, description: 'Any dose up to this is one unit.' },
)
const Listing = Type.Object(
  {
    from: plainDate('First day of the first of these editions'),
    to: plainDate('Day after the last one of them'),
    added: plainDate('Add date that they state'),
    actionFrom: Type.Optional(plainDate('Day on which their last change took effect')),
    action: Type.Optional(
      Type.Enum(['D', 'R'], { description: 'Action code, where it deletes (D) or reinstates (R).' }),
    ),
    coverageCode: Type.Optional(Text('Coverage code.', 10)),
    dosePerUnit: Type.Optional(DosePerUnit),
  },
  { ...strict, description: 'What editions that follow each other say of a code, all of them the same.' },
)
export const CodeTable = Type.Object(
  {
    system: Type.Enum(['icd-10-cm', 'hcpcs'], { description: 'Code system.' }),
    layer: Type.Optional(
      Text('Whose rows these are: `editions` of imported files, or those of the pack of this id.', 80),
    ),
    editions: Type.Optional(
      Type.Array(
        Type.Object(
          {
            name: Text('Edition, e.g. 2026-Q4.', 40),
            remembersFrom: plainDate('First day whose terminations its file lists'),
          },
          strict,
        ),
        { maxItems: 400, description: 'Editions held, oldest first, where rows name theirs.' },
      ),
    ),
    source: Source,
    held: Type.Array(Span, {
      minItems: 1,
      maxItems: 50,
      description:
        'Time for which the editions are held, half-open, in order; time between two spans is a gap.',
    }),
    complete: Type.Array(Type.String({ pattern: '^[A-Z0-9]{1,7}$' }), {
      maxItems: 5000,
      description: 'Prefixes under which every code is held, so that a code that is absent does not exist.',
    }),
    rows: Type.Array(
      Type.Object(
        {
          code: Type.String({ pattern: '^[A-Z0-9]{3,7}$' }),
          from: plainDate('First day in force'),
          to: Type.Optional(plainDate('First day no longer in force; absent = open')),
          billable: Type.Boolean({ description: 'false: a header that may not stand on a claim.' }),
          title: Type.Optional(Text('Title (ICD-10-CM and HCPCS Level II only).', 300)),
          edition: Type.Optional(Text('Newest edition held that lists the code so.', 40)),
          endInferred: Type.Optional(
            Type.Boolean({
              description: 'true: no file states the end; the next edition held does not list the code.',
            }),
          ),
          dosePerUnit: Type.Optional(DosePerUnit),
          listings: Type.Optional(
            Type.Array(Listing, {
              maxItems: 400,
              description:
                'What the editions held say of the code, oldest first, where they state add dates. Beside a gap they tell what was in it.',
            }),
          ),
        },
        strict,
      ),
      { minItems: 1, maxItems: 200000 },
    ),
  },
  { ...strict, description: 'A code system, or the part of it that is held.' },
)
export type CodeTable = Static<typeof CodeTable>
