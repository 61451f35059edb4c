import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Dependencies } from '../asking/dependencies.js'
import { authorizationChecks } from './checks/authorization-checks.js'
import { batchChecks } from './batch/route.js'
import { checklists } from './checklists/routes.js'
import { codes } from './codes/codes.js'
import { codeMeanings } from './codes/meanings.js'
import { determinations } from './determinations/determinations.js'
import { frequencyChecks } from './checks/frequency-checks.js'
import { policyOf } from '../asking/policy-asked.js'
import { takeKnownAt } from '../asking/known-at.js'
import { awaitMinimumRevision, takeMinimumRevision } from '../asking/minimum-revision.js'
import { medicalNecessityChecks } from './checks/medical-necessity-checks.js'
import { payers } from './payers/payers.js'
import { plans } from './payers/plans.js'
import { policies } from './policies/policies.js'
import { policyVersions } from './policies/policy-versions.js'
import { priorAuthorizationRequirements } from './checks/prior-authorization-requirements.js'
import { schedules } from './advice/schedules.js'
import { whatWouldChange } from './advice/what-would-change.js'

type RestDependencies = Dependencies & { readonly isClosing: () => boolean }

/** Everything under /v1. */
export const rest: FastifyPluginAsyncTypebox<RestDependencies> = async (app, dependencies) => {
  await app.register(fromPolicy, dependencies)
  await app.register(determinations, dependencies)
}

/** Routes that need policy: the 503 without policy is answered in one place. */
const fromPolicy: FastifyPluginAsyncTypebox<RestDependencies> = async (
  app,
  { channel, snapshot, check, past, repeats, atLeast, isClosing },
) => {
  const dependencies: Dependencies = {
    channel,
    snapshot,
    check,
    ...(past === undefined ? {} : { past }),
    ...(repeats === undefined ? {} : { repeats }),
  }
  app.addHook('onRequest', (request, _reply, done) => {
    policyOf(dependencies, request)
    done()
  })
  // A route that does not take the parameter refuses it like an unknown field.
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
  await app.register(codeMeanings, dependencies)
}
