import { Type, type TSchema } from 'typebox'
import { problemKind, problemMediaType, type ProblemCode } from './problem.js'

const anyRoute: ProblemCode[] = ['invalid-request', 'internal-error']
const withBody: ProblemCode[] = ['malformed-body', 'body-too-large', 'unsupported-media-type']

/** A reference to a named component, for schemas of routes. */
export function component (name: string): TSchema {
  return Type.Ref(name)
}

/** The documented answers of a route that takes a body. */
export function answersOfBody (schema: TSchema, description: string, ...problems: ProblemCode[]): Record<string, unknown> {
  return answers(schema, description, ...withBody, ...problems)
}

/** The documented answers of a route: one 200, and for each status the problems it can carry. */
export function answers (schema: TSchema, description: string, ...problems: ProblemCode[]): Record<string, unknown> {
  const byStatus = new Map<number, ProblemCode[]>()
  for (const code of [...anyRoute, ...problems]) {
    const { status } = problemKind(code)
    byStatus.set(status, [...byStatus.get(status) ?? [], code])
  }
  const documented = [...byStatus].map(([status, codes]) => [status, {
    description: codes.map(code => `${problemKind(code).title} (\`${code}\`).`).join(' '),
    content: { [problemMediaType]: { schema: component('Problem') } }
  }])
  return { 200: { description, content: { 'application/json': { schema } } }, ...Object.fromEntries(documented) }
}
