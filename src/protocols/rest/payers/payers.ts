import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Dependencies } from '../../asking/dependencies.js'
import { component, identifier, readAnswers } from '../../http/responses.js'
import { sendCacheable } from '../lists/cacheable.js'
import { orNotFound, policyAsked } from '../../asking/policy-asked.js'
import { byKey, pageOf, pageQuery } from '../lists/paging.js'
import { wordsOccur, wordsQuery } from '../lists/words.js'

const strict = { additionalProperties: false }

/** GET /v1/payers …: who pays. */
export const payers: FastifyPluginAsyncTypebox<Dependencies> = async (app, dependencies) => {
  app.get(
    '/payers',
    {
      config: { access: 'policies:read' },
      schema: {
        operationId: 'listPayers',
        tags: ['plans'],
        summary: 'Find payers',
        description: 'By words of name, id or X12 payer id.',
        querystring: Type.Object({ q: wordsQuery, ...pageQuery }, strict),
        response: readAnswers(component('PayerPage'), 'A page of payers.', 'invalid-page-token'),
      },
    },
    async (request, reply) => {
      const { revision, content } = await policyAsked(dependencies, request)
      const found = content.payers
        .filter((payer) =>
          wordsOccur(request.query.q, [payer.payerId, payer.name, ...(payer.x12PayerIds ?? [])]),
        )
        .sort(byKey((payer) => payer.payerId))
      const { items, ...next } = pageOf(found, (payer) => payer.payerId, request.query)
      return sendCacheable(request, reply, revision, { payers: items, ...next })
    },
  )

  app.get(
    '/payers/:payerId',
    {
      config: { access: 'policies:read' },
      schema: {
        operationId: 'getPayer',
        tags: ['plans'],
        summary: 'One payer',
        description: 'With its plans.',
        params: Type.Object({ payerId: identifier('Payer.', 'medicare') }, strict),
        response: readAnswers(component('PayerDetail'), 'The payer.', 'not-held'),
      },
    },
    async (request, reply) => {
      const { revision, content, view } = await policyAsked(dependencies, request)
      const payer = orNotFound(
        content.payers.find((one) => one.payerId === request.params.payerId),
        'payer',
      )
      return sendCacheable(request, reply, revision, {
        ...payer,
        plans: [...view.plansOf(payer.payerId)].sort(byKey((plan) => plan.planId)),
      })
    },
  )
}
