import { Type, type TSchema } from 'typebox'
import { Compile, type Validator } from 'typebox/compile'
import { Expression } from '../../decision/shapes/expression.js'
import { FrequencyLimit } from '../../decision/shapes/frequency-limit.js'
import { deepPlaces } from '../../decision/conditions/nesting.js'
import { Policy, PolicyVersion } from '../../decision/shapes/policy.js'
import {
  ClaimLineRule,
  CoverageExclusionRule,
  DiagnosisRule,
  DocumentationRule,
  FrequencyRule,
  PriorAuthorizationRule,
  ReviewRule,
  UnitsRule,
} from '../../decision/shapes/rule.js'
import { ruleKinds, type RuleKind } from '../../decision/shapes/rule-kinds.js'

export interface ShapeProblem {
  readonly path: string
  readonly reason: string
}
interface Checker {
  readonly schema: TSchema
  readonly validator: Validator
}
interface SchemaError {
  readonly keyword: string
  readonly schemaPath: string
  readonly instancePath: string
  readonly message: string
  readonly params: object
}

const checker = (schema: TSchema): Checker => ({
  schema,
  validator: Compile({ Expression }, schema) as Validator,
})
const unread = Type.Array(Type.Unknown(), { minItems: 1 })

/**
 * The checker of each kind of rule. A rule is checked against the schema of its own kind, so that a
 * message is never about another kind.
 */
const ruleCheckers: Record<RuleKind, Checker> = {
  'prior-authorization': checker(PriorAuthorizationRule),
  'coverage-exclusion': checker(CoverageExclusionRule),
  diagnosis: checker(DiagnosisRule),
  documentation: checker(DocumentationRule),
  units: checker(UnitsRule),
  'claim-line': checker(ClaimLineRule),
  review: checker(ReviewRule),
  frequency: checker(
    Type.Object(
      {
        ...FrequencyRule.properties,
        limits: Type.Optional(Type.Array(Type.Unknown(), { maxItems: 10 })),
        phases: Type.Optional(
          Type.Array(
            Type.Object(
              {
                phase: (
                  FrequencyRule.properties.phases.items as unknown as { properties: { phase: TSchema } }
                ).properties.phase,
                limits: Type.Array(Type.Unknown(), { maxItems: 10 }),
              },
              { additionalProperties: false },
            ),
            { minItems: 1, maxItems: 2 },
          ),
        ),
      },
      { additionalProperties: false },
    ),
  ),
}

const limitCheckers = FrequencyLimit.anyOf.map((variant) => ({
  ...checker(variant),
  properties: Object.keys(variant.properties),
  type: String(variant.properties.type.const),
}))

/**
 * Returns what is wrong with the shape of a pack, in plain words and with JSON pointers; an empty list
 * when it fits the schema.
 */
export function shapeProblems(packSchema: TSchema, pack: unknown): ShapeProblem[] {
  // Nesting is checked first and alone, because the other checks recurse into the whole value.
  const deep = deepPlaces(pack)
  if (deep.length > 0) return deep.map(({ path, reason }) => ({ path, reason }))
  const shell = shellOf(packSchema)
  const problems = problemsOf(shell, pack, '')
  for (const [path, rule] of rulesIn(pack)) problems.push(...ruleProblems(rule, path))
  return problems
}

const shells = new WeakMap<TSchema, Checker>()
function shellOf(packSchema: TSchema): Checker {
  const known = shells.get(packSchema)
  if (known !== undefined) return known
  const { properties } = packSchema as TSchema & { properties: Record<string, TSchema> }
  const version = Type.Object({ ...PolicyVersion.properties, rules: unread }, { additionalProperties: false })
  const policy = Type.Object(
    { ...Policy.properties, versions: Type.Array(version, { minItems: 1, maxItems: 500 }) },
    { additionalProperties: false },
  )
  const made = checker({
    ...packSchema,
    properties: { ...properties, policies: Type.Optional(Type.Array(policy)) },
  } as TSchema)
  shells.set(packSchema, made)
  return made
}

function ruleProblems(rule: unknown, path: string): ShapeProblem[] {
  const kind = asRecord(rule)['kind']
  if (!ruleKinds.includes(kind as RuleKind)) {
    return [
      {
        path: `${path}/kind`,
        reason: `${kind === undefined ? 'the rule has no kind' : `unknown rule kind ${JSON.stringify(kind)}`}; it is one of ${ruleKinds.join(', ')}`,
      },
    ]
  }
  const problems = problemsOf(ruleCheckers[kind as RuleKind], rule, path)
  if (kind !== 'frequency') return problems
  const { limits, phases, loading } = asRecord(rule)
  if ((limits === undefined) === (phases === undefined))
    problems.push({ path, reason: 'a frequency rule has exactly one of limits and phases' })
  if (loading !== undefined && phases === undefined)
    problems.push({
      path: `${path}/loading`,
      reason: 'loading tells which of the phases holds, and the rule has none',
    })
  const lists = [
    [limits, `${path}/limits`],
    ...asArray(phases).map((phase, i) => [asRecord(phase)['limits'], `${path}/phases/${i}/limits`]),
  ] as [unknown, string][]
  for (const [list, at] of lists)
    asArray(list).forEach((limit, i) => problems.push(...limitProblems(limit, `${at}/${i}`)))
  return problems
}

function limitProblems(limit: unknown, path: string): ShapeProblem[] {
  const { type, ...rest } = asRecord(limit)
  const variants = limitCheckers.filter((variant) => variant.type === type)
  if (variants.length === 0) {
    return [
      {
        path: `${path}/type`,
        reason: `unknown limit type ${JSON.stringify(type)}; it is one of ${[...new Set(limitCheckers.map((v) => v.type))].join(', ')}`,
      },
    ]
  }
  if (variants.some((variant) => variant.validator.Check(limit))) return []
  const chosen = variants.find((variant) =>
    Object.keys(rest).every((name) => variant.properties.includes(name)),
  )
  if (chosen !== undefined) return problemsOf(chosen, limit, path)
  return [
    {
      path,
      reason: `a ${String(type)} limit has the properties ${variants.map((v) => v.properties.slice(1).join(' and ')).join(', or ')}`,
    },
  ]
}

function problemsOf({ schema, validator }: Checker, value: unknown, path: string): ShapeProblem[] {
  if (validator.Check(value)) return []
  const errors = (validator.Errors(value) as SchemaError[]).filter((error) => error.keyword !== 'boolean')
  const seen = new Set<string>()
  return errors
    .map((error) => ({ path: path + error.instancePath, reason: reasonOf(error, schema) }))
    .filter(({ path: at, reason }) => !seen.has(at + reason) && seen.add(at + reason) !== undefined)
}

function reasonOf(error: SchemaError, schema: TSchema): string {
  const params = error.params as Record<string, unknown>
  const node = schemaAt(schema, error.schemaPath)
  const names = Object.keys(asRecord(node['properties']))
  if (error.keyword === 'additionalProperties') {
    const unknown = asArray(params['additionalProperties']).map(String)
    const what = node['$id'] === 'Expression' ? 'a condition' : 'this object'
    return `unknown ${unknown.length > 1 ? 'properties' : 'property'} ${unknown.join(', ')}; ${what} may have ${names.join(', ')}`
  }
  if (error.keyword === 'maxProperties' || error.keyword === 'minProperties') {
    if (node['$id'] === 'Expression')
      return `a condition has exactly one property, one of ${names.join(', ')}`
    const howMany = node['maxProperties'] === undefined ? 'at least' : 'exactly'
    return `${howMany} one of ${names.join(', ')} is given`
  }
  if (error.keyword === 'enum')
    return `it is one of ${asArray(params['allowedValues']).map(String).join(', ')}`
  if (error.keyword === 'required') return `missing ${asArray(params['requiredProperties']).join(', ')}`
  if (error.keyword === 'format') return 'it is not a calendar date (YYYY-MM-DD)'
  if (error.keyword === 'pattern')
    return `it does not have the form ${String(params['pattern'])}${node['description'] === undefined ? '' : ` (${String(node['description'])})`}`
  return error.message
}

/** Follows a schema path, stepping through references to the named expression. */
function schemaAt(schema: TSchema, path: string): Record<string, unknown> {
  let node: unknown = schema
  for (const step of path.split('/').slice(1))
    node = asRecord(dereference(node))[step] ?? asArray(dereference(node))[Number(step)]
  return asRecord(dereference(node))
}

function dereference(node: unknown): unknown {
  return asRecord(node)['$ref'] === 'Expression' ? Expression : node
}

function* rulesIn(pack: unknown): Iterable<[string, unknown]> {
  for (const [p, policy] of asArray(asRecord(pack)['policies']).entries()) {
    for (const [v, version] of asArray(asRecord(policy)['versions']).entries()) {
      for (const [r, rule] of asArray(asRecord(version)['rules']).entries())
        yield [`/policies/${p}/versions/${v}/rules/${r}`, rule]
    }
  }
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {}
}

function asArray(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}
