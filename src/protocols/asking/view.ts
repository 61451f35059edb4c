import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { views, type View } from '../../decision/explain/views.js'

/** How much of an answer is told; a parameter of every route that answers a check. */
export const ViewParameter = Type.Optional(
  Type.Enum([...views], {
    description:
      'summary (the default): outcome, headline, statuses and the first five steps. full: reasons, findings, sources, notices and everything that was not checked besides.',
  }),
)

/** The query of a check. */
export const ViewQuery = Type.Object({ view: ViewParameter }, { additionalProperties: false })

/** The view that a request asks for by its query; the summary where it names none. */
export function viewOf({ query }: Pick<FastifyRequest, 'query'>): View {
  return (query as { readonly view?: View }).view ?? 'summary'
}
