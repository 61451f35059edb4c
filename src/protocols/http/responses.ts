import { Type, type TSchema, type TString } from 'typebox'
import { Identifier } from '../../decision/shapes/codes.js'
import type { ErrorCode } from '../../error-codes.js'
import { problemKind, problemMediaType } from './problem.js'

const anyRoute: ErrorCode[] = [
  'invalid-request',
  'cross-site-request',
  'method-not-allowed',
  'misdirected-request',
  'internal-error',
]
/** The problems of every route that answers from the policy in memory. */
export const policyProblems: readonly ErrorCode[] = [
  'policy-not-loaded',
  'policy-unconfirmed',
  'policy-revision-not-served',
]
const withBody: readonly ErrorCode[] = [
  'malformed-body',
  'body-too-large',
  'unsupported-media-type',
  'contradictory-request',
  ...policyProblems,
]

/** A reference to a named component, for schemas of routes. */
export function component(name: string): TSchema {
  return Type.Ref(name)
}

/** The schema of an id in a path or query, with its description and example. */
export function identifier(description: string, example: string): TString {
  return { ...Identifier, description, examples: [example] } as TString
}

/** The documented answers of a check, a route with a body. */
export function checkAnswers(
  schema: TSchema,
  description: string,
  ...problems: ErrorCode[]
): Record<string, unknown> {
  return answers(schema, description, ...withBody, ...problems)
}

/** The documented answers of a read of policy, which supports If-None-Match. */
export function readAnswers(
  schema: TSchema,
  description: string,
  ...problems: ErrorCode[]
): Record<string, unknown> {
  const { 200: ok, ...others } = answers(schema, description, ...policyProblems, ...problems)
  return {
    200: {
      ...(ok as object),
      headers: { etag: { type: 'string', description: 'Changes when what was read changes.' } },
    },
    304: { description: 'Not changed since the ETag that If-None-Match names.', type: 'null' },
    ...others,
  }
}

/** The documented answers of a route: one 200, and the possible problems of each status. */
export function answers(
  schema: TSchema,
  description: string,
  ...problems: ErrorCode[]
): Record<string, unknown> {
  return {
    200: { description, content: { 'application/json': { schema } } },
    ...problemAnswers(...anyRoute, ...problems),
  }
}

/** The possible problems of each status. */
export function problemAnswers(...problems: ErrorCode[]): Record<string, unknown> {
  const byStatus = new Map<number, ErrorCode[]>()
  for (const code of problems) {
    const { status } = problemKind(code)
    byStatus.set(status, [...(byStatus.get(status) ?? []), code])
  }
  const documented = [...byStatus].map(([status, codes]) => [
    status,
    {
      description: codes.map((code) => `${problemKind(code).title} (\`${code}\`).`).join(' '),
      content: { [problemMediaType]: { schema: component('Problem') } },
    },
  ])
  return Object.fromEntries(documented) as Record<string, unknown>
}
