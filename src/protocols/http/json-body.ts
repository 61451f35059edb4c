import { isAscii, isUtf8 } from 'node:buffer'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { jsonFault, maximumDepth, type JsonFault } from './json-text.js'
import { ProblemError } from './problem.js'

export const bodyLimit = 1024 * 1024 // bytes

const byteOrderMark = '\ufeff'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Content types that the route reads beside application/json; it has a parser for each. */
    bodyTypes?: readonly string[]
  }
}

const faultDetails: Record<JsonFault, string> = {
  'too-deep': `The body is nested more than ${maximumDepth} levels deep. No request of this service needs that.`,
  'duplicate-key': 'An object of the body has the same key twice. Send each key once.',
  'forbidden-key': 'The body has a key named __proto__, constructor or prototype. Remove it.',
  'control-character': 'The body has a control character in a string. Send plain text.',
  'lone-surrogate':
    'The body has half of a surrogate pair (\\uD800 to \\uDFFF) in a string. Send valid Unicode.',
  'not-json': 'The body is not valid JSON (RFC 8259).',
}

/**
 * The only body parser: exact JSON in UTF-8. Refuses everything that two readers could understand
 * differently.
 */
export function useJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addHook('onRequest', (request, _reply, done) => {
    done(refusedEncoding(request))
  })
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer', bodyLimit },
    (_request, body: Buffer, done) => {
      try {
        done(null, parseJson(body))
      } catch (error) {
        done(error as Error)
      }
    },
  )
}

/** Parses bytes as JSON, or throws a `malformed-body` problem that says what to change. */
export function parseJson(bytes: Uint8Array): unknown {
  const text = decode(bytes)
  const fault = jsonFault(text)
  if (fault !== undefined) throw new ProblemError('malformed-body', faultDetails[fault])
  try {
    return JSON.parse(text)
  } catch {
    throw new ProblemError('malformed-body', faultDetails['not-json'])
  }
}

function decode(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (isAscii(buffer)) return buffer.toString('latin1')
  if (!isUtf8(buffer))
    throw new ProblemError(
      'malformed-body',
      'The body is not valid UTF-8. Send UTF-8; a U+FFFD in a code would be a wrong code.',
    )
  const text = buffer.toString('utf8')
  return text.startsWith(byteOrderMark) ? text.slice(1) : text
}

// Fastify ignores charset and content-encoding and would parse the bytes as they are.
function refusedEncoding({
  headers,
  routeOptions: {
    config: { bodyTypes = [] },
  },
}: FastifyRequest): ProblemError | undefined {
  if (headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0)
    return undefined
  const encoding = headers['content-encoding']
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    return new ProblemError(
      'unsupported-media-type',
      'Compressed bodies are not read. Leave Content-Encoding out.',
    )
  }
  const type = headers['content-type']
  if (type === undefined || isRead(type, bodyTypes)) return undefined
  const types = ['application/json', ...bodyTypes]
  return new ProblemError(
    'unsupported-media-type',
    `Bodies are read as ${types.join(' or ')} in UTF-8 only. Send Content-Type: ${types.join(' or ')}.`,
  )
}

function isRead(type: string, bodyTypes: readonly string[]): boolean {
  if (type === 'application/json') return true
  const [, name = ''] = /^([^; ]+)(?: *; *charset="?utf-8"?)? *$/i.exec(type) ?? []
  return name.toLowerCase() === 'application/json' || bodyTypes.includes(name.toLowerCase())
}
