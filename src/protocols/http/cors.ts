import type { FastifyInstance } from 'fastify'

// Constants: they depend on neither the caller nor the route.
const preflightHeaders = {
  'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
  'access-control-allow-headers':
    'authorization, content-type, idempotency-key, if-none-match, if-policy-revision-at-least, x-request-id',
  'access-control-max-age': '600',
} as const
const readable =
  'etag, idempotency-replayed, retry-after, ratelimit, ratelimit-policy, x-request-id, www-authenticate'

/**
 * CORS: lets pages of the listed origins call. Without a list no header is sent, so no page of
 * another origin can call. Cookies are not read and so not allowed. A preflight carries no
 * credential; it is answered before access control, alike for every path.
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
