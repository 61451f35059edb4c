import { Type, type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { ImportRefused } from '../importer.js'
import { fieldMeanings, fields, type Field, type Fields, type ListRow } from './fields.js'

const strict = { additionalProperties: false }
const Cell = Type.String({ maxLength: 2000 })
const FieldValues = Type.Object(
  Object.fromEntries(
    Object.entries(fieldMeanings).map(([field, description]) => [
      field,
      Type.Optional(Type.String({ maxLength: 2000, description })),
    ]),
  ),
  { ...strict, description: 'Fields and what stands in them, written as in a cell.' },
)

export const Mapping = Type.Object(
  {
    $schema: Type.Optional(
      Type.String({ maxLength: 200, description: 'Where an editor finds the schema of this file.' }),
    ),
    columns: Type.Optional(
      Type.Object(
        Object.fromEntries(
          Object.entries(fieldMeanings).map(([field, description]) => [
            field,
            Type.Optional(
              Type.String({
                minLength: 1,
                maxLength: 200,
                description: `Heading of the column with: ${description}`,
              }),
            ),
          ]),
        ),
        {
          ...strict,
          description:
            'Heading in the file of each field; without this the headings are the names of the fields.',
        },
      ),
    ),
    ignore: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 200 }), {
        maxItems: 200,
        description:
          'Headings of columns that are not read. A column that is neither mapped nor named here is refused, since it may hold a condition.',
      }),
    ),
    constants: Type.Optional({
      ...FieldValues,
      description: 'What holds for every row unless its cell says otherwise.',
    }),
    values: Type.Optional(
      Type.Record(Type.String({ pattern: `^(?:${fields.join('|')})$` }), Type.Record(Cell, FieldValues), {
        ...strict,
        description:
          'By field and exact text of its cell: the fields that the text stands for, over constants and cells; later fields over earlier ones. {} = the text was read and adds nothing. Where a field has such a list, a text that is not in it makes the row a review rule.',
      }),
    ),
    effectiveTo: Type.Optional(
      Type.Enum(['inclusive', 'exclusive'], {
        description:
          'Whether effectiveTo is the last day in force (inclusive, the default) or the first day after.',
      }),
    ),
    dates: Type.Optional(
      Type.Enum(['year-month-day', 'month/day/year'], {
        description: 'How dates are written: 2026-11-03 (the default) or 11/3/2026.',
      }),
    ),
  },
  {
    ...strict,
    $id: 'PaListMapping',
    title: 'Mapping of a prior authorization list',
    description: "Which column of a payer's list is which field, and what its texts mean.",
  },
)
type RawMapping = Static<typeof Mapping>

export interface ListMapping extends Omit<RawMapping, 'columns' | 'constants' | 'values'> {
  readonly columns: { readonly [F in Field]?: string }
  /** The mapping names the columns itself, so that all of them must be in the file. */
  readonly namesColumns: boolean
  readonly constants: Fields
  readonly values: { readonly [F in Field]?: Readonly<Record<string, Fields>> }
}

const validator = Compile(Mapping)

/**
 * Parses the mapping of a list: JSON of the shape `Mapping` (examples/pa-list/mapping.schema.json). Refuses
 * an unknown field or word, because ignoring it could lose a condition.
 */
export function parseMapping(text: string | undefined, name: string): ListMapping {
  const value: unknown = text === undefined ? {} : parsed(text, name)
  if (!validator.Check(value)) {
    const problems = validator
      .Errors(value)
      .map(({ instancePath, message, params }) => `${instancePath || '/'} ${message}${wordsOf(params)}`)
    throw new ImportRefused(
      `${name}: ${[...new Set(problems)].slice(0, 5).join('; ')}. Its fields are ${fields.join(', ')}.`,
    )
  }
  const mapping = value as RawMapping & Partial<ListMapping>
  const columns = mapping.columns ?? Object.fromEntries(fields.map((field) => [field, field]))
  return {
    ...mapping,
    columns,
    namesColumns: mapping.columns !== undefined,
    constants: mapping.constants ?? {},
    values: mapping.values ?? {},
  }
}

function parsed(text: string, name: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new ImportRefused(
      `${name}: it is not JSON (${error instanceof Error ? error.message : String(error)}).`,
    )
  }
}

function wordsOf(params: object): string {
  const words = Object.values(params)
    .flat()
    .filter((word) => typeof word === 'string')
  return words.length === 0 ? '' : ` (${words.slice(0, 10).join(', ')})`
}

/**
 * The fields of a row by the mapping. Cells that are not empty replace constants, and mapped values replace
 * the texts for which they stand.
 */
export function fieldsOf(cells: Fields, mapping: ListMapping): Pick<ListRow, 'fields' | 'unread'> {
  const given = Object.fromEntries(Object.entries(cells).filter(([, text]) => text !== ''))
  let mapped: Fields = { ...mapping.constants, ...given }
  const unread: Array<ListRow['unread'][number]> = []
  for (const [field, meanings] of Object.entries(mapping.values) as Array<
    [Field, Readonly<Record<string, Fields>>]
  >) {
    const text = given[field] ?? mapping.constants[field]
    if (text === undefined) continue
    if (Object.hasOwn(meanings, text)) mapped = { ...mapped, ...meanings[text] }
    else unread.push({ field, text })
  }
  // A condition counts as unread too where the mapping lists no values for it.
  if (mapped.condition !== undefined && mapping.values.condition === undefined)
    unread.push({ field: 'condition', text: mapped.condition })
  return { fields: mapped, unread }
}
