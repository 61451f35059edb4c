import { AjvCompiler } from '@fastify/ajv-compiler'
import type { FastifySchemaCompiler } from 'fastify'
import { withAllFaults, type CompiledValidator } from './all-faults.js'

// By default Fastify's Ajv drops unknown fields and turns null into 0 or "", so an answer would
// rest on facts that nobody sent. `verbose` gives the schema of the faulty field, so that the
// message can say what to send. allErrors is off at first: with it, a length check no longer protects
// from slow patterns.
const strict = { removeAdditional: false, allErrors: false, verbose: true, strict: false } as const

const compilers = { body: AjvCompiler(), all: AjvCompiler(), rest: AjvCompiler() }

/**
 * Two validators. Bodies are validated as sent; query strings and paths, which are text, are
 * converted.
 */
export function buildValidator(
  components: Parameters<typeof compilers.body>[0],
): FastifySchemaCompiler<object> {
  const body = compilers.body(components, {
    customOptions: { ...strict, useDefaults: false, coerceTypes: false },
  })
  const rest = compilers.rest(components, {
    customOptions: { ...strict, useDefaults: true, coerceTypes: 'array' },
  })
  const thorough = compilers.all(components, {
    customOptions: { ...strict, allErrors: true, useDefaults: false, coerceTypes: false },
  })
  return ({ schema, httpPart }) =>
    (httpPart === 'body'
      ? withAllFaults(
          body({ schema } as never) as CompiledValidator,
          () => thorough({ schema } as never) as CompiledValidator,
        )
      : rest({ schema } as never)) as ReturnType<FastifySchemaCompiler<object>>
}
