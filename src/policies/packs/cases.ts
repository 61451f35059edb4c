import { Type, type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { CheckRequest } from '../../decision/shapes/request.js'

const strict = { additionalProperties: false }
const text = { minLength: 1, maxLength: 500 }
const Scalar = Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()])
const Overrides = Type.Record(Type.String({ minLength: 1 }), Type.Unknown(), {
  description:
    'Changes to the base request by path, e.g. { "diagnosisCodes": ["E44.0"], "serviceLines.0.units": 2 }; null takes the property away.',
})

export const PackCase = Type.Object(
  {
    title: Type.String({
      ...text,
      description: 'What the case shows, in the words of a clinician or biller.',
    }),
    request: Type.Optional(Overrides),
    expect: Type.Record(Type.String({ minLength: 1 }), Scalar, {
      minProperties: 1,
      description: 'Path in the answer → the value it must have; null says that it must be absent.',
    }),
    contains: Type.Optional(
      Type.Record(
        Type.String({ minLength: 1 }),
        Type.Union([Type.String(), Type.Array(Type.String(), { minItems: 1 })]),
        {
          description:
            'Path in the answer → text, or several, that must occur in what stands there (in its JSON text where it is a list or object).',
        },
      ),
    ),
  },
  { ...strict, description: 'One request and what must be answered.' },
)
export type PackCase = Static<typeof PackCase>

export const PackCases = Type.Object(
  {
    $schema: Type.Optional(Type.String({ maxLength: 200 })),
    base: Type.Unsafe<Record<string, unknown>>(Type.Ref('CheckRequest')),
    cases: Type.Array(PackCase, { minItems: 1, maxItems: 1000 }),
  },
  {
    ...strict,
    description:
      'Cases of a pack: a base request, and for each case what differs from it and what must be answered.',
  },
)
export type PackCases = Static<typeof PackCases>

const cases = Compile({ CheckRequest }, PackCases)
const request = Compile(CheckRequest)

/**
 * Reads the cases of a pack; a file that does not fit the schema throws an error that says where
 * and why.
 */
export function parseCases(value: unknown, file: string): PackCases {
  if (cases.Check(value)) return value
  throw new Error(
    `${file}: ${cases
      .Errors(value)
      .map((error) => `${error.instancePath} ${error.message}`)
      .join('; ')}`,
  )
}

/**
 * The request of a case: the base with its changes; throws when that is not a request which the
 * service would accept.
 */
export function requestOf(base: PackCases['base'], one: PackCase): Static<typeof CheckRequest> {
  const changed = changedBy(base, one)
  if (request.Check(changed)) return changed
  throw new Error(
    `${one.title}: ${request
      .Errors(changed)
      .map((error) => `${error.instancePath} ${error.message}`)
      .join('; ')}`,
  )
}

/**
 * The base with the changes of a case; throws where a path leads into a text or a number, which has
 * no parts.
 */
export function changedBy(base: unknown, one: Pick<PackCase, 'request'>): unknown {
  const changed: unknown = structuredClone(base)
  for (const [path, value] of Object.entries(one.request ?? {}))
    if (!change(changed, path, value)) throw new Error(`${path} leads into something that has no parts`)
  return changed
}

/**
 * The value at a path like `lines.0.priorAuthorization.requirement`; undefined where the path leads
 * nowhere.
 */
export function valueAt(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((node, step) => (isObject(node) ? node[step] : undefined), value)
}

/** Sets the value at a path, or removes it for null. Returns false where the path leads nowhere. */
function change(target: unknown, path: string, value: unknown): boolean {
  if (!isObject(target)) return false
  const dot = path.indexOf('.')
  if (dot >= 0) return change((target[path.slice(0, dot)] ??= {}), path.slice(dot + 1), value)
  if (value === null) delete target[path]
  else target[path] = value
  return true
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
