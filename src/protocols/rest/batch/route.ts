import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Dependencies } from '../../dependencies.js'
import { bePatient } from '../../patience.js'
import { ProblemError } from '../../problem.js'
import { knownAtOf } from '../known-at.js'
import { arrayAnswers } from './array.js'
import { mostArrayBytes, readElements, serviceLinesIn, type Element } from './array-body.js'
import { BodyPieces } from './body-pieces.js'
import { LineAnswers } from './line-answers.js'
import { ndjsonAnswers, type NdjsonParts } from './ndjson.js'
import { batchAnswers, batchBody, lineTypes, outside, requestValidator } from './schemas.js'
import { whileTaken } from './while-taken.js'

const silentMs = 10_000 // as long as a request of its own may take to arrive
const untakenMs = 120_000 // a reader may have a pause; who reads no more is not waited for

export interface BatchDependencies extends Dependencies {
  readonly isClosing: () => boolean
}

/** POST /v1/authorization-checks/batch: many checks, as lines or as an array. */
export const batchChecks: FastifyPluginAsyncTypebox<BatchDependencies> = async (
  app,
  { check, isClosing },
) => {
  const components = app.getSchemas() as Parameters<typeof requestValidator>[0]
  const isRequest = requestValidator(components)
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer', bodyLimit: mostArrayBytes },
    async (_request: FastifyRequest, body: Buffer) => await readElements(body),
  )
  // The body stays on the wire until it is asked for.
  app.addContentTypeParser([...lineTypes], (_request, _payload, done) => {
    done(null)
  })
  app.post(
    '/authorization-checks/batch',
    {
      config: { access: 'checks:write', bodyTypes: lineTypes, lines: serviceLinesIn },
      validatorCompiler: outside(components),
      schema: {
        operationId: 'checkAuthorizations',
        tags: ['checks'],
        summary: 'Check many claims',
        description:
          'Many authorization checks in one request, all decided by one revision of policy: one request on each line (NDJSON), answered line by line while it is sent, as many as you like; or an array of at most 1,000. A request that is refused has the problem in its place and does not touch the others. Takes no Idempotency-Key. Counts as its service lines: lines beyond the rate limit wait, an array beyond it is refused.',
        body: batchBody,
        response: batchAnswers(),
      },
      onRequest: async (request) => {
        refuseKey(request)
      },
    },
    async (request, reply) => {
      const { tenantId, callerId } = request.caller
      const opened = check.batch({
        tenantId,
        callerId,
        channel: 'rest',
        kind: 'authorization',
        requestId: request.id,
        knownAt: knownAtOf(request),
      })
      const batch = opened instanceof Promise ? await opened : opened
      const answers = new LineAnswers({
        batch,
        requestId: request.id,
        onFailure: (err) => {
          request.log.error({ err }, 'line failed')
        },
      })
      const chunks = Array.isArray(request.body)
        ? arrayAnswers(request.body as Element[], answers, isRequest)
        : answerLines(request, reply, { answers, isRequest, isClosing })
      request.lineCounts = answers.counts
      reply.raw.once('close', () => {
        if (!reply.raw.writableFinished)
          request.log.info(
            { route: request.routeOptions.url, lines: answers.counts },
            'batch broken off by its sender',
          )
      })
      const taken = whileTaken(chunks, untakenMs, () => {
        request.raw.destroy()
      })
      return reply
        .headers({ 'cache-control': 'no-store', 'policy-revision': String(batch.revision) })
        .type(request.mediaType ?? '')
        .send(Readable.from(taken, { objectMode: false }))
    },
  )
}

type Answering = Pick<NdjsonParts, 'answers' | 'isRequest' | 'isClosing'>

function answerLines(
  request: FastifyRequest,
  reply: FastifyReply,
  parts: Answering,
): AsyncGenerator<Buffer, void> {
  const gone = new AbortController()
  const endPatience = bePatient(request.raw.socket)
  reply.raw.once('close', () => {
    endPatience()
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

// What is still to come is read for a moment, so that what was answered arrives; then nobody listens.
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
