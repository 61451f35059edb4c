import type { FastifyInstance } from 'fastify'
import type { Dependencies } from './dependencies.js'
import { determinations } from './rest/determinations.js'
import { health } from './rest/health.js'
import { rest } from './rest/index.js'

/** Every face of the service. */
export async function registerProtocols(
  app: FastifyInstance,
  dependencies: Dependencies,
  isClosing: () => boolean,
): Promise<void> {
  await app.register(health, {
    snapshot: dependencies.snapshot,
    isClosing,
    isOverloaded: app.isOverloaded,
    isLogWritable: dependencies.isLogWritable,
  })
  await app.register(rest, { prefix: '/v1', ...dependencies, isClosing })
  await app.register(determinations, { prefix: '/v1', ...dependencies })
}
