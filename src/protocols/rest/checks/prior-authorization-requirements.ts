import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type, type Static } from 'typebox'
import { createLookup } from '../../../check.js'
import { ClaimType, DiagnosisCode, ProcedureCode, plainDate } from '../../../decision/shapes/codes.js'
import { explain } from '../../../decision/explain/explain.js'
import { askedByLookup } from '../../../decision/explain/views.js'
import { CheckRequest, Coverage, Provider, ServiceLine } from '../../../decision/shapes/request.js'
import { requestFaults } from '../../../decision/facts/request-faults.js'
import type { Dependencies } from '../../asking/dependencies.js'
import { answers, checkAnswers, component, policyProblems } from '../../http/responses.js'
import { refuseFaults, sendRendered } from '../../asking/check-request.js'
import { knownAtOf } from '../../asking/known-at.js'
import { ViewParameter, ViewQuery, viewOf } from '../../asking/view.js'

const diagnoses = Type.Array(DiagnosisCode, { minItems: 1, maxItems: 12 })
const modifiers = Type.Array(Type.String({ pattern: '^[A-Za-z0-9]{2}$', maxLength: 2 }), {
  minItems: 1,
  maxItems: 4,
})

/** The fields of the quick lookup, of a query string and of a body. */
const Query = Type.Object(
  {
    ...Coverage.properties,
    procedureCode: ProcedureCode,
    dateOfService: plainDate('Date of service'),
    claimType: Type.Optional(ClaimType),
    placeOfService: ServiceLine.properties.placeOfService,
    diagnosisCode: Type.Optional({
      ...diagnoses,
      description:
        'Diagnoses that the line points to, the primary one first; repeat the parameter for several.',
    }),
    units: ServiceLine.properties.units,
    modifier: Type.Optional({
      ...modifiers,
      description: 'Modifiers of the line; repeat the parameter for several.',
    }),
    networkStatus: Provider.properties.networkStatus,
  },
  { additionalProperties: false },
)
type Asked = Static<typeof Query>

/**
 * The same fields as a body, for callers whose proxies log URLs: a diagnosis with a date may
 * identify a patient.
 */
export const PriorAuthorizationQuestion = Type.Object(
  {
    ...Query.properties,
    diagnosisCode: Type.Optional({
      ...diagnoses,
      description: 'Diagnoses that the line points to, the primary one first.',
    }),
    modifier: Type.Optional({ ...modifiers, description: 'Modifiers of the line.' }),
  },
  {
    additionalProperties: false,
    $id: 'PriorAuthorizationQuestion',
    description: 'One procedure on one date under one plan.',
  },
)

/** The quick lookup, one procedure on one date: GET with a query string, POST with a body. */
export const priorAuthorizationRequirements: FastifyPluginAsyncTypebox<Dependencies> = async (
  app,
  { snapshot, past },
) => {
  const answer = answerWith(createLookup(past === undefined ? { snapshot } : { snapshot, past }))
  app.get(
    '/prior-authorization-requirements',
    {
      config: { access: 'checks:write' },
      schema: {
        operationId: 'getPriorAuthorizationRequirement',
        tags: ['checks'],
        summary: 'Does it need prior authorization?',
        description:
          'The quick lookup for one procedure on one date under one plan (`planId`, or `payerId` when the payer has a single plan). What is not given counts as unknown and is named in `infoNeeded` when it matters; history, labs and authorizations on file need an authorization check.',
        querystring: Type.Object(
          { ...Query.properties, view: ViewParameter },
          { additionalProperties: false },
        ),
        response: answers(
          component('PriorAuthorizationRequirement'),
          'The requirement.',
          'contradictory-request',
          ...policyProblems,
        ),
      },
    },
    async (request, reply) => await answer(request, reply, request.query, 'query'),
  )
  app.post(
    '/prior-authorization-requirements',
    {
      config: { access: 'checks:write' },
      schema: {
        operationId: 'askPriorAuthorizationRequirement',
        tags: ['checks'],
        summary: 'Does it need prior authorization? Without a query string',
        description:
          'The quick lookup with its fields in the body, and the same answer: URLs stand in the logs of proxies, bodies do not. Nothing is recorded, so an Idempotency-Key is not needed.',
        querystring: ViewQuery,
        body: Type.Unsafe<Asked>(Type.Ref('PriorAuthorizationQuestion')),
        response: checkAnswers(component('PriorAuthorizationRequirement'), 'The requirement.'),
      },
    },
    async (request, reply) => await answer(request, reply, request.body, 'body'),
  )
}

/** Answers with the same bytes, whether the fields came in the query or in the body. */
function answerWith(lookup: ReturnType<typeof createLookup>) {
  return async (
    request: FastifyRequest,
    reply: FastifyReply,
    sent: Asked,
    part: 'query' | 'body',
  ): Promise<FastifyReply> => {
    const asked = requestFor(sent)
    // Faults name fields by their place in a check; in the lookup all fields are on one level.
    refuseFaults(
      requestFaults(asked).map((fault) => ({ ...fault, pointer: fault.pointer.replace(/^\/coverage/, '') })),
      part,
    )
    const verdict = await lookup(asked, { tenantId: request.caller.tenantId, knownAt: knownAtOf(request) })
    const { lines, ...head } = explain(verdict, viewOf(request), askedByLookup)
    const { lineNumber: _only, ...line } = lines[0] as (typeof lines)[number]
    return sendRendered(reply, JSON.stringify({ ...head, ...line }))
  }
}

function requestFor(query: Asked): CheckRequest {
  const {
    planId,
    payerId,
    state,
    contractorNumber,
    planYearStartMonth,
    claimType,
    procedureCode,
    dateOfService,
    placeOfService,
    units,
    diagnosisCode,
    modifier,
    networkStatus,
  } = query
  return given({
    coverage: given({ planId, payerId, state, contractorNumber, planYearStartMonth }),
    claimType,
    diagnosisCodes: diagnosisCode,
    serviceLines: [
      given({
        lineNumber: 1,
        procedureCode,
        dateOfService,
        placeOfService,
        units,
        modifiers: modifier,
        diagnosisPointers: diagnosisCode?.map((_, index) => index + 1),
        provider: networkStatus === undefined ? undefined : { networkStatus },
      }) as ServiceLine,
    ],
  }) as CheckRequest
}

/** Leaves out absent properties, because the core treats absent and given fields differently. */
function given<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
}
