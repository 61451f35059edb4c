import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type, type Static } from 'typebox'
import {
  ProcedureCode,
  StateCode,
  normalizeCode,
  partsOf,
  wholeState,
} from '../../../decision/shapes/codes.js'
import type { Policy } from '../../../decision/shapes/policy.js'
import type { PolicyView } from '../../../decision/shapes/view.js'
import type { Dependencies } from '../../asking/dependencies.js'
import { component, identifier, readAnswers } from '../../http/responses.js'
import { sendCacheable } from '../lists/cacheable.js'
import { findPolicies, policyOfId } from './find-policies.js'
import { orNotFound, policyAsked } from '../../asking/policy-asked.js'
import { pageOf, pageQuery, pageStart } from '../lists/paging.js'
import { PolicyPath } from './policy-versions.js'
import { describe, summaryOf } from './policy-summaries.js'
import { wordsOccur, wordsQuery } from '../lists/words.js'

const strict = { additionalProperties: false }
const PolicySetId = identifier("Policy set, one publisher's body of policy.", 'cms-mcd')
const ListQuery = Type.Object(
  {
    policySetId: Type.Optional(PolicySetId),
    procedureCode: Type.Optional(ProcedureCode),
    state: Type.Optional(StateCode),
    q: wordsQuery,
    ...pageQuery,
  },
  strict,
)

/** GET /v1/policies and /v1/policies/{policyId}: the policies in force. */
export const policies: FastifyPluginAsyncTypebox<Dependencies> = async (app, dependencies) => {
  app.get(
    '/policies',
    {
      config: { access: 'policies:read' },
      schema: {
        operationId: 'listPolicies',
        tags: ['policies'],
        summary: 'Find policies',
        description:
          'Policies by id. `procedureCode`: some version has a rule for the code. `state`: it applies there, or everywhere. `q`: words of id, title, publisher or document number.',
        querystring: ListQuery,
        response: readAnswers(component('PolicyPage'), 'A page of policies.', 'invalid-page-token'),
      },
    },
    async (request, reply) => {
      const { revision, content, view } = await policyAsked(dependencies, request)
      const isWanted = policyFilter(
        request.query,
        view,
        content.policySets.map((set) => set.policySetId),
      )
      const found = await findPolicies(content.policies, isWanted, pageStart(request.query))
      const { items, ...next } = pageOf(found, (policy) => policy.policyId, request.query)
      return sendCacheable(request, reply, revision, { policies: items.map(summaryOf), ...next })
    },
  )

  app.get(
    '/policies/:policyId',
    {
      config: { access: 'policies:read' },
      schema: {
        operationId: 'getPolicy',
        tags: ['policies'],
        summary: 'One policy',
        description: 'The policy with its versions, without their rules.',
        params: PolicyPath,
        response: readAnswers(component('PolicyDetail'), 'The policy.', 'not-held'),
      },
    },
    async (request, reply) => {
      const { revision, content } = await policyAsked(dependencies, request)
      return sendCacheable(
        request,
        reply,
        revision,
        describe(orNotFound(policyOfId(content, request.params.policyId), 'policy')),
      )
    },
  )
}

function policyFilter(
  query: Static<typeof ListQuery>,
  view: PolicyView,
  policySetIds: readonly string[],
): (policy: Policy) => boolean {
  const code = query.procedureCode
  const naming =
    code === undefined
      ? undefined
      : new Set(
          policySetIds
            .flatMap((id) => view.policies(id, normalizeCode(code)))
            .map((policy) => policy.policyId),
        )
  return (policy) =>
    (query.policySetId === undefined || policy.policySetId === query.policySetId) &&
    (naming === undefined || naming.has(policy.policyId)) &&
    (query.state === undefined || mayApplyIn(policy, query.state.toUpperCase())) &&
    wordsOccur(query.q, [
      policy.policyId,
      policy.title,
      ...policy.versions.flatMap(({ source }) => [source.publisher, source.documentNumber, source.title]),
    ])
}

// A filter for browsing, not a decision: a part of a state and the whole state match each other.
function mayApplyIn({ jurisdiction = [{}], versions }: Policy, state: string): boolean {
  const areas = [jurisdiction, ...versions.flatMap((version) => version.jurisdiction ?? [])].flat()
  return areas.some(
    ({ states }) =>
      states === undefined ||
      [state, wholeState(state), ...partsOf(state)].some((one) => states.includes(one)),
  )
}
