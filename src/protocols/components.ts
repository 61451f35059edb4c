import type { FastifyInstance } from 'fastify'
import type { TSchema } from 'typebox'
import { Expression } from '../decision/criteria-schema.js'
import { determinationComponents } from '../decision/determination.js'
import { CheckRequest } from '../decision/request.js'
import { FieldFault, Problem } from './problem.js'
import { Liveness, Readiness } from './rest/health.js'

/** Every named schema that routes refer to; the same names stand in the OpenAPI document. */
export const components: readonly TSchema[] = [
  CheckRequest, ...determinationComponents, Expression, FieldFault, Problem, Liveness, Readiness
]

/** Makes the components known to the validators and to the OpenAPI document. */
export function addComponents (app: FastifyInstance): void {
  for (const schema of components) app.addSchema(schema)
}
