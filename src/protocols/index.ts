import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import type { Dependencies, Parts } from './asking/dependencies.js'
import { health } from './health/health.js'
import { rest } from './rest/index.js'

interface Face {
  /** Name of the face in the decision log. */
  readonly channel: string
  /** Path prefix of its routes. */
  readonly prefix: string
  readonly routes: FastifyPluginAsync<Dependencies & { readonly isClosing: () => boolean }>
}

// To add a face, add a folder and a line here. Its named schemas are in components.ts.
const faces: readonly Face[] = [{ channel: 'rest', prefix: '/v1', routes: rest }]

/** Every face of the service, and its health. */
export async function registerProtocols(
  app: FastifyInstance,
  parts: Parts,
  isClosing: () => boolean,
): Promise<void> {
  await app.register(health, {
    snapshot: parts.snapshot,
    isClosing,
    isOverloaded: app.isOverloaded,
    isLogWritable: parts.isLogWritable,
  })
  for (const { channel, prefix, routes } of faces)
    await app.register(
      async (scope) => {
        await scope.register(routes, { ...parts, channel, isClosing })
      },
      { prefix },
    )
}
