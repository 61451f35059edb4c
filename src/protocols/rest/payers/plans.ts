import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Plan, PolicyContent } from '../../../decision/shapes/policy.js'
import type { Dependencies } from '../../asking/dependencies.js'
import { component, identifier, readAnswers } from '../../http/responses.js'
import { sendCacheable } from '../lists/cacheable.js'
import { orNotFound, policyAsked } from '../../asking/policy-asked.js'
import { byKey, pageOf, pageQuery } from '../lists/paging.js'
import { wordsOccur, wordsQuery } from '../lists/words.js'

const strict = { additionalProperties: false }

/** GET /v1/plans …: finds plans by the names on a card, or by any id on a claim. */
export const plans: FastifyPluginAsyncTypebox<Dependencies> = async (app, dependencies) => {
  app.get(
    '/plans',
    {
      config: { access: 'policies:read' },
      schema: {
        operationId: 'listPlans',
        tags: ['plans'],
        summary: 'Find plans',
        description:
          'By words of the name on the card, the plan or payer name, planId, payerId or X12 payer id.',
        querystring: Type.Object({ q: wordsQuery, ...pageQuery }, strict),
        response: readAnswers(component('PlanPage'), 'A page of plans.', 'invalid-page-token'),
      },
    },
    async (request, reply) => {
      const { revision, content } = await policyAsked(dependencies, request)
      const found = content.plans
        .filter((plan) => wordsOccur(request.query.q, namesOf(plan, content)))
        .sort(byKey((plan) => plan.planId))
      const { items, ...next } = pageOf(found, (plan) => plan.planId, request.query)
      return sendCacheable(request, reply, revision, { plans: items, ...next })
    },
  )

  app.get(
    '/plans/:planId',
    {
      config: { access: 'policies:read' },
      schema: {
        operationId: 'getPlan',
        tags: ['plans'],
        summary: 'One plan',
        description: 'Which policy sets it follows, and in which role.',
        params: Type.Object({ planId: identifier('Plan.', 'medicare-part-b') }, strict),
        response: readAnswers(component('PlanDetail'), 'The plan.', 'not-held'),
      },
    },
    async (request, reply) => {
      const { revision, content, view } = await policyAsked(dependencies, request)
      const plan = orNotFound(view.plan(request.params.planId), 'plan')
      const payerName = content.payers.find((payer) => payer.payerId === plan.payerId)?.name
      return sendCacheable(request, reply, revision, {
        ...plan,
        ...(payerName === undefined ? {} : { payerName }),
      })
    },
  )
}

function namesOf(plan: Plan, content: Pick<PolicyContent, 'payers'>): (string | undefined)[] {
  const payer = content.payers.find((one) => one.payerId === plan.payerId)
  return [
    plan.planId,
    plan.name,
    plan.payerId,
    payer?.name,
    ...(plan.cardNames ?? []),
    ...(plan.x12PayerIds ?? []),
    ...(payer?.x12PayerIds ?? []),
  ]
}
