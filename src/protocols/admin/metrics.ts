import type { FastifyPluginAsync } from 'fastify'
import type { RouteAccess } from '../../access/scopes.js'
import type { Metrics } from '../../metrics/metrics.js'
import { metricsMediaType } from '../../metrics/series.js'

/**
 * GET /metrics in the text format of Prometheus. `access` is the access that the route declares.
 */
export const metricsRoute: FastifyPluginAsync<{
  readonly metrics: Pick<Metrics, 'render'>
  readonly access: RouteAccess
}> = async (app, { metrics, access }) => {
  app.get('/metrics', { config: { access } }, async (_request, reply) =>
    reply.header('cache-control', 'no-store').type(metricsMediaType).send(metrics.render()),
  )
}
