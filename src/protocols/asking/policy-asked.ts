import type { FastifyRequest } from 'fastify'
import { revisionsOf } from '../../check.js'
import type { Revision } from '../../policies/loaded/snapshot.js'
import type { Dependencies } from './dependencies.js'
import { ProblemError } from '../http/problem.js'
import { knownAtOf } from './known-at.js'

/** The policy in memory for a caller, or the 503 that asks for a retry. */
export function policyOf(
  { snapshot }: Pick<Dependencies, 'snapshot'>,
  { caller }: Pick<FastifyRequest, 'caller'>,
): Revision {
  const current = snapshot.current(caller.tenantId)
  if (current === undefined)
    throw new ProblemError('policy-not-loaded', 'No policy is in memory yet. Try again shortly.', [], {
      'retry-after': '2',
    })
  return current
}

/** The policy of a request: the current one, or that of its `knownAt`. */
export async function policyAsked(
  { snapshot, past }: Dependencies,
  request: FastifyRequest,
): Promise<Revision> {
  return await revisionsOf(snapshot, past)(request.caller.tenantId, knownAtOf(request))
}

/** The found value, or the 404, which does not repeat the id. */
export function orNotFound<T>(found: T | undefined, what: string): T {
  if (found === undefined)
    throw new ProblemError(
      'not-held',
      `No ${what} of that id is held. The list route of the same name shows what is.`,
    )
  return found
}
