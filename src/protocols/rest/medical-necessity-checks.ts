import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Dependencies } from '../dependencies.js'
import { checkAnswers, component } from '../responses.js'
import { CheckBody } from './authorization-checks.js'
import { checkRoute, decideFor, sendRendered } from './check-request.js'

/** POST /v1/medical-necessity-checks: diagnosis, exclusions and documentation only. */
export const medicalNecessityChecks: FastifyPluginAsyncTypebox<Dependencies> = async (app, dependencies) => {
  app.post('/medical-necessity-checks', {
    config: checkRoute,
    schema: {
      operationId: 'checkMedicalNecessity', tags: ['checks'], summary: 'Check diagnosis and documentation',
      description: 'Decides for every line whether the linked diagnoses and the record support the service, and whether the codes are valid on the date. Takes the same request as an authorization check.',
      body: CheckBody, response: checkAnswers(component('MedicalNecessityCheck'), 'The answer per line.')
    }
  }, async (request, reply) => sendRendered(reply, (await decideFor(dependencies, request, 'medical-necessity', request.body)).text))
}
