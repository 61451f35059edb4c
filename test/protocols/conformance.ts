import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import type { FastifyInstance } from 'fastify'

type Media = Record<string, { schema: { $ref: string } }>
export interface Operation {
  operationId: string
  responses: Record<string, { content?: Media }>
}
export interface Document {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, object> }
}

/** Holds answers against the published document: status, media type and schema. Returns the faults as text. */
export function conformance(
  app: FastifyInstance,
): (
  method: string,
  path: string,
  answer: { statusCode: number; headers: Record<string, unknown>; body: string },
) => string[] {
  const document = app.swagger() as unknown as Document
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  addFormats.default(ajv)
  ajv.addSchema({ ...(closed(document) as Document), $id: 'document' })
  return (method, path, answer) => {
    const response = document.paths[path]?.[method.toLowerCase()]?.responses[String(answer.statusCode)]
    if (response === undefined) return [`${method} ${path} does not document ${answer.statusCode}`]
    if (response.content === undefined) return answer.body === '' ? [] : ['a body where none is documented']
    const media = String(answer.headers['content-type']).split(';')[0] ?? ''
    const reference = response.content[media]?.schema.$ref
    if (reference === undefined)
      return [`${method} ${path} does not document ${media} for ${answer.statusCode}`]
    const validate = ajv.getSchema(`document${reference}`)
    if (validate === undefined) return [`no schema ${reference}`]
    return validate(JSON.parse(answer.body)) === true
      ? []
      : (validate.errors ?? []).map(
          (error) =>
            `${reference}${error.instancePath} ${error.message ?? ''} ${JSON.stringify(error.params)}`,
        )
  }
}

/** The schemas without room for a field that they do not name: clients must take new fields, but what is sent has none that is not documented. */
function closed(node: unknown): unknown {
  if (typeof node !== 'object' || node === null) return node
  if (Array.isArray(node)) return node.map(closed)
  const copy = Object.fromEntries(Object.entries(node).map(([name, part]) => [name, closed(part)]))
  return copy.type === 'object' && 'properties' in copy && !('additionalProperties' in copy)
    ? { ...copy, additionalProperties: false }
    : copy
}
