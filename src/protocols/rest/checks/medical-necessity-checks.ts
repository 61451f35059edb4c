import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Dependencies } from '../../asking/dependencies.js'
import { component } from '../../http/responses.js'
import { CheckBody } from './authorization-checks.js'
import { answerCheck, checkRoute } from '../../asking/check-request.js'
import { inEveryFormat, PageQuery } from '../../asking/format.js'
import { IdempotencyHeaders, repeatableAnswers } from '../../asking/idempotency.js'

/** POST /v1/medical-necessity-checks: diagnosis, exclusions and documentation only. */
export const medicalNecessityChecks: FastifyPluginAsyncTypebox<Dependencies> = async (app, dependencies) => {
  app.post(
    '/medical-necessity-checks',
    {
      config: checkRoute,
      schema: {
        operationId: 'checkMedicalNecessity',
        tags: ['checks'],
        summary: 'Check diagnosis and documentation',
        description:
          'Decides for every line whether the linked diagnoses and the record support the service, and whether the codes are valid on the date. Takes the same request as an authorization check.',
        headers: IdempotencyHeaders,
        querystring: PageQuery,
        body: CheckBody,
        response: inEveryFormat(
          repeatableAnswers(component('MedicalNecessityCheck'), 'The answer per line.'),
        ),
      },
    },
    async (request, reply) => await answerCheck(dependencies, request, reply, 'medical-necessity'),
  )
}
