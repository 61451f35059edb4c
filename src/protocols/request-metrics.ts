import type { FastifyInstance } from 'fastify'
import type { Metrics } from '../metrics/metrics.js'

/** Counts every request that is answered, by the pattern of its route; a path that no route takes counts under none. */
export function useRequestMetrics (app: FastifyInstance, metrics: Pick<Metrics, 'requestAnswered'>): void {
  app.addHook('onResponse', (request, reply, done) => {
    metrics.requestAnswered({ method: request.method, route: request.routeOptions.url, status: reply.statusCode, seconds: reply.elapsedTime / 1000 })
    done()
  })
}
