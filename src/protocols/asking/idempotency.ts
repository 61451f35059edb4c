import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type, type TSchema } from 'typebox'
import { StoreUnavailable } from '../../repeats/store-unavailable.js'
import type { Repeated, Repeats } from '../../repeats/repeats.js'
import { ProblemError } from '../http/problem.js'
import { checkAnswers } from '../http/responses.js'

/** Header of an answer that was given before. */
export const replayedHeader = 'idempotency-replayed'

/**
 * The header of draft-ietf-httpapi-idempotency-key-header (no RFC yet): a structured string, or the
 * same without quotes.
 */
export const IdempotencyHeaders = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      pattern: '^("([!#-\\[\\]-~]|\\\\["\\\\]){1,255}"|[!#-~][!-~]{0,254})$',
      description:
        'One key of 1 to 255 visible ASCII characters, with or without double quotes, new for each new request: the same request sent again under it within 24 hours gets the same answer, and nothing is decided again.',
      examples: ['"8e03978e-40d5-43e8-bc93-6894a57f9324"'],
    }),
  ),
})

/** The parts of a request that distinguish it from another. */
export type AskedRequest = Pick<FastifyRequest, 'caller' | 'headers' | 'query' | 'body' | 'routeOptions'>

/** The documented answers of a check that supports Idempotency-Key. */
export function repeatableAnswers(schema: TSchema, description: string): Record<string, unknown> {
  const { 200: ok, ...others } = checkAnswers(
    schema,
    description,
    'request-in-progress',
    'idempotency-key-reused',
    'store-unavailable',
  )
  return {
    200: {
      ...(ok as object),
      headers: {
        'Idempotency-Replayed': {
          type: 'string',
          enum: ['true'],
          description:
            'There when this request was answered before under its Idempotency-Key; the answer is that one, byte for byte.',
        },
      },
    },
    ...others,
  }
}

/**
 * The bytes of `answer`, or the stored bytes of the same request under its key; without a key
 * always `answer`. Throws the 409, 422 and 503 of repeats.
 */
export async function answeredOnce(
  repeats: Repeats | undefined,
  request: AskedRequest,
  reply: FastifyReply,
  answer: () => Promise<Buffer>,
): Promise<Buffer> {
  const header = request.headers['idempotency-key']
  if (typeof header !== 'string') return await answer()
  // Without a store nothing can be remembered, so a key is refused rather than ignored.
  if (repeats === undefined) throw new StoreUnavailable()
  const {
    caller: { tenantId, callerId },
    routeOptions: { url: route },
    query,
    body,
  } = request
  const repeated = await repeats.once(
    { tenantId, callerId, key: keyIn(header), asked: { route, query, body } },
    answer,
  )
  if (repeated.outcome !== 'answered') throw refusalOf(repeated)
  if (repeated.isReplay) reply.header(replayedHeader, 'true')
  return repeated.bytes
}

function keyIn(header: string): string {
  return header.startsWith('"') ? header.slice(1, -1).replace(/\\(["\\])/g, '$1') : header
}

function refusalOf(repeated: Exclude<Repeated, { outcome: 'answered' }>): ProblemError {
  if (repeated.outcome === 'running') {
    return new ProblemError(
      'request-in-progress',
      'A request with this Idempotency-Key is being answered. Send it again after Retry-After to get its answer.',
      [],
      { 'retry-after': String(repeated.retryAfter) },
    )
  }
  return new ProblemError(
    'idempotency-key-reused',
    'This Idempotency-Key was used in the last 24 hours for another request: another route, query or body. Send a new key with each new request, and the old one with the unchanged request only.',
    [
      {
        in: 'header',
        pointer: '/idempotency-key',
        code: 'reused',
        detail: 'The key belongs to another request.',
      },
    ],
  )
}
