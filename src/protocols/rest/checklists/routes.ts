import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply } from 'fastify'
import { Type, type Static } from 'typebox'
import type { Checklist } from '../../../decision/advice/checklist/answer.js'
import { checklistFor } from '../../../decision/advice/checklist/checklist.js'
import type { ChecklistRequest } from '../../../decision/advice/checklist/request.js'
import { ClaimType, ProcedureCode, plainDate } from '../../../decision/shapes/codes.js'
import { Coverage, ServiceLine } from '../../../decision/shapes/request.js'
import type { Dependencies } from '../../asking/dependencies.js'
import { checkAnswers, component, identifier, readAnswers } from '../../http/responses.js'
import { sendCacheableText } from '../lists/cacheable.js'
import { checkRoute, refuseContradiction } from '../../asking/check-request.js'
import { orNotFound, policyAsked } from '../../asking/policy-asked.js'
import type { PageFormat } from '../../../rendering/formats.js'
import { contentType, describePage, formatParameter, inEveryFormat } from '../../asking/format.js'
import { checklistAsHtml } from './html.js'
import { checklistAsMarkdown } from './markdown.js'
import { formatFor } from './media.js'
import { pagePolicy } from './style.js'

const namedFormat = formatParameter('Format of the answer, whatever Accept says.')
const strict = { additionalProperties: false }
const Query = Type.Object(
  {
    planId: identifier('Plan.', 'medicare-part-b'),
    procedureCode: ProcedureCode,
    dateOfService: Type.Optional(
      plainDate('Date of service; absent = today in UTC. The page says for which date it holds'),
    ),
    state: Coverage.properties.state,
    contractorNumber: Coverage.properties.contractorNumber,
    claimType: Type.Optional(ClaimType),
    placeOfService: ServiceLine.properties.placeOfService,
    format: namedFormat,
  },
  strict,
)

const render: Readonly<Record<PageFormat, (page: Checklist) => string>> = {
  html: checklistAsHtml,
  markdown: checklistAsMarkdown,
  json: (page) => JSON.stringify(page),
}

/**
 * GET and POST /v1/checklists: one page per plan and procedure; with facts, an outline of the
 * clinical justification.
 */
export const checklists: FastifyPluginAsyncTypebox<Dependencies> = async (app, dependencies) => {
  app.get(
    '/checklists',
    {
      config: { access: 'policies:read' },
      schema: {
        operationId: 'getChecklist',
        tags: ['policies'],
        summary: 'What a plan asks for a procedure, on one page',
        description:
          'Prior authorization, exclusions, whom to call, diagnoses, documentation, laboratory values, schedule, units and claim line, in the order of work, each line with its source, its dates and grade. What no rule is held on is said. Sent as `application/json`, as `text/html` that prints on one sheet of A4 or Letter, or as `text/markdown`, by Accept or `format`.',
        querystring: Query,
        response: inEveryFormat(
          readAnswers(component('Checklist'), 'The page.', 'not-held', 'not-acceptable'),
        ),
      },
    },
    async (request, reply) => {
      const { format, ...query } = request.query
      const wanted = formatFor(format, request.headers.accept)
      const { revision, view } = await policyAsked(dependencies, request)
      orNotFound(view.plan(query.planId), 'plan')
      const text = render[wanted](checklistFor(requestFor(query), view, { outline: false }))
      return sendCacheableText(request, describeFormat(reply, wanted), revision, text, contentType(wanted))
    },
  )

  app.post(
    '/checklists',
    {
      config: checkRoute,
      schema: {
        operationId: 'makeChecklist',
        tags: ['checks'],
        summary: 'The same page, with an outline of the clinical justification',
        description:
          'Takes the body of a check of one line. The page then leaves out what is known not to hold, and has an outline (why this treatment, why now, why this patient) of the facts that were given, and nothing else; each gap is marked "not given". Advice, not a determination: nothing is recorded and nothing gets an id.',
        querystring: Type.Object({ format: namedFormat }, strict),
        body: Type.Unsafe<ChecklistRequest>(Type.Ref('ChecklistRequest')),
        response: inEveryFormat(checkAnswers(component('Checklist'), 'The page.', 'not-acceptable')),
      },
    },
    async (request, reply) => {
      const wanted = formatFor(request.query.format, request.headers.accept)
      refuseContradiction(request.body)
      const { view } = await policyAsked(dependencies, request)
      const text = render[wanted](checklistFor(request.body, view, { outline: true }))
      return describeFormat(reply, wanted)
        .header('cache-control', 'no-store')
        .type(contentType(wanted))
        .send(text)
    },
  )
}

/** `Vary`, so that a cached page does not answer a request for another format. */
function describeFormat(reply: FastifyReply, wanted: PageFormat): FastifyReply {
  reply.header('vary', [reply.getHeader('vary') ?? [], 'accept'].flat().join(', '))
  return describePage(reply, wanted, pagePolicy)
}

/**
 * The request of a query. Absent parameters stay absent, because the core treats absent and given
 * fields differently.
 */
function requestFor({
  planId,
  procedureCode,
  dateOfService,
  state,
  contractorNumber,
  claimType,
  placeOfService,
}: Omit<Static<typeof Query>, 'format'>): ChecklistRequest {
  return {
    coverage: {
      planId,
      ...(state === undefined ? {} : { state }),
      ...(contractorNumber === undefined ? {} : { contractorNumber }),
    },
    ...(claimType === undefined ? {} : { claimType }),
    serviceLines: [
      {
        lineNumber: 1,
        procedureCode,
        dateOfService: dateOfService ?? new Date().toISOString().slice(0, 10),
        ...(placeOfService === undefined ? {} : { placeOfService }),
      },
    ],
  }
}
