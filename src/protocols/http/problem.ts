import { Type, type Static } from 'typebox'
import type { ErrorCode } from '../../error-codes.js'

interface ProblemKind {
  readonly status: number
  readonly title: string
  readonly retryable: boolean
}

// Every error of the API by RFC 9457, one entry per code. A code is stable. `retryable` says
// whether the same message can succeed later, for engines that resend without looking. A
// determination is never an error: "not covered" is a 200.
const catalog: Readonly<Record<ErrorCode, ProblemKind>> = {
  'unreadable-request': { status: 400, title: 'The request could not be read as HTTP', retryable: false },
  'malformed-url': { status: 400, title: 'The URL is not well formed', retryable: false },
  'malformed-body': { status: 400, title: 'The body could not be read as JSON', retryable: false },
  'invalid-request': {
    status: 400,
    title: 'The request does not have the documented shape',
    retryable: false,
  },
  'invalid-page-token': {
    status: 400,
    title: 'The page token is not valid for this query',
    retryable: false,
  },
  unauthenticated: { status: 401, title: 'The credential is missing or not accepted', retryable: false },
  'scope-missing': {
    status: 403,
    title: 'The credential does not have the scope of the route',
    retryable: false,
  },
  'cross-site-request': {
    status: 403,
    title: 'A web page of another site may not ask here',
    retryable: false,
  },
  'route-not-found': { status: 404, title: 'There is no such route', retryable: false },
  'view-not-available': { status: 409, title: 'Not to be had in this view', retryable: false },
  'not-held': { status: 404, title: 'Nothing of that id is held', retryable: false },
  'revision-not-held': { status: 404, title: 'There was no such revision of policy', retryable: false },
  'method-not-allowed': { status: 405, title: 'The route does not take this method', retryable: false },
  'not-acceptable': {
    status: 406,
    title: 'The answer has none of the formats that are accepted',
    retryable: false,
  },
  'request-timeout': { status: 408, title: 'The request was not sent in time', retryable: true },
  'request-in-progress': {
    status: 409,
    title: 'A request with this Idempotency-Key is being answered',
    retryable: true,
  },
  'determination-erased': { status: 410, title: 'What was asked and answered was erased', retryable: false },
  'body-too-large': { status: 413, title: 'The body is too large', retryable: false },
  'url-too-long': { status: 414, title: 'A part of the URL is too long', retryable: false },
  'unsupported-media-type': {
    status: 415,
    title: 'The body is of a type that is not read',
    retryable: false,
  },
  'expectation-failed': { status: 417, title: 'The Expect header cannot be met', retryable: false },
  'misdirected-request': {
    status: 421,
    title: 'The request was sent under another name than that of this listener',
    retryable: false,
  },
  'contradictory-request': {
    status: 422,
    title: 'Parts of the request contradict each other',
    retryable: false,
  },
  'idempotency-key-reused': {
    status: 422,
    title: 'The Idempotency-Key was used for another request',
    retryable: false,
  },
  'too-many-requests': { status: 429, title: 'More was asked than the rate limit allows', retryable: true },
  'headers-too-large': { status: 431, title: 'The headers are too large', retryable: false },
  'internal-error': { status: 500, title: 'The service failed', retryable: false },
  'record-refused': {
    status: 500,
    title: 'The decision log refuses the record of this answer',
    retryable: false,
  },
  'policy-not-loaded': { status: 503, title: 'No policy is loaded yet', retryable: true },
  'policy-unconfirmed': {
    status: 503,
    title: 'The store has not been reached for long, so policy may have changed',
    retryable: true,
  },
  'policy-revision-not-served': {
    status: 503,
    title: 'The policy revision that was asked for is not served here yet',
    retryable: true,
  },
  'log-unavailable': { status: 503, title: 'The decision log cannot be written', retryable: true },
  'store-unavailable': { status: 503, title: 'The store cannot be reached', retryable: true },
  'issuer-unreachable': {
    status: 503,
    title: 'The keys of the token issuer cannot be fetched',
    retryable: true,
  },
  overloaded: { status: 503, title: 'The process has as much to do as it can', retryable: true },
  'shutting-down': { status: 503, title: 'This process is shutting down', retryable: true },
}

export const problemCodes = Object.keys(catalog) as ErrorCode[]
export const problemMediaType = 'application/problem+json'

/** Status and title of a code, for handlers and for the documentation of a route. */
export function problemKind(code: ErrorCode): ProblemKind {
  return catalog[code]
}

const strict = { additionalProperties: false }
export const FieldFault = Type.Object(
  {
    in: Type.Enum(['body', 'query', 'path', 'header'], {
      description: 'Part of the request that the pointer is in.',
    }),
    pointer: Type.String({
      description: 'JSON pointer (RFC 6901) to the field; for query, path and header: a slash and its name.',
      examples: ['/serviceLines/0/units'],
    }),
    code: Type.String({
      description: 'Stable machine code of what is wrong.',
      examples: ['unknown-field', 'missing-field', 'wrong-type'],
    }),
    detail: Type.String({
      description: 'What is wrong and what to send instead. Values that were sent are never repeated.',
    }),
  },
  { ...strict, $id: 'FieldFault', description: 'What is wrong with one field.' },
)
export type FieldFault = Static<typeof FieldFault>

export const Problem = Type.Object(
  {
    type: Type.String({
      description: 'URI of the kind of problem: `urn:precert:problem:` and the code.',
      examples: ['urn:precert:problem:invalid-request'],
    }),
    title: Type.String({
      description: 'The kind of problem in words; the same for every problem of this code.',
    }),
    status: Type.Integer({ description: 'HTTP status code.', minimum: 400, maximum: 599 }),
    detail: Type.String({ description: 'What happened this time and what to do; constant for a 5xx.' }),
    code: Type.Enum(problemCodes, {
      description: 'Stable machine code of the problem; new codes may be added.',
    }),
    requestId: Type.String({
      description: 'Id of this request, as in the X-Request-Id header and in the log.',
    }),
    retryable: Type.Boolean({
      description: 'Whether the same request can succeed later without being changed.',
    }),
    errors: Type.Array(Type.Unsafe<FieldFault>(Type.Ref('FieldFault')), {
      description: 'Faults by field; empty when none can be named.',
    }),
    line: Type.Optional(
      Type.Integer({
        minimum: 1,
        description:
          'In a batch: the line of the body (of an array the element, counted from 1) in whose place this stands.',
      }),
    ),
  },
  { ...strict, $id: 'Problem', description: 'An error, as RFC 9457 (application/problem+json).' },
)
export type Problem = Static<typeof Problem>

/** Ends a request with a problem of the catalog, wherever it is thrown. */
export class ProblemError extends Error {
  readonly code: ErrorCode
  readonly errors: FieldFault[]
  readonly headers: Record<string, string>

  constructor(
    code: ErrorCode,
    detail: string,
    errors: FieldFault[] = [],
    headers: Record<string, string> = {},
  ) {
    super(detail)
    this.code = code
    this.errors = errors
    this.headers = headers
  }
}

/**
 * Builds every problem. A 5xx says the same whatever failed; the log has the details, under the
 * request id.
 */
export function problemOf(error: ProblemError, requestId: string): Problem {
  const { status, title, retryable } = catalog[error.code]
  const detail =
    error.code === 'internal-error'
      ? 'The service failed while it answered. The log has more under the request id.'
      : error.message
  return {
    type: `urn:precert:problem:${error.code}`,
    title,
    status,
    detail,
    code: error.code,
    requestId,
    retryable,
    errors: error.errors,
  }
}
