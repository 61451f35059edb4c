import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type {
  FastifyBaseLogger,
  FastifyError,
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  FastifySchemaValidationError,
} from 'fastify'
import type { ErrorCode, FailureCode } from '../../error-codes.js'
import { fieldFault } from './field-faults.js'
import { securityHeaders } from './headers.js'
import { hasOwnDeadline } from './own-deadline.js'
import { isReadingPaused } from './pipeline.js'
import { ProblemError, problemKind, problemMediaType, problemOf, type FieldFault } from './problem.js'
import { answeredWith, type RequestEnds } from './request-ends.js'
import { newRequestId } from './request-id.js'

/**
 * Answers every error of the HTTP server with a problem: thrown errors, faults of a schema, unknown
 * routes, and malformed HTTP.
 */
export function useProblems(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, request, reply) => answerProblem(error, request, reply))
  app.setNotFoundHandler((request, reply) =>
    answerProblem(
      new ProblemError('route-not-found', 'There is no such route. The OpenAPI document lists the routes.'),
      request,
      reply,
    ),
  )
  app.addHook('onRequest', ({ raw }, _reply, done) => {
    done(faultOfHead(raw))
  })
  // The store cannot hold some of these characters, and logs and pages show none. No id, code or
  // word has one.
  app.addHook('preValidation', ({ params, query }, _reply, done) => {
    done(unseenIn(params, 'path') ?? unseenIn(query, 'query'))
  })
}

function faultOfHead({ httpVersion, headers, url }: IncomingMessage): ProblemError | undefined {
  // Node accepts 0.9, which has no headers, and 2.0 in the form of 1.1.
  if (httpVersion !== '1.1' && httpVersion !== '1.0')
    return new ProblemError('unreadable-request', 'The request is not valid HTTP/1.1.', [], {
      connection: 'close',
    })
  if (httpVersion === '1.1' && headers.host === undefined)
    return new ProblemError('unreadable-request', 'The Host header is missing.')
  // The router would read `#` as the start of a query, and the problem would repeat the text
  // behind it as the name of a parameter.
  return url?.includes('#') === true
    ? new ProblemError(
        'malformed-url',
        'The path has a #. Percent-encode it as %23, or leave the fragment out.',
      )
    : undefined
}

// Controls (C0, DEL, C1) and halves of surrogate pairs.
const unseen = /[\p{Cc}\p{Cs}]/u

function unseenIn(parameters: unknown, part: 'path' | 'query'): ProblemError | undefined {
  for (const [name, value] of Object.entries(Object(parameters) as Record<string, unknown>)) {
    const text = typeof value === 'string' ? value : [value].flat().join('')
    if ((!unseen.test(name) && !unseen.test(text)) || name === '*') continue
    const pointer = unseen.test(name) ? '' : `/${name}`
    const detail = `${pointer === '' ? `A name in the ${part}` : pointer} has a control character or half of a surrogate pair. Send visible text.`
    return new ProblemError('invalid-request', detail, [{ in: part, pointer, code: 'wrong-format', detail }])
  }
  return undefined
}

/**
 * Ends a request with the problem of an error. Also called where no hook of Fastify runs (bad
 * URLs).
 */
export function answerProblem(error: Error, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const known = asProblem(error)
  const problem = problemOf(known, request.id)
  answeredWith(request.raw, known.code)
  if (known.code === 'internal-error') request.log.error({ err: Object(error) as Error }, 'request failed')
  return reply
    .code(problem.status)
    .headers({
      ...securityHeaders,
      'cache-control': 'no-store',
      'x-request-id': request.id,
      ...known.headers,
    })
    .type(problemMediaType)
    .send(JSON.stringify(problem))
}

const retryAfter = '2' // seconds; once the store is back it is used again within five

type Said = readonly [code: ErrorCode, detail: string]

const bodyTooLarge: Said = [
  'body-too-large',
  'The body is larger than 1 MiB (an array of requests: 8 MiB). Send fewer lines or a shorter history per request.',
]

const byFrameworkCode: Readonly<Record<string, Said>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: bodyTooLarge,
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    'unsupported-media-type',
    'Bodies are read as application/json in UTF-8 only. Send Content-Type: application/json.',
  ],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['malformed-body', 'The body is not as long as Content-Length says.'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['malformed-body', 'The body is empty.'],
  FST_ERR_BAD_URL: ['malformed-url', 'The path is not well formed. Percent-encode it as UTF-8.'],
  FST_ERR_MAX_PARAM_LENGTH: ['url-too-long', 'A part of the path is longer than any id or code.'],
  FST_ERR_ASYNC_CONSTRAINT: ['unreadable-request', 'The request could not be routed.'],
  FST_ERR_ROUTE_MISSING_CONTENT_TYPE: [
    'unsupported-media-type',
    'A QUERY says of which type its body is. No route takes QUERY: /docs lists the routes.',
  ],
}

// An error that the service throws itself, by its code.
const byFailureCode: Readonly<Record<FailureCode, Said>> = {
  'policy-not-ready': ['policy-not-loaded', 'No policy is in memory yet. Try again shortly.'],
  'policy-unconfirmed': [
    'policy-unconfirmed',
    'The database has not been reached for longer than policy is answered by without it; it may have changed since. Try again shortly.',
  ],
  'revision-not-held': [
    'revision-not-held',
    'knownAt names a revision that was never made, or an instant before the first one.',
  ],
  'log-unavailable': [
    'log-unavailable',
    'The answer could not be recorded, so it is not given. Try again shortly.',
  ],
  'record-refused': [
    'record-refused',
    'The answer can never be recorded as it is, so it is not given, and sending it again does not help. Tell the operator the request id: the log of the service names the row.',
  ],
  'store-unavailable': [
    'store-unavailable',
    'The store cannot be reached, and this cannot be answered without it. Nothing that was answered is lost: send it again shortly, under its Idempotency-Key if it has one.',
  ],
  'issuer-unreachable': [
    'issuer-unreachable',
    'The keys of the token issuer cannot be fetched, so tokens cannot be verified. Try again shortly.',
  ],
}

const byErrorCode: Readonly<Record<string, Said | undefined>> = { ...byFrameworkCode, ...byFailureCode }

// Client errors of Fastify that have no entry here are still the caller's fault, not ours.
const byFrameworkStatus: Readonly<Record<number, Said>> = {
  404: ['route-not-found', 'There is no such route. /docs lists the routes.'],
  413: ['body-too-large', 'The request is larger than is read.'],
  414: ['url-too-long', 'A part of the path is longer than any id or code.'],
  415: ['unsupported-media-type', 'The body is of a type that is not read. Send application/json in UTF-8.'],
}
const unreadable: Said = [
  'unreadable-request',
  'The request could not be read. /docs says what each route takes.',
]

function byFramework({ code, statusCode = 500 }: FastifyError): Said | undefined {
  if (typeof code !== 'string' || !code.startsWith('FST_ERR_') || statusCode >= 500) return undefined
  return byFrameworkStatus[statusCode] ?? unreadable
}

/** The problem of an error; `internal-error` for an unexpected one. */
export function asProblem(error: Error): ProblemError {
  if (error instanceof ProblemError) return error
  const given = Object(error) as FastifyError // any value can be thrown
  const { validation, validationContext, code } = given
  if (validation !== undefined) return shapeProblem(validation, partOf(validationContext))
  const [problem, detail] = byErrorCode[code] ?? byFramework(given) ?? (['internal-error', ''] as const)
  return new ProblemError(
    problem,
    detail,
    [],
    problemKind(problem).status === 503 ? { 'retry-after': retryAfter } : {},
  )
}

/** The 413 for a request, or for a line of a batch. */
export function tooLarge(): ProblemError {
  return new ProblemError(...bodyTooLarge)
}

/** The 400 for the errors of a validator. */
export function shapeProblem(
  found: readonly FastifySchemaValidationError[],
  part: FieldFault['in'],
): ProblemError {
  const errors = found.map((fault) => fieldFault(fault, part))
  return new ProblemError(
    'invalid-request',
    errors[0]?.detail ?? 'The request does not have the documented shape.',
    errors,
  )
}

function partOf(context: string | undefined): FieldFault['in'] {
  return context === 'querystring'
    ? 'query'
    : context === 'params'
      ? 'path'
      : context === 'headers'
        ? 'header'
        : 'body'
}

/** Answers an Expect header that cannot be met. Node reports it before any route. */
export function refuseExpectation(
  request: IncomingMessage,
  response: ServerResponse,
  ends: RequestEnds,
  log: FastifyBaseLogger,
): void {
  const requestId = newRequestId()
  const { status, headers, body } = bareProblem(
    new ProblemError('expectation-failed', 'Only Expect: 100-continue is known. Leave Expect out.'),
    requestId,
  )
  response.writeHead(status, headers).end(body)
  ends.unread(log, requestId, status, 'expectation-failed', request.method)
}

const bySocketCode: Readonly<Record<string, Said>> = {
  HPE_HEADER_OVERFLOW: ['headers-too-large', 'URL and headers together are larger than 16 KiB.'],
  ERR_HTTP_REQUEST_TIMEOUT: [
    'request-timeout',
    'Headers must arrive within 5 seconds and the whole request within 10.',
  ],
}

/**
 * Answers on the bare socket when Node could not parse the request as HTTP. The problem repeats
 * nothing of the input.
 */
export function answerBrokenRequest(
  error: Error & { code?: string },
  socket: Socket,
  ends: RequestEnds,
  log: FastifyBaseLogger,
): void {
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && (hasOwnDeadline(socket) || isReadingPaused(socket))) return
  // While an earlier answer is still to come, a client would take the problem for that answer.
  if (error.code === 'ECONNRESET' || !socket.writable || ends.isAnswering(socket)) {
    socket.destroy()
    return
  }
  const [code, detail] =
    bySocketCode[error.code ?? ''] ?? (['unreadable-request', 'The request is not valid HTTP/1.1.'] as const)
  const underWay = ends.underWay(socket)
  const requestId = underWay?.requestId ?? newRequestId()
  const { status, headers, body } = bareProblem(new ProblemError(code, detail), requestId)
  const head = Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\r\n')
  if (underWay === undefined) ends.unread(log, requestId, status, code)
  else underWay.answered(status, code)
  socket.end(`HTTP/1.1 ${status} ${problemKind(code).title}\r\n${head}\r\n\r\n${body}`)
}

function bareProblem(
  error: ProblemError,
  requestId: string,
): { status: number; headers: Record<string, string>; body: string } {
  const problem = problemOf(error, requestId)
  const body = JSON.stringify(problem)
  return {
    status: problem.status,
    body,
    headers: {
      ...securityHeaders,
      'content-type': problemMediaType,
      'content-length': String(Buffer.byteLength(body)),
      'x-request-id': requestId,
      connection: 'close',
    },
  }
}
