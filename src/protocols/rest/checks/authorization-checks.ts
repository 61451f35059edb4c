import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { CheckRequest } from '../../../decision/shapes/request.js'
import type { Dependencies } from '../../asking/dependencies.js'
import { component } from '../../http/responses.js'
import { answerCheck, checkRoute } from '../../asking/check-request.js'
import { inEveryFormat, PageQuery } from '../../asking/format.js'
import { IdempotencyHeaders, repeatableAnswers } from '../../asking/idempotency.js'

export const CheckBody = Type.Unsafe<CheckRequest>(Type.Ref('CheckRequest'))

/** POST /v1/authorization-checks: every question about every line. */
export const authorizationChecks: FastifyPluginAsyncTypebox<Dependencies> = async (app, dependencies) => {
  app.post(
    '/authorization-checks',
    {
      config: checkRoute,
      schema: {
        operationId: 'checkAuthorization',
        tags: ['checks'],
        summary: 'Check a claim or a planned visit',
        description:
          'Decides for every line whether prior authorization is required, whether the diagnosis and the record support the service, whether it is on schedule and within unit limits, and what is missing. Every business answer, a "no" included, is a 200.',
        headers: IdempotencyHeaders,
        querystring: PageQuery,
        body: CheckBody,
        response: inEveryFormat(repeatableAnswers(component('Determination'), 'The determination.')),
      },
    },
    async (request, reply) => await answerCheck(dependencies, request, reply, 'authorization'),
  )
}
