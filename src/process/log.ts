import { pino, type DestinationStream, type Logger } from 'pino'
import type { EndedRequest } from '../protocols/http/request-ends.js'

// INVARIANT: the log has an allowlist of fields (test/log.test.ts). Never logged: body, query,
// headers, URL (it may hold an id), values of the caller.

/** The logger of the process: one JSON object per line, UTC times. */
export function createLog(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { req: () => undefined, res: () => undefined, err: errorForLog },
  }
  return destination === undefined ? pino(options) : pino(options, destination)
}

const ofTheRuntime = new Set(['TypeError', 'RangeError', 'ReferenceError'])

/**
 * An error without its values. A database error has row values in message and detail, so only
 * messages of our own runtime stay.
 */
export function errorForLog(error: Error & { code?: unknown }): Record<string, unknown> {
  const { name, code, message, stack } = Object(error) as typeof error // anything can be thrown
  return {
    type: name,
    ...(typeof code === 'string' && /^[\w-]{1,60}$/.test(code) ? { code } : {}),
    ...(ofTheRuntime.has(name) ? { message: message.slice(0, 200) } : {}),
    stack: (stack ?? '')
      .split('\n')
      .filter((line) => /^\s+at /.test(line))
      .slice(0, 12)
      .map((line) => line.trim()),
  }
}

/**
 * The one line of a request: method, route pattern, status (null: the caller disconnected first),
 * milliseconds, request id, the problem that was answered, and for a batch the counts of its lines.
 */
export function logRequest({ method, route, status, seconds, problem, lines, log }: EndedRequest): void {
  log.info(
    {
      method: method ?? null,
      route: route ?? null,
      status: status ?? null,
      ms: seconds === undefined ? null : Math.round(seconds * 1e6) / 1000,
      ...(problem === undefined ? {} : { problem }),
      ...(lines === undefined ? {} : { lines }),
    },
    'request',
  )
}
