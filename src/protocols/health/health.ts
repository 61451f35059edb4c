import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Dependencies } from '../asking/dependencies.js'
import { ProblemError } from '../http/problem.js'
import { answers, component } from '../http/responses.js'
import { policyOf } from '../asking/policy-asked.js'

export const Liveness = Type.Object(
  {
    status: Type.Literal('live', { description: 'The process answers.' }),
  },
  { $id: 'Liveness', additionalProperties: false, description: 'The process runs.' },
)
export const Readiness = Type.Object(
  {
    status: Type.Literal('ready', { description: 'Checks can be answered.' }),
    policyRevision: Type.Integer({ minimum: 0, description: 'Revision of the policy that answers now.' }),
  },
  { $id: 'Readiness', additionalProperties: false, description: 'The process can decide.' },
)

export interface HealthOptions {
  readonly snapshot: Dependencies['snapshot']
  readonly isClosing: () => boolean
  /** Whether an overload lasts. */
  readonly isOverloaded: () => boolean
  readonly isLogWritable?: (() => boolean) | undefined
}

/**
 * GET /health/live touches nothing; GET /health/ready is 503 until there is policy, while an
 * overload lasts and again while shutting down.
 */
// oxlint-disable-next-line max-lines-per-function -- mostly the schemas of two routes
export const health: FastifyPluginAsyncTypebox<HealthOptions> = async (
  app,
  { snapshot, isClosing, isOverloaded, isLogWritable = () => true },
) => {
  app.get(
    '/health/live',
    {
      config: { access: 'public', isProbe: true },
      schema: {
        operationId: 'getLiveness',
        tags: ['health'],
        summary: 'Is the process alive?',
        description: 'Never touches the database or the policy.',
        response: answers(component('Liveness'), 'Alive.'),
      },
    },
    async (_request, reply) => reply.header('cache-control', 'no-store').send({ status: 'live' }),
  )

  app.get(
    '/health/ready',
    {
      config: { access: 'public', isProbe: true },
      schema: {
        operationId: 'getReadiness',
        tags: ['health'],
        summary: 'Can checks be answered?',
        description:
          '503 until a policy revision is in memory, while the database has not been reached for long (POLICY_MAX_UNCONFIRMED_MINUTES), while requests have been refused as `overloaded` for 10 seconds without a break, while no answer could be recorded for as long, and from the moment the process is told to stop.',
        response: answers(
          component('Readiness'),
          'Ready.',
          'policy-not-loaded',
          'policy-unconfirmed',
          'overloaded',
          'log-unavailable',
          'shutting-down',
        ),
      },
    },
    async (request, reply) => {
      if (isClosing())
        throw new ProblemError('shutting-down', 'This process is shutting down. Ask another one.')
      if (isOverloaded())
        throw new ProblemError(
          'overloaded',
          'This process has refused requests for 10 seconds, since it has as much to do as it can. Ask another one.',
          [],
          { 'retry-after': '1' },
        )
      if (!isLogWritable())
        throw new ProblemError(
          'log-unavailable',
          'For 10 seconds no answer could be recorded, so no check is answered. Look at the database and the disks (ops/runbook.md, PrecertNotRecording), and ask another process.',
          [],
          { 'retry-after': '2' },
        )
      return reply
        .header('cache-control', 'no-store')
        .send({ status: 'ready', policyRevision: policyOf({ snapshot }, request).revision })
    },
  )
}
