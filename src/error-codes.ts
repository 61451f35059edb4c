// Types alone: the rooms that throw and the faces that answer both read them, and neither knows the
// other.

/**
 * Every code that an error answer of the service can have. The catalog in
 * `protocols/http/problem.ts` must have an entry for each, or it does not compile.
 */
export type ErrorCode =
  | 'unreadable-request'
  | 'malformed-url'
  | 'malformed-body'
  | 'invalid-request'
  | 'invalid-page-token'
  | 'unauthenticated'
  | 'scope-missing'
  | 'cross-site-request'
  | 'route-not-found'
  | 'not-held'
  | 'view-not-available'
  | 'revision-not-held'
  | 'method-not-allowed'
  | 'not-acceptable'
  | 'request-timeout'
  | 'request-in-progress'
  | 'determination-erased'
  | 'body-too-large'
  | 'url-too-long'
  | 'unsupported-media-type'
  | 'expectation-failed'
  | 'misdirected-request'
  | 'contradictory-request'
  | 'idempotency-key-reused'
  | 'too-many-requests'
  | 'headers-too-large'
  | 'internal-error'
  | 'record-refused'
  | 'policy-not-loaded'
  | 'policy-unconfirmed'
  | 'policy-revision-not-served'
  | 'log-unavailable'
  | 'store-unavailable'
  | 'issuer-unreachable'
  | 'overloaded'
  | 'shutting-down'

/**
 * The code of an error that a room below the faces throws to end a request.
 * `protocols/http/problem-answers.ts` must say with which problem each is answered, or it does not
 * compile.
 */
export type FailureCode =
  | 'policy-not-ready'
  | 'policy-unconfirmed'
  | 'revision-not-held'
  | 'log-unavailable'
  | 'record-refused'
  | 'store-unavailable'
  | 'issuer-unreachable'
