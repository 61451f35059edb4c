import type { FastifySchemaValidationError } from 'fastify'
import { closest } from '../../decision/closest-name.js'
import type { FieldFault } from './problem.js'

interface FaultySchema {
  description?: string
  enum?: unknown[]
  minimum?: number
  maximum?: number
  exclusiveMinimum?: number
  properties?: Record<string, FaultySchema>
}
type AjvFault = FastifySchemaValidationError & { parentSchema?: FaultySchema }
type Params = Record<string, unknown>

/**
 * Makes a fault of an error of Ajv: what is wrong, where, and what to send. It repeats nothing that
 * was sent, neither values nor unknown names.
 */
export function fieldFault(fault: AjvFault, part: FieldFault['in']): FieldFault {
  const schema = fault.parentSchema ?? {}
  const { code, what, field } = describe(fault, schema)
  const pointer = fault.instancePath + (field === undefined ? '' : `/${field}`)
  const hint =
    field !== undefined
      ? schema.properties?.[field]?.description
      : code === 'unknown-field'
        ? undefined
        : schema.description
  const name = pointer === '' ? `The ${part}` : pointer
  return {
    in: part,
    pointer,
    code,
    detail: `${name} ${what}.${hint === undefined || pointer === '' ? '' : ` Expected: ${hint}`}`,
  }
}

function describe(fault: AjvFault, schema: FaultySchema): { code: string; what: string; field?: string } {
  const params: Params = fault.params
  switch (fault.keyword) {
    case 'additionalProperties': {
      // The name of an unknown field is the caller's text, which could be the name of a patient.
      const known = whatIsKnown(String(params.additionalProperty), Object.keys(schema.properties ?? {}))
      return { code: 'unknown-field', what: `has a field that is not known; ${known}` }
    }
    case 'required':
      return { code: 'missing-field', field: String(params.missingProperty), what: 'is missing' }
    case 'type':
      return { code: 'wrong-type', what: `must be ${article(String(params.type))}` }
    case 'enum':
      return { code: 'value-not-allowed', what: `must be one of ${(schema.enum ?? []).join(', ')}` }
    case 'format':
      return { code: 'wrong-format', what: `is not a valid ${String(params.format)}` }
    case 'pattern':
      return { code: 'wrong-format', what: 'does not have the expected form' }
    default:
      return {
        code: boundCodes[fault.keyword] ?? 'invalid',
        what: (fault.message ?? 'is not valid').replace(/^must NOT /, 'must not '),
      }
  }
}

function whatIsKnown(field: string, known: readonly string[]): string {
  if (known.length === 0) return 'none is taken here'
  const near = closest(field, known)
  return near === undefined ? `known here are ${known.join(', ')}` : `the closest known one is ${near}`
}

const boundCodes: Record<string, string> = {
  minimum: 'too-small',
  exclusiveMinimum: 'too-small',
  maximum: 'too-large',
  exclusiveMaximum: 'too-large',
  minLength: 'too-short',
  maxLength: 'too-long',
  minItems: 'too-few',
  maxItems: 'too-many',
  uniqueItems: 'duplicate',
}

const article = (type: string): string => (/^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`)
