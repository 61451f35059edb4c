import type { FastifySchema, RouteOptions } from 'fastify'
import { problemAnswers } from './responses.js'

/** The security scheme that routes refer to. Keys and tokens are sent in the same header. */
export const securitySchemes = {
  credential: {
    type: 'http',
    scheme: 'bearer',
    description:
      'A key (`pck_…`, made with `precert keys`) or, where an issuer is configured, an access token (JWT). On a service without credentials, which is reached from its own machine only, none is needed.',
  },
} as const

type Documented = FastifySchema & {
  hide?: boolean
  security?: Record<string, string[]>[]
  description?: string
  response?: Record<string, unknown>
}

/** Documents the credential that a route needs, and the answers to a request without it. */
export function documentAccess(route: RouteOptions): void {
  const schema = route.schema as Documented | undefined
  const access = route.config?.access
  if (schema === undefined || schema.hide === true || schema.security !== undefined) return
  if (access === 'public') return void (schema.security = [])
  route.schema = {
    ...schema,
    security: [{ credential: [String(access)] }],
    description: `${schema.description ?? ''} Scope: \`${String(access)}\`.`.trim(),
    response: {
      ...schema.response,
      ...problemAnswers('unauthenticated', 'scope-missing', 'cross-site-request', 'too-many-requests'),
      ...withMoment(schema.response),
    },
  } as FastifySchema
}

// Adds the codes that depend on the load of the process to the 503 of a route.
function withMoment(response: Record<string, unknown> = {}): Record<string, unknown> {
  const own = (response['503'] as { description?: string } | undefined)?.description
  const [[status, answer]] = Object.entries(problemAnswers('issuer-unreachable', 'overloaded')) as [
    [string, { description: string }],
  ]
  return {
    [status]: {
      ...answer,
      description: own === undefined ? answer.description : `${own} ${answer.description}`,
    },
  }
}
