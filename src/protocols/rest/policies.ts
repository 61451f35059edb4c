import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type, type Static } from 'typebox'
import { ProcedureCode, StateCode, normalizeCode, partsOf, wholeState } from '../../decision/codes.js'
import type { Policy } from '../../decision/policy.js'
import type { PolicyView } from '../../decision/view.js'
import type { Dependencies } from '../dependencies.js'
import { ProblemError } from '../problem.js'
import { component, identifier, readAnswers } from '../responses.js'
import { sendCacheable } from './cacheable.js'
import { policyOf } from './health.js'
import { heldPolicies, namesIn } from './held-policies.js'
import { pageOf, pageQuery } from './paging.js'
import { describe, summaryOf, versionSummary } from './policy-summaries.js'
import { wordsOccur, wordsQuery } from './words.js'

const strict = { additionalProperties: false }
const PolicySetId = identifier('Policy set, one publisher\'s body of policy.', 'cms-mcd')
const PolicyId = identifier('Policy.', 'a57755')
const ListQuery = Type.Object({
  policySetId: Type.Optional(PolicySetId), procedureCode: Type.Optional(ProcedureCode), state: Type.Optional(StateCode), q: wordsQuery, ...pageQuery
}, strict)
const PolicyPath = Type.Object({ policyId: PolicyId }, strict)
const VersionPath = Type.Object({ policyId: PolicyId, versionId: identifier('Version of the policy.', '18') }, strict)

/** GET /v1/policies …: which policies are held, their versions, and the rules of one version. */
export const policies: FastifyPluginAsyncTypebox<Dependencies> = async (app, { snapshot }) => {
  app.get('/policies', {
    schema: {
      operationId: 'listPolicies', tags: ['policies'], summary: 'Find policies',
      description: 'Policies by id. `procedureCode`: some version has a rule for the code. `state`: it applies there, or everywhere. `q`: words of id, title, publisher or document number.',
      querystring: ListQuery, response: readAnswers(component('PolicyPage'), 'A page of policies.', 'invalid-page-token')
    }
  }, async (request, reply) => {
    const { revision, content, view } = policyOf(snapshot)
    const found = heldPolicies(content).sorted.filter(policyFilter(request.query, view, content.policySets.map(set => set.policySetId)))
    const { items, ...next } = pageOf(found, policy => policy.policyId, request.query)
    return sendCacheable(request, reply, revision, { policies: items.map(summaryOf), ...next })
  })

  app.get('/policies/:policyId', {
    schema: { operationId: 'getPolicy', tags: ['policies'], summary: 'One policy', description: 'The policy with its versions, without their rules.', params: PolicyPath, response: readAnswers(component('PolicyDetail'), 'The policy.', 'not-held') }
  }, async (request, reply) => {
    const { revision, content } = policyOf(snapshot)
    return sendCacheable(request, reply, revision, describe(held(heldPolicies(content).byId.get(request.params.policyId), 'policy')))
  })

  app.get('/policies/:policyId/versions', {
    schema: { operationId: 'listPolicyVersions', tags: ['policies'], summary: 'Versions of a policy', description: 'In order of their dates.', params: PolicyPath, querystring: Type.Object(pageQuery, strict), response: readAnswers(component('PolicyVersionPage'), 'A page of versions.', 'not-held', 'invalid-page-token') }
  }, async (request, reply) => {
    const { revision, content } = policyOf(snapshot)
    const policy = held(heldPolicies(content).byId.get(request.params.policyId), 'policy')
    const { items, ...next } = pageOf(policy.versions, version => version.from, { ...request.query, policyId: policy.policyId })
    return sendCacheable(request, reply, revision, { policyId: policy.policyId, versions: items.map(versionSummary), ...next })
  })

  app.get('/policies/:policyId/versions/:versionId', {
    schema: { operationId: 'getPolicyVersion', tags: ['policies'], summary: 'One version with its rules', description: 'Immutable content: source, rules, and the code sets that they name.', params: VersionPath, response: readAnswers(component('PolicyVersionDetail'), 'The version.', 'not-held') }
  }, async (request, reply) => {
    const { revision, content } = policyOf(snapshot)
    const index = heldPolicies(content)
    const { policyId, policySetId, title, versions } = held(index.byId.get(request.params.policyId), 'policy')
    const version = held(versions.find(one => one.versionId === request.params.versionId), 'version')
    const codeSets = [...namesIn(version.rules).codeSets].sort().flatMap(id => index.codeSets.get(id) ?? [])
    return sendCacheable(request, reply, revision, { policyId, policySetId, title, ...version, codeSets })
  })
}

/** What was found, or the 404 that does not repeat the id. */
export function held<T> (found: T | undefined, what: string): T {
  if (found === undefined) throw new ProblemError('not-held', `No ${what} of that id is held. The list route of the same name shows what is.`)
  return found
}

function policyFilter (query: Static<typeof ListQuery>, view: PolicyView, policySetIds: readonly string[]): (policy: Policy) => boolean {
  const code = query.procedureCode
  const naming = code === undefined ? undefined : new Set(policySetIds.flatMap(id => view.policies(id, normalizeCode(code))).map(policy => policy.policyId))
  return policy =>
    (query.policySetId === undefined || policy.policySetId === query.policySetId) &&
    (naming === undefined || naming.has(policy.policyId)) &&
    (query.state === undefined || mayApplyIn(policy, query.state.toUpperCase())) &&
    wordsOccur(query.q, [policy.policyId, policy.title, ...policy.versions.flatMap(({ source }) => [source.publisher, source.documentNumber, source.title])])
}

// A browsing filter, not a decision: a part-state and its whole state find each other.
function mayApplyIn ({ jurisdiction }: Policy, state: string): boolean {
  const states = jurisdiction?.states
  return states === undefined || [state, wholeState(state), ...partsOf(state)].some(one => states.includes(one))
}
