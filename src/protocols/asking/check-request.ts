import type { FastifyReply, FastifyRequest } from 'fastify'
import type { CheckRequest } from '../../decision/shapes/request.js'
import { requestFaults, type RequestFault } from '../../decision/facts/request-faults.js'
import type { CheckedAnswer } from '../../check.js'
import type { CheckKind } from '../../decision/explain/views.js'
import { answerContentPolicy } from '../../rendering/pages/answer-style.js'
import type { PageFormat } from '../../rendering/formats.js'
import { contextOf } from './asker.js'
import type { Dependencies } from './dependencies.js'
import { contentType, describePage, formatOf } from './format.js'
import { ProblemError } from '../http/problem.js'
import { answeredOnce } from './idempotency.js'

const mostFaults = 50 // a request can have thousands of faults; these are enough to correct it

/**
 * The settings of every route that takes a check: its scope, and what a body costs of the caller's
 * limit.
 */
export const checkRoute = {
  access: 'checks:write',
  lines: (body: unknown) => (body as CheckRequest).serviceLines.length,
} as const

/**
 * Decides one request of a caller. Throws the 422 that says which parts of it contradict each
 * other.
 */
export async function decideFor(
  dependencies: Dependencies,
  asked: FastifyRequest,
  kind: CheckKind,
  request: CheckRequest,
): Promise<CheckedAnswer> {
  refuseContradiction(request)
  return await dependencies.check(request, contextOf(dependencies, asked, kind))
}

/** Throws the 422 for a request whose parts contradict each other. */
export function refuseContradiction(request: CheckRequest): void {
  refuseFaults(requestFaults(request))
}

/** Throws the 422 that names the faults and their places, if there are any. */
export function refuseFaults(faults: readonly RequestFault[], part: 'body' | 'query' = 'body'): void {
  if (faults.length > 0) {
    throw new ProblemError(
      'contradictory-request',
      faults[0]?.detail ?? '',
      faults.slice(0, mostFaults).map((fault) => ({ in: part, ...fault })),
    )
  }
}

/**
 * Answers a posted check. Under one Idempotency-Key it is decided once, however often it is sent.
 */
export async function answerCheck(
  dependencies: Dependencies,
  request: FastifyRequest,
  reply: FastifyReply,
  kind: CheckKind,
): Promise<FastifyReply> {
  const decided = async (): Promise<Buffer> =>
    (await decideFor(dependencies, request, kind, request.body as CheckRequest)).bytes
  const bytes = await answeredOnce(dependencies.repeats, request, reply, decided)
  return sendRendered(reply, bytes, formatOf(request))
}

/** Sends the rendered JSON or page: the recorded bytes are the bytes that are sent. */
export function sendRendered(
  reply: FastifyReply,
  rendered: string | Buffer,
  format: PageFormat = 'json',
): FastifyReply {
  return describePage(reply, format, answerContentPolicy)
    .header('cache-control', 'no-store')
    .type(contentType(format))
    .send(rendered)
}
