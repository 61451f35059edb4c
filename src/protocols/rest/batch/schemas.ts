import type { FastifySchemaCompiler } from 'fastify'
import { Type, type TSchema } from 'typebox'
import { component, checkAnswers } from '../../http/responses.js'
import { buildValidator } from '../../http/validation.js'
import { CheckBody } from '../checks/authorization-checks.js'
import { mostElements } from './array-body.js'
import type { CompiledSchema } from './read-request.js'

/** Content types of a body that is one request on each line. */
export const lineTypes: readonly string[] = ['application/x-ndjson', 'application/jsonl']

export const CheckBatch = Type.Array(Type.Ref('CheckRequest'), {
  $id: 'CheckBatch',
  maxItems: mostElements,
  description: 'Requests, each of them like one of its own.',
})

export const BatchAnswers = Type.Array(Type.Union([Type.Ref('Determination'), Type.Ref('Problem')]), {
  $id: 'BatchAnswers',
  description:
    'For each request, in their order, its determination, or the problem that its own request would get, with its place in `line`.',
})

const asText = (description: string): { readonly schema: TSchema } => ({
  schema: Type.String({ description }),
})
const perLineType = (media: { readonly schema: TSchema }): Record<string, { readonly schema: TSchema }> =>
  Object.fromEntries(lineTypes.map((type) => [type, media]))

/** Body of the route, by content type. */
export const batchBody = {
  content: {
    'application/json': { schema: Type.Ref('CheckBatch') },
    ...perLineType(asText('A CheckRequest on each line; blank lines are passed over.')),
  },
}

/** The documented answers of the route. */
export function batchAnswers(): Record<string, unknown> {
  const { 200: ok, ...others } = checkAnswers(
    component('BatchAnswers'),
    'The answers, in the order of the requests.',
  )
  const { content } = ok as { content: object }
  return {
    200: {
      ...(ok as object),
      content: {
        ...content,
        ...perLineType(asText('For each line that is not blank a Determination or a Problem, as one line.')),
      },
      headers: {
        'Policy-Revision': {
          type: 'integer',
          description: 'Revision of policy by which every request of the batch is decided.',
        },
      },
    },
    ...others,
  }
}

type Components = Parameters<typeof buildValidator>[0]

/** The schema of a request, compiled as for the route of a single check. */
export function requestValidator(components: Components): CompiledSchema {
  return buildValidator(components)({
    schema: CheckBody,
    method: 'POST',
    url: '',
    httpPart: 'body',
  }) as CompiledSchema
}

/**
 * Validates everything except the body. The requests in it are validated one by one, so that a
 * faulty one does not refuse the others.
 */
export function outside(components: Components): FastifySchemaCompiler<TSchema> {
  const compile = buildValidator(components) as FastifySchemaCompiler<TSchema>
  return (route) => {
    if (route.httpPart !== 'body') return compile(route)
    const isArray = (route.schema as { $ref?: string }).$ref !== undefined
    return compile({
      ...route,
      schema: isArray ? Type.Array(Type.Unknown(), { maxItems: mostElements }) : Type.Unknown(),
    })
  }
}
