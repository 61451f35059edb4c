import type { FastifyReply, FastifyRequest } from 'fastify'

/** Seconds for which an answer may wait for its reader when nothing is set. */
export const usualWriteTimeoutSeconds = 30

/**
 * Ends the connection when its reader takes nothing of an answer for the time after which the
 * server tells of a socket without traffic (Fastify's connectionTimeout). Node looks at what is
 * left to be written, so that a reader who is slow but takes something is left alone; and where
 * nothing waits to be written it is us who are slow: a batch that waits for its rate limit, a store
 * that is asked.
 */
export function endWhenUnread(request: FastifyRequest, reply: FastifyReply, timeoutMs: number): void {
  reply.raw.on('timeout', () => {
    const { socket } = reply.raw
    if (socket === null) return
    if (socket.writableLength === 0) {
      socket.setTimeout(timeoutMs)
      return
    }
    request.log.warn({ route: request.routeOptions.url ?? null }, 'nobody reads the answer: connection ended')
    socket.destroy()
  })
}
