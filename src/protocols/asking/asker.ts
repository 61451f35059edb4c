import type { FastifyRequest } from 'fastify'
import type { CheckContext } from '../../check.js'
import type { CheckKind } from '../../decision/explain/views.js'
import type { Dependencies } from './dependencies.js'
import { knownAtOf } from './known-at.js'
import { formatOf } from './format.js'
import { viewOf } from './view.js'

/** The caller of a face, in the form of the decision log. */
export function askerOf(
  { channel }: Pick<Dependencies, 'channel'>,
  { caller: { tenantId, callerId }, id: requestId }: FastifyRequest,
): Pick<CheckContext, 'tenantId' | 'callerId' | 'channel' | 'requestId'> {
  return { tenantId, callerId, channel, requestId }
}

/**
 * The caller, the request and the policy (`knownAt`) of a check. Throws the 400 for an invalid
 * `knownAt`.
 */
export function contextOf(
  dependencies: Pick<Dependencies, 'channel'>,
  request: FastifyRequest,
  kind: CheckKind,
): CheckContext {
  const { tenantId, callerId, channel, requestId } = askerOf(dependencies, request)
  return {
    tenantId,
    callerId,
    channel,
    requestId,
    kind,
    view: viewOf(request),
    format: formatOf(request),
    knownAt: knownAtOf(request),
  }
}
