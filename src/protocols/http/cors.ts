import type { FastifyInstance } from 'fastify'

// Constants: what a page may send and read does not depend on who asks or on the route.
const preflightHeaders = {
  'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
  'access-control-allow-headers':
    'authorization, content-type, idempotency-key, if-none-match, if-policy-revision-at-least, x-request-id',
  'access-control-max-age': '600',
} as const
const readable =
  'etag, idempotency-replayed, retry-after, ratelimit, ratelimit-policy, x-request-id, www-authenticate'

/**
 * Lets pages of the listed origins call; without a list nothing is sent and no page of another
 * origin can. No cookies are read, so none are allowed. A preflight carries no credential and is
 * answered before one is asked for, for every path alike.
 */
export function useCors(app: FastifyInstance, origins: readonly string[]): void {
  if (origins.length === 0) return
  const listed = new Set(origins)
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('vary', 'origin')
    const { origin } = request.headers
    if (origin === undefined || !listed.has(origin)) return done()
    reply.headers({ 'access-control-allow-origin': origin, 'access-control-expose-headers': readable })
    if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined)
      return done()
    reply.code(204).headers(preflightHeaders).send()
  })
}
