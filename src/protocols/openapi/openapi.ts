import { readFileSync } from 'node:fs'
import swagger from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import { registerDocsPages } from './docs-pages.js'
import { securitySchemes } from '../http/documented-access.js'
import { finishDocument } from './document.js'
import { readExamples } from './examples.js'

const description = `Answers, for one date of service, whether a procedure needs prior authorization, is supported by the diagnosis and the
record, is on schedule and within unit limits, and what is still missing; and by which rule of which document it says so.

Dates are calendar dates without a time zone. Codes may be written with or without dot, in any case. Nothing that identifies a patient
is asked for, and nothing that is sent is logged. A business "no" is an answer (200); 4xx means that the request could not be read.`

/**
 * Describes the routes that are registered after it, as OpenAPI 3.1 at /openapi.json and as pages
 * at /docs.
 */
export async function useOpenApi(app: FastifyInstance): Promise<void> {
  const examples = readExamples()
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Precert',
        version: packageVersion(),
        description,
        summary: 'Prior authorization, medical necessity, frequency and unit checks.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/', description: 'The process that serves this document.' }],
      components: { securitySchemes },
      tags: [
        { name: 'checks', description: 'Questions about a claim or a planned visit.' },
        { name: 'policies', description: 'What the answers rest on.' },
        { name: 'plans', description: 'Payers and their plans.' },
        { name: 'codes', description: 'Procedure and diagnosis codes.' },
        { name: 'health', description: 'For whoever runs the process.' },
      ],
    },
    refResolver: { buildLocalReference: (json) => String(json.$id) },
    transformObject: (found) =>
      finishDocument('openapiObject' in found ? (found.openapiObject as never) : {}, examples) as never,
  })
  let text: string | undefined // all routes are known by the first request
  app.get(
    '/openapi.json',
    { config: { access: 'public' }, schema: { hide: true } },
    async (_request, reply) => {
      text ??= JSON.stringify(app.swagger())
      return reply.type('application/json').send(text)
    },
  )
  registerDocsPages(app)
}

function packageVersion(): string {
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
