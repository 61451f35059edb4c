import type { FastifyInstance } from 'fastify'

/**
 * Constant on every answer; nothing here is meant to be framed, sniffed or to tell others where a
 * user came from.
 */
export const securityHeaders: Readonly<Record<string, string>> = Object.freeze({
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
})

/** Beside them where the process itself serves HTTPS; behind a proxy this is the proxy's to say. */
export const transportSecurity: Readonly<Record<string, string>> = Object.freeze({
  'strict-transport-security': 'max-age=31536000',
})

// Answers of the API are data. Pages (documentation, dashboard) set a policy of their own before
// this one is filled in.
const dataOnlyPolicy = "default-src 'none'; frame-ancestors 'none'"

/** Security headers, the request id, and `Connection: close` while the process drains. */
export function useHeaders(app: FastifyInstance, isClosing: () => boolean, isSecure = false): void {
  const constant = isSecure ? { ...securityHeaders, ...transportSecurity } : securityHeaders
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({ ...constant, 'x-request-id': request.id })
  })
  app.addHook('onSend', async (_request, reply) => {
    if (!reply.hasHeader('content-security-policy')) reply.header('content-security-policy', dataOnlyPolicy)
    // Without it a keep-alive socket that goes idle after close() began holds the process open
    // until its own timer ends.
    if (isClosing()) reply.header('connection', 'close')
  })
}
