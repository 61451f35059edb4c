import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import type { Dependencies, Parts } from './asking/dependencies.js'
import { health } from './health/health.js'
import { rest } from './rest/index.js'

interface Face {
  /** As it stands in the decision log. */
  readonly channel: string
  /** Path under which all of its routes lie. */
  readonly prefix: string
  readonly routes: FastifyPluginAsync<Dependencies & { readonly isClosing: () => boolean }>
}

// A further face is a folder and a line here; its named schemas stand in components.ts.
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
