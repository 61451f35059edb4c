import type { FastifyReply, FastifyRequest } from 'fastify'

/** Default of the seconds for which an answer may stay unread. */
export const usualWriteTimeoutSeconds = 30

/**
 * Ends a connection whose reader takes nothing of an answer for the idle time of the socket
 * (Fastify's connectionTimeout). A reader who takes anything, however slowly, keeps the connection.
 * Where Node has nothing left to write, the service itself is waiting (the rate limit of a batch,
 * the store), and the connection stays too.
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
