import type { FastifyInstance } from 'fastify'
import { pino, type DestinationStream, type Logger } from 'pino'

// What may stand in the log is an allowlist. Never: body, query, headers, URL (an id may be in it), the caller's values.

/** The logger of the process: one JSON object per line, UTC times. */
export function createLog (level: string, destination?: DestinationStream): Logger {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, serializers: { req: () => undefined, res: () => undefined, err: errorForLog } }
  return destination === undefined ? pino(options) : pino(options, destination)
}

const ofTheRuntime = new Set(['TypeError', 'RangeError', 'ReferenceError'])

/** An error without its values: a database error carries row values in message and detail, so only our own runtime's messages stay. */
export function errorForLog (error: Error & { code?: unknown }): Record<string, unknown> {
  const { name, code, message, stack } = Object(error) as typeof error // anything can be thrown
  return {
    type: name,
    ...(typeof code === 'string' && /^[\w-]{1,60}$/.test(code) ? { code } : {}),
    ...(ofTheRuntime.has(name) ? { message: message.slice(0, 200) } : {}),
    stack: (stack ?? '').split('\n').filter(line => /^\s+at /.test(line)).slice(0, 12).map(line => line.trim())
  }
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Of a batch: how many of its requests were answered, and in place of how many a problem stands. */
    lineCounts: { readonly answered: number, readonly refused: number } | undefined
  }
}

/** One line per request: method, route pattern, status, milliseconds, request id; of a batch what came of its lines. */
export function useRequestLog (app: FastifyInstance): void {
  app.decorateRequest('lineCounts')
  app.addHook('onResponse', async (request, reply) => {
    const { method, routeOptions: { url = null }, lineCounts } = request
    request.log.info({
      method, route: url, status: reply.statusCode, ms: Math.round(reply.elapsedTime * 1000) / 1000, ...(lineCounts === undefined ? {} : { lines: lineCounts })
    }, 'request')
  })
}
