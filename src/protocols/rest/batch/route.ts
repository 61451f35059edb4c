import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { CheckBatch } from '../../../check.js'
import type { Dependencies } from '../../dependencies.js'
import { bePatient } from '../../patience.js'
import { ProblemError } from '../../problem.js'
import { checkAnswers, component } from '../../responses.js'
import { CheckBody } from '../authorization-checks.js'
import { knownAtOf } from '../known-at.js'
import { BodyPieces } from './body-pieces.js'
import { LineAnswers } from './line-answers.js'
import { ndjsonAnswers } from './ndjson.js'
import type { CompiledSchema } from './read-request.js'

const lineTypes = ['application/x-ndjson', 'application/jsonl']
const silentMs = 10_000 // as long as a request of its own may take to arrive
const untakenMs = 120_000 // longer than any limit makes a batch wait

export interface BatchDependencies extends Dependencies { readonly isClosing: () => boolean }

/** POST /v1/authorization-checks/batch: many checks, as lines or as an array. */
export const batchChecks: FastifyPluginAsyncTypebox<BatchDependencies> = async (app, { check, isClosing }) => {
  let isRequest: CompiledSchema | undefined
  app.addHook('onReady', async () => { isRequest = app.validatorCompiler?.({ schema: CheckBody, method: 'POST', url: '', httpPart: 'body' }) as CompiledSchema })
  app.addContentTypeParser(lineTypes, (_request, _payload, done) => { done(null) })
  app.post('/authorization-checks/batch', {
    config: { access: 'checks:write', bodyTypes: lineTypes },
    schema: {
      operationId: 'checkAuthorizations', tags: ['checks'], summary: 'Check many claims',
      description: 'Many authorization checks in one request.',
      response: checkAnswers(component('Determination'), 'The answers.')
    },
    onRequest: async request => { refuseKey(request) }
  }, async (request, reply) => {
    const { tenantId, callerId } = request.caller
    const opened = check.batch({ tenantId, callerId, channel: 'rest', kind: 'authorization', requestId: request.id, knownAt: knownAtOf(request) })
    const batch = opened instanceof Promise ? await opened : opened
    const answers = new LineAnswers({ batch, requestId: request.id, onFailure: err => { request.log.error({ err }, 'line failed') } })
    return answerLines(request, reply, { batch, answers, isRequest: isRequest as CompiledSchema, isClosing })
  })
}

interface Answering { readonly batch: CheckBatch, readonly answers: LineAnswers, readonly isRequest: CompiledSchema, readonly isClosing: () => boolean }

function answerLines (request: FastifyRequest, reply: FastifyReply, { batch, answers, isRequest, isClosing }: Answering): FastifyReply {
  const gone = new AbortController()
  const endPatience = bePatient(request.raw.socket)
  reply.raw.setTimeout(untakenMs, () => { request.raw.destroy() })
  reply.raw.once('close', () => { endPatience(); gone.abort() })
  const chunks = ndjsonAnswers({
    pieces: new BodyPieces(request.raw, { silentMs, isClosing }), answers, isRequest, isClosing,
    allow: serviceLines => {
      const seconds = request.takeLines(serviceLines)
      return seconds === 0 ? undefined : untilAllowed(request, serviceLines, seconds, gone.signal)
    },
    onBrokenOff: () => { endConnection(request, reply) }
  })
  return reply.headers({ 'cache-control': 'no-store', 'policy-revision': String(batch.revision) }).type(request.mediaType ?? '').send(Readable.from(chunks, { objectMode: false }))
}

async function untilAllowed (request: FastifyRequest, serviceLines: number, seconds: number, signal: AbortSignal): Promise<void> {
  for (let wait = seconds; wait > 0; wait = request.takeLines(serviceLines)) await sleep(wait * 1000, undefined, { signal })
}

// What is still to come is read for a moment, so that what was answered arrives; then nobody listens.
function endConnection ({ raw: { socket } }: FastifyRequest, { raw }: FastifyReply): void {
  raw.once('finish', () => { setTimeout(() => { socket.destroySoon() }, 2_000).unref() })
}

function refuseKey ({ headers }: FastifyRequest): void {
  if (headers['idempotency-key'] === undefined) return
  const detail = 'A batch takes no Idempotency-Key, as its answer is not kept. Leave it out; a batch that broke off goes on from its first line that was not answered.'
  throw new ProblemError('invalid-request', detail, [{ in: 'header', pointer: '/idempotency-key', code: 'not-taken', detail }])
}
