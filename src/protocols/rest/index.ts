import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Dependencies } from '../dependencies.js'
import { authorizationChecks } from './authorization-checks.js'
import { batchChecks } from './batch/route.js'
import { checklists } from './checklists/routes.js'
import { codes } from './codes.js'
import { frequencyChecks } from './frequency-checks.js'
import { policyOf } from './in-memory.js'
import { takeKnownAt } from './known-at.js'
import { awaitMinimumRevision, takeMinimumRevision } from './minimum-revision.js'
import { medicalNecessityChecks } from './medical-necessity-checks.js'
import { payers } from './payers.js'
import { plans } from './plans.js'
import { policies } from './policies.js'
import { policyVersions } from './policy-versions.js'
import { priorAuthorizationRequirements } from './prior-authorization-requirements.js'
import { schedules } from './schedules.js'
import { whatWouldChange } from './what-would-change.js'

/** Everything under /v1. Nothing there can be answered without policy, so the 503 is given in one place. */
export const rest: FastifyPluginAsyncTypebox<Dependencies & { readonly isClosing: () => boolean }> = async (
  app,
  { snapshot, check, past, repeats, atLeast, isClosing },
) => {
  const dependencies: Dependencies = {
    snapshot,
    check,
    ...(past === undefined ? {} : { past }),
    ...(repeats === undefined ? {} : { repeats }),
  }
  app.addHook('onRequest', async (request) => {
    policyOf(dependencies, request)
  })
  // Beside it a parameter that is not taken is refused like an unknown field, not ignored.
  app.addHook('onRoute', takeKnownAt)
  app.addHook('onRoute', takeMinimumRevision)
  app.addHook('preHandler', awaitMinimumRevision({ snapshot, ...(atLeast === undefined ? {} : { atLeast }) }))
  await app.register(authorizationChecks, dependencies)
  await app.register(batchChecks, { ...dependencies, isClosing })
  await app.register(medicalNecessityChecks, dependencies)
  await app.register(frequencyChecks, dependencies)
  await app.register(priorAuthorizationRequirements, dependencies)
  await app.register(schedules, dependencies)
  await app.register(whatWouldChange, dependencies)
  await app.register(checklists, dependencies)
  await app.register(policies, dependencies)
  await app.register(policyVersions, dependencies)
  await app.register(payers, dependencies)
  await app.register(plans, dependencies)
  await app.register(codes, dependencies)
}
