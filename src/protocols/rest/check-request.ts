import type { FastifyReply } from 'fastify'
import type { CheckRequest } from '../../decision/request.js'
import { requestFaults } from '../../decision/request-faults.js'
import type { Determination } from '../../decision/determination.js'
import type { Dependencies } from '../dependencies.js'
import { ProblemError } from '../problem.js'

const mostFaults = 50 // a request can be wrong in thousands of places; these are enough to mend it

/** Decides one request for a REST caller, or throws the 422 that says which parts of it contradict each other. */
export function decideFor (dependencies: Dependencies, request: CheckRequest): { text: string, determination: Determination } {
  const faults = requestFaults(request)
  if (faults.length > 0) {
    throw new ProblemError('contradictory-request', faults[0]?.detail ?? '', faults.slice(0, mostFaults).map(fault => ({ in: 'body' as const, ...fault })))
  }
  return dependencies.check(request, { tenant: 'public', caller: 'anonymous', channel: 'rest' })
}

/** Sends a text that was rendered once: the bytes that were recorded are the bytes that are sent. */
export function sendRendered (reply: FastifyReply, text: string): FastifyReply {
  return reply.header('cache-control', 'no-store').type('application/json').send(text)
}
