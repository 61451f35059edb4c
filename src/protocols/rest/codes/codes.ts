import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import {
  DiagnosisCode,
  ProcedureCode,
  plainDate,
  displayDiagnosis,
  normalizeCode,
} from '../../../decision/shapes/codes.js'
import { inRange } from '../../../decision/shapes/plain-date.js'
import type { Policy } from '../../../decision/shapes/policy.js'
import { statusOf } from '../../../decision/questions/code-validity.js'
import type { CodeStatus } from '../../../decision/shapes/answers.js'
import { codeAlone, standingAlone } from '../../../decision/explain/answers.js'
import type { CodeRow, CodeTableView, PolicyView } from '../../../decision/shapes/view.js'
import type { Dependencies } from '../../asking/dependencies.js'
import { component, readAnswers } from '../../http/responses.js'
import { sendCacheable } from '../lists/cacheable.js'
import type { CodeLookup, CodeTableRow } from './code-schemas.js'
import { namingDiagnosis } from '../policies/find-policies.js'
import { policyAsked } from '../../asking/policy-asked.js'

const strict = { additionalProperties: false }
const OnDate = Type.Object(
  { dateOfService: Type.Optional(plainDate('Date of service; absent = no answer for a date')) },
  strict,
)
const description =
  'Its rows with their dates, whether it is billable, and for a header the billable codes under it. With `dateOfService` also its status on that date. A code that is not held is answered with empty rows.'

/** GET /v1/procedures/{code} and /v1/diagnoses/{code}: what is known of a code. */
export const codes: FastifyPluginAsyncTypebox<Dependencies> = async (app, dependencies) => {
  app.get(
    '/procedures/:code',
    {
      config: { access: 'policies:read' },
      schema: {
        operationId: 'getProcedure',
        tags: ['codes'],
        summary: 'One procedure code',
        description,
        params: Type.Object({ code: ProcedureCode }, strict),
        querystring: OnDate,
        response: readAnswers(component('CodeLookup'), 'The code.'),
      },
    },
    async (request, reply) => {
      const { revision, content, view } = await policyAsked(dependencies, request)
      const code = normalizeCode(request.params.code)
      const named = content.policySets.flatMap((set) => view.policies(set.policySetId, code))
      return sendCacheable(request, reply, revision, {
        code,
        ...lookup('hcpcs', request.params.code, view, request.query.dateOfService),
        policies: named.map(reference),
      })
    },
  )

  app.get(
    '/diagnoses/:code',
    {
      config: { access: 'policies:read' },
      schema: {
        operationId: 'getDiagnosis',
        tags: ['codes'],
        summary: 'One diagnosis code',
        description,
        params: Type.Object({ code: DiagnosisCode }, strict),
        querystring: OnDate,
        response: readAnswers(component('CodeLookup'), 'The code.'),
      },
    },
    async (request, reply) => {
      const { revision, content, view } = await policyAsked(dependencies, request)
      const code = normalizeCode(request.params.code)
      const named = await namingDiagnosis(
        content.policies,
        code,
        (id) => view.codeSet(id)?.has(code) === true,
      )
      return sendCacheable(request, reply, revision, {
        code: displayDiagnosis(code),
        ...lookup('icd-10-cm', request.params.code, view, request.query.dateOfService),
        policies: named.map(reference),
      })
    },
  )
}

function lookup(
  system: CodeLookup['system'],
  submitted: string,
  view: PolicyView,
  date: string | undefined,
): Omit<CodeLookup, 'policyRevision' | 'code' | 'policies'> {
  const code = normalizeCode(submitted)
  const table = view.codeTable(system)
  const layers = table?.layers ?? []
  // Diagnoses with their dot, as people write them.
  const shown = ({ layer }: CodeTableView, row: CodeRow): CodeTableRow => ({
    ...row,
    ...(layer === undefined ? {} : { layer }),
    ...(system === 'icd-10-cm' ? { code: displayDiagnosis(row.code) } : {}),
  })
  const rows = layers.flatMap((one) => one.rows(code).map((row) => ({ one, row })))
  const under = rows.some(({ row }) => !row.billable)
    ? layers.flatMap((one) => one.descendants(code).map((row) => ({ one, row })))
    : []
  const speaks = (row: CodeRow, on: string): boolean =>
    inRange(on, row) && table?.on(row.code, on).rows(row.code).includes(row) === true
  return {
    system,
    ...(date === undefined
      ? {}
      : { onDateOfService: codeOnDate(statusOf(system, submitted, code, table, date), view) }),
    rows: rows.map(({ one, row }) => shown(one, row)),
    billableDescendants: under
      .filter(({ row }) => row.billable && (date === undefined || speaks(row, date)))
      .map(({ one, row }) => shown(one, row)),
    allHeld: table?.isComplete(code) ?? false,
    ...(table === undefined ? {} : { table: { source: table.source, held: table.held } }),
  }
}

/** What is said of a code on a date; the table stands beside it. */
function codeOnDate(
  { source: _source, ...verdict }: ReturnType<typeof statusOf>,
  view: PolicyView,
): CodeStatus {
  return codeAlone(verdict, standingAlone(view))
}

const reference = ({ policyId, policySetId, title }: Policy): CodeLookup['policies'][number] => ({
  policyId,
  policySetId,
  title,
})
