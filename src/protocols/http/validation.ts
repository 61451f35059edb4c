import { AjvCompiler } from '@fastify/ajv-compiler'
import type { FastifySchemaCompiler } from 'fastify'

// Ajv as Fastify sets it up drops unknown fields and turns null into 0 or "": a medical answer
// would rest on facts nobody sent. `verbose` gives the schema of the faulty field, so that the
// message can say what to send. allErrors stays off: with it, the length check in front of a
// pattern no longer protects from slow patterns.
const strict = { removeAdditional: false, allErrors: false, verbose: true, strict: false } as const

const compilers = { body: AjvCompiler(), rest: AjvCompiler() }

/**
 * Two validators: bodies are taken as sent; query strings and paths, which are all text, are
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
  return ({ schema, httpPart }) =>
    (httpPart === 'body' ? body : rest)({ schema } as never) as ReturnType<FastifySchemaCompiler<object>>
}
