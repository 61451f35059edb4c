import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Dependencies } from '../dependencies.js'
import { authorizationChecks } from './authorization-checks.js'
import { policyOf } from './health.js'

/** Everything under /v1. Nothing there can be answered without policy, so the 503 is given in one place. */
export const rest: FastifyPluginAsyncTypebox<Dependencies> = async (app, { snapshot, check }) => {
  const dependencies = { snapshot, check }
  app.addHook('onRequest', async () => { policyOf(snapshot) })
  await app.register(authorizationChecks, dependencies)
}
