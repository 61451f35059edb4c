import { Type, type Static, type TSchema } from 'typebox'
import { claimTypes, CodeOrRange, treatmentPhases } from './codes.js'

// The expression language of `when`, `criteria` and `supports`: an object with exactly one property, which is either a
// connective (all, any, not, atLeast) or an atom over one typed fact of the request. Every atom can be unknown.

const strict = { additionalProperties: false }
const list = <T extends TSchema>(items: T, description: string) =>
  Type.Array(items, { minItems: 1, maxItems: 500, description })

/** Atoms: property name → schema of its argument. */
const atoms = {
  diagnosis: Type.Object(
    {
      codeSet: Type.Optional(
        Type.String({ minLength: 1, maxLength: 80, description: 'Name of a code set.' }),
      ),
      codes: Type.Optional(
        list(
          Type.String({ pattern: '^[A-Z0-9]{3,7}\\*?$', maxLength: 8 }),
          'Undotted codes; `D51*` means every code that begins so.',
        ),
      ),
      position: Type.Optional(
        Type.Enum(['primary', 'secondary'], {
          description: 'Only the first linked diagnosis, or only the others.',
        }),
      ),
    },
    { ...strict, description: 'A diagnosis linked to the line is one of these.' },
  ),
  procedureCode: list(CodeOrRange, 'The procedure of the line is one of these codes or ranges.'),
  placeOfService: list(
    Type.String({ pattern: '^[0-9]{2}$' }),
    'Place of service of the line is one of these.',
  ),
  claimType: list(Type.Enum(claimTypes), 'Claim type is one of these.'),
  state: list(Type.String({ pattern: '^[A-Z]{2}$' }), 'The state is one of these.'),
  modifier: list(Type.String({ pattern: '^[A-Z0-9]{2}$' }), 'The line carries one of these modifiers.'),
  modifierOnOtherLine: list(
    Type.String({ pattern: '^[A-Z0-9]{2}$' }),
    'Another line of the same code and day carries one of these modifiers.',
  ),
  networkStatus: list(
    Type.Enum(['in-network', 'out-of-network']),
    'Network status of the provider is one of these.',
  ),
  taxonomyCode: list(
    Type.String({ pattern: '^[0-9A-Z]{10}$' }),
    'Taxonomy code of the provider is one of these.',
  ),
  vialType: list(Type.Enum(['single-dose', 'multi-dose']), 'Vial type of the line is one of these.'),
  treatmentPhase: list(Type.Enum(treatmentPhases), 'Treatment phase is one of these.'),
  sex: list(Type.Enum(['female', 'male']), 'Sex of the patient is one of these.'),
  ageYears: Type.Object(
    {
      minimum: Type.Optional(Type.Number({ minimum: 0, maximum: 130 })),
      maximum: Type.Optional(Type.Number({ minimum: 0, maximum: 130 })),
    },
    { ...strict, minProperties: 1, description: 'Age in years lies within these bounds, both inclusive.' },
  ),
  units: Type.Object(
    { over: Type.Number({ minimum: 0, maximum: 999999 }) },
    { ...strict, description: 'Billed units of the line are more than `over`.' },
  ),
  discardedUnits: Type.Object(
    { over: Type.Number({ minimum: 0, maximum: 999999 }) },
    {
      ...strict,
      description: 'More than `over` units of the drug were discarded that may be billed beside the dose.',
    },
  ),
  goldCard: Type.Literal(true, { description: 'The provider is exempted by the payer.' }),
  ndcGiven: Type.Literal(true, { description: 'The line names an NDC.' }),
  lab: Type.Object(
    {
      loincCodes: list(
        Type.String({ pattern: '^[0-9]{1,7}-[0-9]$' }),
        'LOINC codes that count as this observation.',
      ),
      is: Type.Enum(['below', 'at-most', 'above', 'at-least']),
      value: Type.Number(),
      unit: Type.String({
        minLength: 1,
        maxLength: 40,
        description: 'UCUM unit of `value`; results are converted to it.',
      }),
      molarMass: Type.Optional(
        Type.Number({ exclusiveMinimum: 0, description: 'g/mol, for results reported in moles.' }),
      ),
      maximumAgeDays: Type.Optional(
        Type.Integer({
          minimum: 0,
          maximum: 36500,
          description: 'Oldest result that counts, in days before the date of service.',
        }),
      ),
      which: Type.Optional(
        Type.Enum(['latest', 'any'], {
          description: 'The latest result that counts (the default), or any one.',
        }),
      ),
    },
    { ...strict, description: 'A laboratory result on or before the date of service compares so.' },
  ),
  documented: Type.String({
    pattern: '^[a-z0-9]+(-[a-z0-9]+)*$',
    maxLength: 80,
    description: 'The chart documents this item.',
  }),
  previousService: Type.Object(
    {
      procedureCodes: list(CodeOrRange, 'Codes that count.'),
      within: Type.Object(
        {
          days: Type.Optional(Type.Integer({ minimum: 1, maximum: 36500 })),
          months: Type.Optional(Type.Integer({ minimum: 1, maximum: 1200 })),
        },
        {
          ...strict,
          minProperties: 1,
          maxProperties: 1,
          description:
            'How far back: an earlier service counts while the date of service is before its date plus this.',
        },
      ),
    },
    { ...strict, description: 'An earlier service of these codes lies within this time.' },
  ),
  companion: Type.Object(
    { procedureCodes: list(CodeOrRange, 'Companion codes.') },
    {
      ...strict,
      description: 'Another line or planned service of the same date carries one of these codes.',
    },
  ),
}

type Atoms = { [K in keyof typeof atoms]: Static<(typeof atoms)[K]> }
/** The connectives with what each of them takes, where `Part` stands for a condition or for what was made of one. */
export type Connectives<Part> = {
  all: Part[]
  any: Part[]
  not: Part
  atLeast: { n: number; of: Part[] }
}
type OneOf<M> = { [K in keyof M]: { readonly [P in K]: M[K] } }[keyof M]
type OneConnective = {
  [K in keyof Connectives<unknown>]: { readonly [P in K]: Connectives<Expression>[P] }
}[keyof Connectives<unknown>]

/** One atom with its argument, e.g. `{ placeOfService: ['11'] }`. */
export type Atom = OneOf<Atoms>
export type AtomArgument<K extends keyof Atoms> = Atoms[K]
export type AtomName = keyof Atoms
/** A condition: one connective or one atom. */
export type Expression = Atom | OneConnective

export const atomNames = Object.keys(atoms) as AtomName[]

/** A reference to the named component `Expression`, typed. */
export const ExpressionRef = Type.Unsafe<Expression>(Type.Ref('Expression'))
const several = Type.Array(ExpressionRef, { minItems: 1, maxItems: 200 })
const connectives: Record<keyof Connectives<unknown>, TSchema> = {
  all: several,
  any: several,
  not: ExpressionRef,
  atLeast: Type.Object({ n: Type.Integer({ minimum: 1, maximum: 200 }), of: several }, strict),
}
export const connectiveNames: readonly string[] = Object.keys(connectives)

/** A condition, as an object with exactly one property; the property tells which connective or atom it is. */
export const Expression = Type.Unsafe<Expression>(
  Type.Object(
    {
      ...Object.fromEntries(
        Object.entries<TSchema>({ ...connectives, ...atoms }).map(([name, schema]) => [
          name,
          Type.Optional(schema),
        ]),
      ),
    },
    {
      $id: 'Expression',
      additionalProperties: false,
      minProperties: 1,
      maxProperties: 1,
      description:
        'A condition over the facts of a request, true, false or unknown: exactly one of the properties is given.',
    },
  ),
)
