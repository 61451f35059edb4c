import type { FastifySchemaValidationError } from 'fastify'

/** A compiled schema as Ajv makes it: its errors stand on the function after a call that found some. */
export interface CompiledValidator {
  (data: unknown): unknown
  errors?: readonly FastifySchemaValidationError[] | null
}

const mostFaults = 50
const longestText = 2_000

/**
 * Finds every fault of a body at once, at most 50. `first` stops at the first fault, so that a length check protects from slow patterns;
 * only a body that it refuses, and whose texts are short, is looked at again by `all`.
 */
export function withAllFaults(first: CompiledValidator, all: () => CompiledValidator): CompiledValidator {
  let thorough: CompiledValidator | undefined
  const validate: CompiledValidator = (data) => {
    if (first(data) === true) {
      validate.errors = null
      return true
    }
    validate.errors = first.errors ?? null
    if (!hasShortTexts(data)) return false
    thorough ??= all()
    if (thorough(data) !== true) validate.errors = inOrder(first.errors ?? [], thorough.errors ?? [])
    return false
  }
  return validate
}

/** The first fault first, then the others; of alternatives only what is wrong with each, not that none fits. */
function inOrder(
  [first]: readonly FastifySchemaValidationError[],
  all: readonly FastifySchemaValidationError[],
): FastifySchemaValidationError[] {
  const others = all.filter(
    (fault) => !alternatives.has(fault.keyword) && (first === undefined || !isSame(fault, first)),
  )
  return [...(first === undefined ? [] : [first]), ...others].slice(0, mostFaults)
}

const alternatives = new Set(['anyOf', 'oneOf', 'if', 'not'])

function isSame(a: FastifySchemaValidationError, b: FastifySchemaValidationError): boolean {
  return (
    a.instancePath === b.instancePath &&
    a.keyword === b.keyword &&
    JSON.stringify(a.params) === JSON.stringify(b.params)
  )
}

/** Whether every text is short enough that no pattern takes long on it. */
function hasShortTexts(value: unknown): boolean {
  if (typeof value === 'string') return value.length <= longestText
  if (typeof value !== 'object' || value === null) return true
  return Object.entries(value).every(([name, one]) => name.length <= longestText && hasShortTexts(one))
}
