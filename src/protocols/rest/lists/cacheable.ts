import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'

/**
 * Answers a read of policy with an ETag of revision and content, or with 304 when the caller has
 * that version.
 */
export function sendCacheable(
  request: FastifyRequest,
  reply: FastifyReply,
  policyRevision: number,
  body: object,
): FastifyReply {
  return sendCacheableText(
    request,
    reply,
    policyRevision,
    JSON.stringify({ policyRevision, ...body }),
    'application/json',
  )
}

/** The same for rendered text in any format. */
export function sendCacheableText(
  request: FastifyRequest,
  reply: FastifyReply,
  policyRevision: number,
  text: string,
  contentType: string,
): FastifyReply {
  const tag = `W/"${policyRevision}-${createHash('sha256').update(text).digest('base64url').slice(0, 16)}"`
  // The answer depends on the credential, so a cache must not use it for another one.
  const vary = [reply.getHeader('vary') ?? [], 'authorization'].flat().join(', ')
  // cached, but revalidated each time: policy can change at any moment
  reply.headers({ etag: tag, vary, 'cache-control': 'private, no-cache' })
  if (matches(request.headers['if-none-match'], tag)) return reply.code(304).send()
  return reply.type(contentType).send(text)
}

function matches(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false
  const bare = tag.slice(2)
  return header
    .split(',')
    .map((entry) => entry.trim())
    .some((entry) => entry === '*' || entry.replace(/^W\//, '') === bare)
}
