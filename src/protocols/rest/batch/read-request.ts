import type { FastifySchemaValidationError } from 'fastify'
import type { CheckRequest } from '../../../decision/shapes/request.js'
import { bodyLimit, parseJson } from '../../http/json-body.js'
import { shapeProblem, tooLarge } from '../../http/problem-answers.js'
import { refuseContradiction } from '../../asking/check-request.js'

/** What Ajv compiles a schema to. */
export interface CompiledSchema {
  (value: unknown): unknown
  errors?: FastifySchemaValidationError[] | null
}

/** Longest line in bytes: what a request of its own may have. */
export const mostLineBytes = bodyLimit

/**
 * One line as a request, or a thrown ProblemError: the one that the same bytes would get as a body.
 */
export function readRequest(bytes: Uint8Array | undefined, isRequest: CompiledSchema): CheckRequest {
  if (bytes === undefined) throw tooLarge()
  return asRequest(parseJson(bytes), isRequest)
}

/** A value as a request, or a thrown ProblemError that says what is wrong with it. */
export function asRequest(value: unknown, isRequest: CompiledSchema): CheckRequest {
  if (isRequest(value) !== true) throw shapeProblem(isRequest.errors ?? [], 'body')
  refuseContradiction(value as CheckRequest)
  return value as CheckRequest
}
