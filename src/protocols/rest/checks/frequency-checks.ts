import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Dependencies } from '../../asking/dependencies.js'
import { component } from '../../http/responses.js'
import { CheckBody } from './authorization-checks.js'
import { answerCheck, checkRoute } from '../../asking/check-request.js'
import { inEveryFormat, PageQuery } from '../../asking/format.js'
import { IdempotencyHeaders, repeatableAnswers } from '../../asking/idempotency.js'

/** POST /v1/frequency-checks: schedule and unit limits only. */
export const frequencyChecks: FastifyPluginAsyncTypebox<Dependencies> = async (app, dependencies) => {
  app.post(
    '/frequency-checks',
    {
      config: checkRoute,
      schema: {
        operationId: 'checkFrequency',
        tags: ['checks'],
        summary: 'Check schedule and units',
        description:
          'Decides for every line whether it is too soon, too often or too many units, and from when it would not be. Takes the same request as an authorization check.',
        headers: IdempotencyHeaders,
        querystring: PageQuery,
        body: CheckBody,
        response: inEveryFormat(repeatableAnswers(component('FrequencyCheck'), 'The answer per line.')),
      },
    },
    async (request, reply) => await answerCheck(dependencies, request, reply, 'frequency'),
  )
}
