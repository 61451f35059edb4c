import type { FastifyInstance } from 'fastify'

/** Constant on every answer: no framing, no sniffing, no referrer. */
export const securityHeaders: Readonly<Record<string, string>> = Object.freeze({
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
})

/** Added where the process itself serves HTTPS. Behind a proxy the proxy adds it. */
export const transportSecurity: Readonly<Record<string, string>> = Object.freeze({
  'strict-transport-security': 'max-age=31536000',
})

// Answers of the API are data. Pages (documentation, dashboard) set their own policy in place of
// this one.
const dataOnlyPolicy = "default-src 'none'; frame-ancestors 'none'"

/** Sets the security headers, the request id, and `Connection: close` while the process drains. */
export function useHeaders(app: FastifyInstance, isClosing: () => boolean, isSecure = false): void {
  const constant = {
    ...securityHeaders,
    ...(isSecure ? transportSecurity : {}),
    'content-security-policy': dataOnlyPolicy,
  }
  // These hooks call back. A hook that returns a promise costs every request a turn of the queue.
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(constant).header('x-request-id', request.id)
    done()
  })
  app.addHook('onSend', (_request, reply, payload, done) => {
    // Otherwise a keep-alive socket that becomes idle after close() holds the process open until
    // its own timeout.
    if (isClosing()) reply.header('connection', 'close')
    done(null, payload)
  })
}
