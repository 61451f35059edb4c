import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Dependencies } from '../dependencies.js'
import { checkAnswers, component } from '../responses.js'
import { CheckBody } from './authorization-checks.js'
import { checkRoute, decideFor, sendRendered } from './check-request.js'

/** POST /v1/frequency-checks: schedule and unit limits only. */
export const frequencyChecks: FastifyPluginAsyncTypebox<Dependencies> = async (app, dependencies) => {
  app.post('/frequency-checks', {
    config: checkRoute,
    schema: {
      operationId: 'checkFrequency', tags: ['checks'], summary: 'Check schedule and units',
      description: 'Decides for every line whether it is too soon, too often or too many units, and from when it would not be. Takes the same request as an authorization check.',
      body: CheckBody, response: checkAnswers(component('FrequencyCheck'), 'The answer per line.')
    }
  }, async (request, reply) => sendRendered(reply, (await decideFor(dependencies, request, 'frequency', request.body)).text))
}
