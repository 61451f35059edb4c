import type { FastifyRequest } from 'fastify'
import type { CheckContext } from '../../check.js'
import type { CheckKind } from '../../decision/explain/excerpt.js'
import type { Dependencies } from './dependencies.js'
import { knownAtOf } from './known-at.js'

/** Who asks through a face, as the decision log keeps it. */
export function askerOf(
  { channel }: Pick<Dependencies, 'channel'>,
  { caller: { tenantId, callerId }, id: requestId }: FastifyRequest,
): Pick<CheckContext, 'tenantId' | 'callerId' | 'channel' | 'requestId'> {
  return { tenantId, callerId, channel, requestId }
}

/** Who asks what, and as of which policy. Throws the 400 for a `knownAt` that is no instant. */
export function contextOf(
  dependencies: Pick<Dependencies, 'channel'>,
  request: FastifyRequest,
  kind: CheckKind,
): CheckContext {
  return { ...askerOf(dependencies, request), kind, knownAt: knownAtOf(request) }
}
