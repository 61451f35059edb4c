import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/**
 * A caller's X-Request-Id, if it is a plain id that is safe in logs and answers; otherwise a new
 * one.
 */
export function requestIdOf(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers['x-request-id']
  return typeof given === 'string' && /^[\w-]{8,64}$/.test(given) ? given : newRequestId()
}

/** A new request id, `req_` and 32 hexadecimal digits. */
export function newRequestId(): string {
  return `req_${randomUUID().replaceAll('-', '')}`
}
