import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'

/**
 * Sends a read of policy with an ETag of revision and content, or 304 when the caller already has
 * it.
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

/** The same for a text that was rendered already, in whatever format. */
export function sendCacheableText(
  request: FastifyRequest,
  reply: FastifyReply,
  policyRevision: number,
  text: string,
  contentType: string,
): FastifyReply {
  const tag = `W/"${policyRevision}-${createHash('sha256').update(text).digest('base64url').slice(0, 16)}"`
  // What is read depends on who asks: a cache that keeps it must not answer another credential with
  // it.
  const vary = [reply.getHeader('vary') ?? [], 'authorization'].flat().join(', ')
  // kept, but asked about each time: policy can change at any moment
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
