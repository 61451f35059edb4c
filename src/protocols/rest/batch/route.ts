import { ViewQuery } from '../../asking/view.js'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { contextOf } from '../../asking/asker.js'
import type { Dependencies } from '../../asking/dependencies.js'
import { useOwnDeadline } from '../../http/own-deadline.js'
import { ProblemError } from '../../http/problem.js'
import { arrayAnswers } from './array.js'
import { mostArrayBytes, readElements, serviceLinesIn, type Element } from './array-body.js'
import { BodyPieces } from './body-pieces.js'
import { LineAnswers } from './line-answers.js'
import { ndjsonAnswers, type NdjsonParts } from './ndjson.js'
import { batchAnswers, batchBody, lineTypes, outside, requestValidator } from './schemas.js'

const silentMs = 10_000 // as long as a single request may take to arrive

export interface BatchDependencies extends Dependencies {
  readonly isClosing: () => boolean
}

const batchSchema = {
  operationId: 'checkAuthorizations',
  tags: ['checks'],
  summary: 'Check many claims',
  description:
    'Many authorization checks in one request, all decided by one revision of policy: one request on each line (NDJSON), answered line by line while it is sent, as many as you like; or an array of at most 1,000. A request that is refused has the problem in its place and does not touch the others. Takes no Idempotency-Key. Counts as its service lines: lines beyond the rate limit wait, an array beyond it is refused.',
  querystring: ViewQuery,
  body: batchBody,
  response: batchAnswers(),
}

/** POST /v1/authorization-checks/batch: many checks, as lines or as an array. */
export const batchChecks: FastifyPluginAsyncTypebox<BatchDependencies> = async (
  app,
  { check, channel, isClosing },
) => {
  const components = app.getSchemas() as Parameters<typeof requestValidator>[0]
  const isRequest = requestValidator(components)
  readBatchBodies(app)
  app.post(
    '/authorization-checks/batch',
    {
      config: { access: 'checks:write', bodyTypes: lineTypes, lines: serviceLinesIn },
      validatorCompiler: outside(components),
      schema: batchSchema,
      onRequest: async (request) => {
        refuseKey(request)
      },
    },
    async (request, reply) => {
      const batch = await check.batch(contextOf({ channel }, request, 'authorization'))
      const answers = new LineAnswers({
        batch,
        requestId: request.id,
        onFailure: (err) => {
          request.log.error({ err }, 'line failed')
        },
      })
      followToItsEnd(request, answers)
      const chunks = Array.isArray(request.body)
        ? arrayAnswers(request.body as Element[], answers, isRequest)
        : answerLines(request, reply, { answers, isRequest, isClosing })
      return reply
        .headers({ 'cache-control': 'no-store', 'policy-revision': String(batch.revision) })
        .type(request.mediaType ?? '')
        .send(Readable.from(chunks, { objectMode: false }))
    },
  )
}

/**
 * An array is read as a whole, so that its service lines can be counted. Lines are read on demand.
 */
function readBatchBodies(app: FastifyInstance): void {
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer', bodyLimit: mostArrayBytes },
    async (_request: FastifyRequest, body: Buffer) => await readElements(body),
  )
  app.addContentTypeParser([...lineTypes], (_request, _payload, done) => {
    done(null)
  })
}

/**
 * Writes the counts of lines to the request's line in the log, or to a line of their own where the
 * sender disconnected.
 */
function followToItsEnd(request: FastifyRequest, { counts }: LineAnswers): void {
  request.lineCounts = counts
  request.exchange.onOver((isAnswered) => {
    if (!isAnswered)
      request.log.info({ route: request.routeOptions.url, lines: counts }, 'batch broken off by its sender')
  })
}

type Answering = Pick<NdjsonParts, 'answers' | 'isRequest' | 'isClosing'>

function answerLines(
  request: FastifyRequest,
  reply: FastifyReply,
  parts: Answering,
): AsyncGenerator<Buffer, void> {
  const gone = new AbortController()
  const endOwnDeadline = useOwnDeadline(request.raw.socket)
  request.exchange.onOver(() => {
    endOwnDeadline()
    gone.abort()
  })
  return ndjsonAnswers({
    ...parts,
    pieces: new BodyPieces(request.raw, { silentMs, isClosing: parts.isClosing }),
    allow: (serviceLines) => {
      const seconds = request.takeLines(serviceLines)
      return seconds === 0 ? undefined : untilAllowed(request, serviceLines, seconds, gone.signal)
    },
    onBrokenOff: () => {
      endConnection(request, reply)
    },
  })
}

async function untilAllowed(
  request: FastifyRequest,
  serviceLines: number,
  seconds: number,
  signal: AbortSignal,
): Promise<void> {
  for (let wait = seconds; wait > 0; wait = request.takeLines(serviceLines))
    await sleep(wait * 1000, undefined, { signal })
}

// Reads for a moment what the sender still sends, so that the answer arrives; then closes the
// connection.
function endConnection({ raw: { socket } }: FastifyRequest, { raw }: FastifyReply): void {
  raw.once('finish', () => {
    setTimeout(() => {
      socket.destroySoon()
    }, 2_000).unref()
  })
}

function refuseKey({ headers }: FastifyRequest): void {
  if (headers['idempotency-key'] === undefined) return
  const detail =
    'A batch takes no Idempotency-Key, as its answer is not kept. Leave it out; a batch that broke off goes on from its first line that was not answered.'
  throw new ProblemError('invalid-request', detail, [
    { in: 'header', pointer: '/idempotency-key', code: 'not-taken', detail },
  ])
}
