import { Type, type Static } from 'typebox'
import { Identifier, plainDate } from '../../decision/shapes/codes.js'
import { CodeSet, Payer, Plan, Policy, PolicySet, type PolicyContent } from '../../decision/shapes/policy.js'
import { CodeTable, NdcEdition, UnitLimitEdition } from '../../decision/shapes/tables.js'
import { PackProcedurePairs, packedEdition } from './pairs.js'

const strict = { additionalProperties: false }
const CodePattern = '^[A-Z0-9]{3,7}$'

/**
 * A code table row as packs write it: code, from, to (null = open), billable (1 or 0), title (or
 * null), dose per unit.
 */
export type PackCodeRow = [
  string,
  string,
  string | null,
  0 | 1,
  (string | null)?,
  { value: number; unit: string }?,
]

/**
 * JSON Schema (draft 7) of the row; a tuple so that a table of a thousand codes stays readable, one
 * code to a line.
 */
export const PackCodeRow = Type.Unsafe<PackCodeRow>({
  type: 'array',
  items: [
    { type: 'string', pattern: CodePattern },
    plainDate('First day'),
    Type.Union([plainDate('First day no longer in force'), Type.Null()]),
    Type.Enum([0, 1]),
    Type.Union([Type.String({ minLength: 1, maxLength: 300 }), Type.Null()]),
    Type.Object(
      { value: Type.Number({ exclusiveMinimum: 0 }), unit: Type.String({ minLength: 1, maxLength: 40 }) },
      strict,
    ),
  ],
  minItems: 4,
  maxItems: 6,
  additionalItems: false,
  description:
    '[code, from, to or null, billable 1 or header 0, title or null, { value, unit } of the dose that is one unit]; the last two may be left out.',
})

const { layer: _layer, editions: _editions, ...tableAsWritten } = CodeTable.properties
export const PackCodeTable = Type.Object(
  {
    ...tableAsWritten,
    rows: Type.Array(PackCodeRow, {
      minItems: 1,
      maxItems: 200000,
      description: 'One row per code and effective range, sorted by code, then date.',
    }),
  },
  { ...strict, description: 'A code system, or the part of it that is held.' },
)
export type PackCodeTable = Static<typeof PackCodeTable>

const many = { maxItems: 100000 }
export const Pack = Type.Object(
  {
    $schema: Type.Optional(
      Type.String({ maxLength: 200, description: 'Where an editor finds the JSON Schema of packs.' }),
    ),
    packId: Identifier,
    title: Type.String({ minLength: 1, maxLength: 300, description: 'Title.' }),
    description: Type.String({
      minLength: 1,
      maxLength: 4000,
      description: 'What the pack holds, from where, and what it leaves out.',
    }),
    payers: Type.Optional(Type.Array(Payer, many)),
    plans: Type.Optional(Type.Array(Plan, many)),
    policySets: Type.Optional(Type.Array(PolicySet, many)),
    policies: Type.Optional(Type.Array(Policy, many)),
    codeSets: Type.Optional(Type.Array(CodeSet, many)),
    unitLimits: Type.Optional(Type.Array(UnitLimitEdition, many)),
    procedurePairs: Type.Optional(Type.Array(PackProcedurePairs, many)),
    ndcEditions: Type.Optional(Type.Array(NdcEdition, many)),
    codeTables: Type.Optional(Type.Array(PackCodeTable, many)),
  },
  {
    ...strict,
    description:
      "A policy pack: one publisher's policies, tables, payers or plans as data. References may reach into other packs.",
  },
)
export type Pack = Static<typeof Pack>

/** A pack as it was read, not yet validated. */
export interface PackFile {
  readonly file: string
  readonly pack: unknown
}

/**
 * What is wrong with a pack: in which file, where in it (JSON pointer, or a line where it is not
 * even JSON), and why.
 */
export interface PackProblem {
  readonly file: string
  readonly path: string
  readonly line?: number
  readonly reason: string
}

export interface ValidPack {
  readonly file: string
  readonly pack: Pack
  readonly content: PolicyContent
}
export interface PackValidation {
  readonly packs: readonly ValidPack[]
  readonly problems: readonly PackProblem[]
}

/**
 * The policy content that a pack of the right shape contributes; code rows are written out as
 * objects, procedure pairs packed.
 */
export function packContent(pack: Pack): PolicyContent {
  return {
    payers: pack.payers ?? [],
    plans: pack.plans ?? [],
    policySets: pack.policySets ?? [],
    policies: pack.policies ?? [],
    codeSets: pack.codeSets ?? [],
    unitLimits: pack.unitLimits ?? [],
    procedurePairs: (pack.procedurePairs ?? []).map(packedEdition),
    ndcEditions: pack.ndcEditions ?? [],
    codeTables: (pack.codeTables ?? []).map((table) => ({ ...table, rows: table.rows.map(codeRow) })),
  }
}

/** Joins the contents of several packs into one, in the order of the packs. */
export function mergeContent(contents: readonly PolicyContent[]): PolicyContent {
  return {
    payers: contents.flatMap((c) => c.payers),
    plans: contents.flatMap((c) => c.plans),
    policySets: contents.flatMap((c) => c.policySets),
    policies: contents.flatMap((c) => c.policies),
    codeSets: contents.flatMap((c) => c.codeSets),
    unitLimits: contents.flatMap((c) => c.unitLimits),
    procedurePairs: contents.flatMap((c) => c.procedurePairs),
    ndcEditions: contents.flatMap((c) => c.ndcEditions),
    codeTables: contents.flatMap((c) => c.codeTables),
  }
}

function codeRow([code, from, to, billable, title, dosePerUnit]: PackCodeRow): CodeTable['rows'][number] {
  return {
    code,
    from,
    ...(to === null ? {} : { to }),
    billable: billable === 1,
    ...(title === null || title === undefined ? {} : { title }),
    ...(dosePerUnit === undefined ? {} : { dosePerUnit }),
  }
}
