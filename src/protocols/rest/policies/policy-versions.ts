import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { codeSetsOfRule } from '../../../decision/conditions/walk.js'
import type { Dependencies } from '../../asking/dependencies.js'
import { component, identifier, readAnswers } from '../../http/responses.js'
import { sendCacheable } from '../lists/cacheable.js'
import { codeSetsNamed, policyOfId } from './find-policies.js'
import { orNotFound, policyAsked } from '../../asking/policy-asked.js'
import { pageOf, pageQuery } from '../lists/paging.js'
import { versionSummary } from './policy-summaries.js'

const strict = { additionalProperties: false }
const PolicyId = identifier('Policy.', 'a57755')
export const PolicyPath = Type.Object({ policyId: PolicyId }, strict)
const VersionPath = Type.Object(
  { policyId: PolicyId, versionId: identifier('Version of the policy.', '18') },
  strict,
)

/**
 * GET /v1/policies/{policyId}/versions …: the versions of a policy, and the rules of one of them.
 */
export const policyVersions: FastifyPluginAsyncTypebox<Dependencies> = async (app, dependencies) => {
  await app.register(versionsOfPolicy, dependencies)
  await app.register(oneVersion, dependencies)
}

const versionsOfPolicy: FastifyPluginAsyncTypebox<Dependencies> = async (app, dependencies) => {
  app.get(
    '/policies/:policyId/versions',
    {
      config: { access: 'policies:read' },
      schema: {
        operationId: 'listPolicyVersions',
        tags: ['policies'],
        summary: 'Versions of a policy',
        description: 'In order of their dates.',
        params: PolicyPath,
        querystring: Type.Object(pageQuery, strict),
        response: readAnswers(
          component('PolicyVersionPage'),
          'A page of versions.',
          'not-held',
          'invalid-page-token',
        ),
      },
    },
    async (request, reply) => {
      const { revision, content } = await policyAsked(dependencies, request)
      const policy = orNotFound(policyOfId(content, request.params.policyId), 'policy')
      const { items, ...next } = pageOf(policy.versions, (version) => version.from, {
        ...request.query,
        policyId: policy.policyId,
      })
      return sendCacheable(request, reply, revision, {
        policyId: policy.policyId,
        versions: items.map(versionSummary),
        ...next,
      })
    },
  )
}

const oneVersion: FastifyPluginAsyncTypebox<Dependencies> = async (app, dependencies) => {
  app.get(
    '/policies/:policyId/versions/:versionId',
    {
      config: { access: 'policies:read' },
      schema: {
        operationId: 'getPolicyVersion',
        tags: ['policies'],
        summary: 'One version with its rules',
        description: 'Immutable content: source, rules, and the code sets that they name.',
        params: VersionPath,
        response: readAnswers(component('PolicyVersionDetail'), 'The version.', 'not-held'),
      },
    },
    async (request, reply) => {
      const { revision, content } = await policyAsked(dependencies, request)
      const { policyId, policySetId, title, versions } = orNotFound(
        policyOfId(content, request.params.policyId),
        'policy',
      )
      const version = orNotFound(
        versions.find((one) => one.versionId === request.params.versionId),
        'version',
      )
      const codeSets = codeSetsNamed(content, new Set(version.rules.flatMap(codeSetsOfRule)))
      return sendCacheable(request, reply, revision, { policyId, policySetId, title, ...version, codeSets })
    },
  )
}
