import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { mediaTypes, pageFormats, type PageFormat } from '../../rendering/formats.js'
import { ViewParameter } from './view.js'

/** The format of an answer; a parameter of every route that answers with a page. */
export const formatParameter = (description: string) =>
  Type.Optional(Type.Enum([...pageFormats], { description }))

/** The query of a check that can be answered with a page. */
export const PageQuery = Type.Object(
  {
    view: ViewParameter,
    format: formatParameter(
      'json (the default); html: a page to read or print; markdown: the same page as text. A page tells the view that is asked for.',
    ),
  },
  { additionalProperties: false },
)

/** The format that a request asks for by its query, if it asks for one. */
export function formatOf({ query }: Pick<FastifyRequest, 'query'>): PageFormat | undefined {
  return (query as { readonly format?: PageFormat }).format
}

/** The media type of a format, as the answer names it. */
export function contentType(format: PageFormat): string {
  return `${mediaTypes[format]}; charset=utf-8`
}

/** Sets the content policy of a page: it allows the style of the page only. Data has no style. */
export function describePage(reply: FastifyReply, format: PageFormat, contentPolicy: string): FastifyReply {
  return format === 'html' ? reply.header('content-security-policy', contentPolicy) : reply
}

/** Documents that the 200 may be a page. */
export function inEveryFormat(documented: Record<string, unknown>): Record<string, unknown> {
  const ok = documented['200'] as { content: Record<string, unknown> }
  return {
    ...documented,
    200: {
      ...ok,
      content: {
        ...ok.content,
        [mediaTypes.html]: asText('The page, for print and screen.'),
        [mediaTypes.markdown]: asText('The page as Markdown.'),
      },
    },
  }
}

function asText(description: string): object {
  return { schema: { type: 'string', description } }
}
