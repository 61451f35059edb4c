// What two versions of a JSON schema of the API promise differently. Keywords and directions: docs/use/api.md, "What stays the same".

export type Schema = { readonly [keyword: string]: unknown }

/** Whether callers send what the schema describes, or read it. */
export type Direction = 'request' | 'answer'

/** A promise that is broken: where (`CheckRequest: /reference maxLength`), as CHANGELOG.md has to name it, and how. */
export interface Broken {
  readonly place: string
  readonly how: string
}

/** The two documents that references are resolved in, what was found, and the pairs of schemas that were compared. */
export interface Comparison {
  readonly before: Schema
  readonly after: Schema
  readonly found: Map<string, Broken>
  readonly compared: Map<Schema, Set<string>>
}

/** A pair of schemas at one place: `at` is `CheckRequest:` or `GET /v1/codes: query kind`, `path` the fields below it. */
interface Pair {
  readonly before: Schema
  readonly after: Schema
  readonly direction: Direction
  readonly at: string
  readonly path: string
}

const upperBounds = ['maxLength', 'maxItems', 'maxProperties'] as const
const lowerBounds = ['minLength', 'minItems', 'minProperties'] as const
const annotations = ['title', 'description', 'example', 'examples', '$id', 'deprecated']
const understood = new Set([
  ...annotations,
  ...upperBounds,
  ...lowerBounds,
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'uniqueItems', 'pattern', 'format'],
  ...['type', 'enum', 'const', 'anyOf', 'oneOf', 'properties', 'required', 'additionalProperties', 'items'],
  ...['default', '$ref', 'nullable'],
])
/** Answers whose enums are complete: a value more is a promise less. All other enums of answers are open. */
const closedFields = /\/(outcome|lineOutcome|status|requirement)$/
const kinds = ['null', 'boolean', 'integer', 'number', 'string', 'array', 'object']

/** Notes a broken promise. The place is the parts that are not empty, with a space between. */
export function breaks(comparison: Comparison, parts: readonly string[], how: string): void {
  const place = parts.filter((part) => part !== '').join(' ')
  comparison.found.set(place, { place, how })
}

/** Compares two schemas and all that they refer to; what is found goes into `comparison.found`. */
export function compareSchemas(comparison: Comparison, pair: Pair): void {
  const [before, after] = [resolved(comparison.before, pair.before), resolved(comparison.after, pair.after)]
  const name = nameOf(pair.before)
  const here = name === undefined ? { at: pair.at, path: pair.path } : { at: `${name}:`, path: '' }
  const isClosed = closedFields.test(pair.path)
  // Recursive schemas end here: of two documents there are only so many pairs.
  const mark = `${pair.direction} ${numberOf(after)} ${isClosed} ${name === undefined ? here.at + here.path : ''}`
  const marks = comparison.compared.get(before) ?? new Set()
  if (marks.has(mark)) return
  comparison.compared.set(before, marks.add(mark))
  const both = { before, after, direction: pair.direction, ...here }
  const say = (what: string, how: string): void => breaks(comparison, [both.at, both.path, what], how)
  if (alternatives(before) !== undefined || alternatives(after) !== undefined)
    return compareAlternatives(comparison, both, say)
  compareTypes(both, say)
  compareValues(both, isClosed, say)
  if (pair.direction === 'request') compareBounds(both, say)
  compareDefault(both, say)
  compareOthers(both, say)
  compareFields(comparison, both, say)
  compareItems(comparison, both, say)
}

type Say = (what: string, how: string) => void

const numbers = new WeakMap<Schema, number>()
let counted = 0
function numberOf(schema: Schema): number {
  const known = numbers.get(schema)
  if (known !== undefined) return known
  numbers.set(schema, ++counted)
  return counted
}

const nameOf = ({ $ref }: Schema): string | undefined =>
  typeof $ref === 'string' ? $ref.split('/').at(-1) : undefined

/** The schema that a reference names, or the schema itself. Throws for a reference to nothing. */
export function resolved(document: Schema, schema: Schema): Schema {
  if (typeof schema.$ref !== 'string') return schema
  let target: unknown = document
  for (const step of schema.$ref.split('/').slice(1))
    target = (target as Schema | undefined)?.[step.replaceAll('~1', '/').replaceAll('~0', '~')]
  if (target === undefined) throw new Error(`${schema.$ref} refers to nothing`)
  return resolved(document, target as Schema)
}

const list = (value: unknown): Schema[] => (Array.isArray(value) ? (value as Schema[]) : [])

/** The values that a schema enumerates: by `enum`, `const`, or alternatives that are nothing else. */
function valuesOf(schema: Schema): unknown[] | undefined {
  if (Array.isArray(schema.enum)) return schema.enum
  if ('const' in schema) return [schema.const]
  const parts = list(schema.anyOf ?? schema.oneOf)
  const values = parts.map(valuesOf)
  return parts.length > 0 && values.every((value) => value !== undefined) ? values.flat() : undefined
}

/** Alternatives that are no enumeration. */
const alternatives = (schema: Schema): Schema[] | undefined =>
  valuesOf(schema) === undefined && (schema.anyOf ?? schema.oneOf) !== undefined
    ? list(schema.anyOf ?? schema.oneOf)
    : undefined

function typesOf(schema: Schema): Set<string> {
  const values = valuesOf(schema)
  const said = [schema.type ?? []].flat() as string[]
  const types =
    said.length > 0 ? said : values !== undefined ? values.map(typeOfValue) : kinds.filter(isWhole)
  return new Set(schema.nullable === true ? [...types, 'null'] : types)
}

const isWhole = (kind: string): boolean => kind !== 'integer'
const typeOfValue = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value

const admits = (types: ReadonlySet<string>, type: string): boolean =>
  types.has(type) || (type === 'integer' && types.has('number'))

function compareTypes({ before, after, direction }: Pair, say: Say): void {
  const [had, has] = [typesOf(before), typesOf(after)]
  const [promised, kept] = direction === 'request' ? [had, has] : [has, had]
  for (const type of promised)
    if (!admits(kept, type))
      say('type', direction === 'request' ? `${type} is not accepted any more` : `can be ${type} now`)
}

function compareValues({ before, after, direction }: Pair, isClosed: boolean, say: Say): void {
  const [had, has] = [valuesOf(before), valuesOf(after)]
  const isSame = (a: unknown) => (b: unknown) => JSON.stringify(a) === JSON.stringify(b)
  if (had === undefined) {
    if (has !== undefined && direction === 'request') say('enum', 'only some values are accepted now')
    return
  }
  if (has === undefined) {
    if (direction === 'answer') say('enum', 'the values are not enumerated any more')
    return
  }
  for (const value of had) if (!has.some(isSame(value))) say(`value ${String(value)}`, 'the value is gone')
  if (direction === 'answer' && isClosed)
    for (const value of has)
      if (!had.some(isSame(value))) say(`value ${String(value)}`, 'a value more, where all were told')
}

/** The bound of a number: the value, and whether the value itself is outside. */
function limit(schema: Schema, inclusive: string, exclusive: string): [number, boolean] | undefined {
  if (typeof schema[exclusive] === 'number') return [schema[exclusive], true]
  return typeof schema[inclusive] === 'number' ? [schema[inclusive], false] : undefined
}

/** Only of requests: the bounds of answers are told, not promised. */
function compareBounds({ before, after }: Pair, say: Say): void {
  for (const name of upperBounds)
    if (Number(after[name] ?? Infinity) < Number(before[name] ?? Infinity)) say(name, 'is lower')
  for (const name of lowerBounds)
    if (Number(after[name] ?? 0) > Number(before[name] ?? 0)) say(name, 'is higher')
  for (const [name, exclusive, sign] of [
    ['maximum', 'exclusiveMaximum', 1],
    ['minimum', 'exclusiveMinimum', -1],
  ] as const) {
    const [had, has] = [limit(before, name, exclusive), limit(after, name, exclusive)]
    if (has === undefined) continue
    const [room, roomBefore] = [sign * has[0], had === undefined ? Infinity : sign * had[0]]
    if (room < roomBefore || (room === roomBefore && has[1] && had?.[1] !== true))
      say(name, sign === 1 ? 'is lower' : 'is higher')
  }
  if (after.uniqueItems === true && before.uniqueItems !== true) say('uniqueItems', 'is asked for now')
  if (after.pattern !== undefined && after.pattern !== before.pattern) say('pattern', 'is another')
  if (after.format !== undefined && after.format !== before.format) say('format', 'is another')
}

function compareDefault({ before, after, direction }: Pair, say: Say): void {
  if ('default' in before && JSON.stringify(before.default) !== JSON.stringify(after.default))
    say('default', 'is another')
  if (direction === 'answer' && before.format !== undefined && after.format !== before.format)
    say('format', 'is another')
}

/** A keyword that this comparison does not know may say anything, so any change of it is told. */
function compareOthers({ before, after }: Pair, say: Say): void {
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)]))
    if (!understood.has(name) && JSON.stringify(before[name]) !== JSON.stringify(after[name]))
      say(name, 'changed; the comparison does not know this keyword')
}

const fieldsOf = (schema: Schema): Record<string, Schema> =>
  (schema.properties ?? {}) as Record<string, Schema>
const requiredOf = (schema: Schema): ReadonlySet<string> => new Set((schema.required ?? []) as string[])
/** What other fields may be: a schema, `{}` for anything, undefined for none. */
const othersOf = ({ additionalProperties: others = true }: Schema): Schema | undefined =>
  others === false ? undefined : others === true ? {} : (others as Schema)

function compareFields(comparison: Comparison, pair: Pair, say: Say): void {
  const { before, after, direction, at, path } = pair
  const [had, has] = [fieldsOf(before), fieldsOf(after)]
  const [wanted, wants] = [requiredOf(before), requiredOf(after)]
  const below = (step: string): { at: string; path: string } => ({ at, path: `${path}/${step}` })
  const sayOf = (name: string, what: string, how: string): void =>
    breaks(comparison, [at, below(name).path, what], how)
  for (const [name, field] of Object.entries(had)) {
    const now = has[name]
    if (now === undefined) sayOf(name, 'gone', 'the field is gone')
    else compareSchemas(comparison, { before: field, after: now, direction, ...below(name) })
  }
  for (const name of direction === 'request' ? wants : wanted)
    if (direction === 'request' && !wanted.has(name)) sayOf(name, 'required', 'has to be sent now')
    else if (direction === 'answer' && !wants.has(name) && has[name] !== undefined)
      sayOf(name, 'required', 'may be absent now')
  const [others, othersNow] = [othersOf(before), othersOf(after)]
  if (others === undefined) return
  const isAnything = Object.keys(others).length === 0
  // Answers may have more fields at any time, so only entries of a map are promised.
  if (isAnything && (direction === 'answer' || Object.keys(othersNow ?? { never: true }).length === 0)) return
  if (othersNow === undefined) say('additionalProperties', 'other fields are gone')
  else compareSchemas(comparison, { before: others, after: othersNow, direction, ...below('*') })
}

function compareItems(comparison: Comparison, { before, after, direction, at, path }: Pair, say: Say): void {
  if (before.items === undefined && after.items === undefined) return
  const [had, has] = [(before.items ?? {}) as Schema, (after.items ?? {}) as Schema]
  if (before.items !== undefined && after.items === undefined && direction === 'answer')
    return say('items', 'items can be anything now')
  compareSchemas(comparison, { before: had, after: has, direction, at, path: `${path}/*` })
}

/**
 * Alternatives are paired by their name, by a `kind` or `type` of one value, or by their type. One that is gone breaks a promise.
 * One more breaks it in answers, unless such a field tells it apart.
 */
function compareAlternatives(comparison: Comparison, pair: Pair, say: Say): void {
  const { direction, at, path } = pair
  const keyed = (document: Schema, schema: Schema): Map<string, Schema> => {
    const found = new Map<string, Schema>()
    for (const one of alternatives(schema) ?? [schema]) {
      let key = keyOf(document, one)
      while (found.has(key)) key += ' too'
      found.set(key, one)
    }
    return found
  }
  const [had, has] = [keyed(comparison.before, pair.before), keyed(comparison.after, pair.after)]
  for (const [key, before] of had) {
    const after = has.get(key)
    if (after === undefined) say(`alternative ${key}`, 'the alternative is gone')
    else compareSchemas(comparison, { before, after, direction, at, path: `${path}(${key})` })
  }
  if (direction === 'answer')
    for (const key of has.keys())
      if (!had.has(key) && !key.includes('=')) say(`alternative ${key}`, 'an alternative more')
}

function keyOf(document: Schema, schema: Schema): string {
  const target = resolved(document, schema)
  for (const field of ['kind', 'type']) {
    const told = fieldsOf(target)[field]
    const values = told === undefined ? undefined : valuesOf(resolved(document, told))
    if (values?.length === 1) return `${field}=${String(values[0])}`
  }
  const name = nameOf(schema)
  if (name !== undefined) return name
  const wanted = [...requiredOf(target)].sort().join('+')
  return [[...typesOf(target)].join('|'), ...(wanted === '' ? [] : [wanted])].join(':')
}
