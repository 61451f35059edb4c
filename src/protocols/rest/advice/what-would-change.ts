import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { whatWouldChangeInSteps } from '../../../decision/advice/changes/what-would-change.js'
import type { Dependencies } from '../../asking/dependencies.js'
import { LongWork } from '../../asking/long-work.js'
import { checkAnswers, component } from '../../http/responses.js'
import { CheckBody } from '../checks/authorization-checks.js'
import { checkRoute, refuseContradiction, sendRendered } from '../../asking/check-request.js'
import { policyAsked } from '../../asking/policy-asked.js'

// cost relative to a check; the bounds of the search allow more, but that is rare
const timesTheLines = 5

/**
 * POST /v1/what-would-change: what would change each finding of a check. It is advice: nothing is
 * recorded and there is no id.
 */
export const whatWouldChange: FastifyPluginAsyncTypebox<Dependencies> = async (app, dependencies) => {
  const searches = new LongWork()
  app.post(
    '/what-would-change',
    {
      config: { ...checkRoute, lines: (body) => timesTheLines * checkRoute.lines(body) },
      schema: {
        operationId: 'whatWouldChange',
        tags: ['checks'],
        summary: 'What would change the answer',
        description:
          "Takes the same request as an authorization check. For each finding that is not met or lacks evidence: the smallest changes of facts that are the caller's to choose or to supply (a later date, fewer units, another setting, a result or a documented item that the record may hold, an authorization) and that turn it, each decided by the engine; and for each line one set that settles what can be settled. A diagnosis, the patient and what the record was said to say are never proposed to be otherwise. At most 20 changed requests are decided for a finding and 500 in all; `truncated` says where more might be found. Not a determination: nothing is recorded. Counts as five times its service lines.",
        body: CheckBody,
        response: checkAnswers(
          component('WhatWouldChange'),
          'What would change the answer, by line and finding.',
        ),
      },
    },
    async (request, reply) => {
      refuseContradiction(request.body)
      const { view } = await policyAsked(dependencies, request)
      const answer = await searches.do(whatWouldChangeInSteps(request.body, view), request.exchange)
      // The caller has disconnected, so nobody reads an answer.
      if (answer === undefined) return reply.hijack()
      return sendRendered(reply, JSON.stringify(answer))
    },
  )
}
