import type { preHandlerHookHandler, RouteOptions } from 'fastify'
import { Type, type TObject } from 'typebox'
import type { Dependencies } from './dependencies.js'
import { ProblemError } from '../http/problem.js'

const name = 'if-policy-revision-at-least'

/**
 * The oldest policy revision that a caller accepts; a header of every route that answers from
 * policy.
 */
export const MinimumRevisionHeader = Type.Optional(
  Type.String({
    pattern: '^(0|[1-9]\\d{0,14})$',
    maxLength: 15,
    description:
      'Answer only when this policy revision or a newer one is served here: one such as `17`, from the `policyRevision` of an answer or of an import. A process that does not serve it yet asks the store and waits up to a second; then, and for a revision that was never made, the answer is 503 `policy-revision-not-served`. It is compared with the current revision, whatever `knownAt` says.',
    examples: ['17'],
  }),
)

/** Adds the header to those of a route. */
export function takeMinimumRevision(route: RouteOptions): void {
  if (route.schema === undefined) return
  const { properties = {} } = (route.schema.headers ?? {}) as Partial<TObject>
  route.schema.headers = Type.Object({ ...properties, [name]: MinimumRevisionHeader })
}

/**
 * Passes a request once the revision that it asks for is served. Throws the 503 when it is not
 * within a second.
 */
export function awaitMinimumRevision({
  snapshot,
  atLeast,
}: Pick<Dependencies, 'snapshot' | 'atLeast'>): preHandlerHookHandler {
  return (request, _reply, done) => {
    const minimum = request.headers[name]
    const { tenantId } = request.caller
    if (minimum === undefined || (snapshot.current(tenantId)?.revision ?? -1) >= Number(minimum))
      return done()
    if (atLeast === undefined) return done(notServed())
    atLeast(tenantId, Number(minimum)).then((isServed) => {
      done(isServed ? undefined : notServed())
    }, done)
  }
}

const notServed = (): ProblemError =>
  new ProblemError(
    'policy-revision-not-served',
    'This process does not serve the policy revision of If-Policy-Revision-At-Least, nor a newer one. Try again after Retry-After; if it stays so, the revision was never made for this caller, or the store cannot be reached.',
    [],
    { 'retry-after': '1' },
  )
