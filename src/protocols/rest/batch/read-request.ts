import type { FastifySchemaValidationError } from 'fastify'
import type { CheckRequest } from '../../../decision/shapes/request.js'
import { bodyLimit, parseJson } from '../../http/json-body.js'
import { shapeProblem, tooLarge } from '../../http/problem-answers.js'
import { refuseContradiction } from '../../asking/check-request.js'

/** A schema compiled by Ajv. */
export interface CompiledSchema {
  (value: unknown): unknown
  errors?: FastifySchemaValidationError[] | null
}

/** Maximum length of a line in bytes, the same as of a single request. */
export const mostLineBytes = bodyLimit

/**
 * Reads one line as a request. Throws the same ProblemError that a body of these bytes would get.
 */
export function readRequest(bytes: Uint8Array | undefined, isRequest: CompiledSchema): CheckRequest {
  if (bytes === undefined) throw tooLarge()
  return asRequest(parseJson(bytes), isRequest)
}

/** Checks that a value is a request. Throws a ProblemError that says what is wrong. */
export function asRequest(value: unknown, isRequest: CompiledSchema): CheckRequest {
  if (isRequest(value) !== true) throw shapeProblem(isRequest.errors ?? [], 'body')
  refuseContradiction(value as CheckRequest)
  return value as CheckRequest
}
