import { Server as TlsServer } from 'node:tls'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import { bodyLimit } from '../protocols/http/json-body.js'
import { inTurn } from '../protocols/http/pipeline.js'
import { answerBrokenRequest, answerProblem, refuseExpectation } from '../protocols/http/problem-answers.js'
import { RequestEnds, type RequestListener } from '../protocols/http/request-ends.js'
import { requestIdOf } from '../protocols/http/request-id.js'
import { endWhenUnread, usualWriteTimeoutSeconds } from '../protocols/http/unread-answers.js'
import { buildValidator } from '../protocols/http/validation.js'

/** Certificate chain and private key, as PEM. */
export interface Certificate {
  readonly cert: Buffer
  readonly key: Buffer
}

// TLS 1.3, and of TLS 1.2 only suites with forward secrecy: a key that is stolen later decrypts no
// recorded traffic.
const tlsBounds = {
  minVersion: 'TLSv1.2',
  ciphers: [
    'TLS_AES_128_GCM_SHA256',
    'TLS_AES_256_GCM_SHA384',
    'TLS_CHACHA20_POLY1305_SHA256',
    'ECDHE-ECDSA-AES128-GCM-SHA256',
    'ECDHE-RSA-AES128-GCM-SHA256',
    'ECDHE-ECDSA-AES256-GCM-SHA384',
    'ECDHE-RSA-AES256-GCM-SHA384',
    'ECDHE-ECDSA-CHACHA20-POLY1305',
    'ECDHE-RSA-CHACHA20-POLY1305',
  ].join(':'),
} as const

// Beyond it a new socket is closed at once. Otherwise all connections would become slow.
const maxConnections = 10_000

/**
 * An HTTP server without routes, or an HTTPS server where there is a certificate. It limits
 * everything that a client sends, and the time for which an answer may stay unread. `listener` is
 * called for every request.
 */
export function createServer(
  log: FastifyBaseLogger,
  tls: Certificate | undefined,
  listener: RequestListener,
  writeTimeoutSeconds = usualWriteTimeoutSeconds,
): FastifyInstance {
  const ends = new RequestEnds(listener)
  // We refuse a missing Host with a problem; Node would answer with an empty body.
  const connections = {
    requireHostHeader: false,
    headersTimeout: 5_000,
    connectionsCheckingInterval: 500,
    maxHeaderSize: 16 * 1024,
  }
  const app = Fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    requestIdHeader: false,
    genReqId: requestIdOf,
    bodyLimit,
    requestTimeout: 10_000,
    connectionTimeout: writeTimeoutSeconds * 1_000,
    keepAliveTimeout: 72_000,
    return503OnClosing: false,
    ...(tls === undefined ? { http: connections } : { https: { ...connections, ...tlsBounds, ...tls } }),
    routerOptions: { maxParamLength: 100 },
    // Hooks do not run for a URL that cannot be parsed.
    frameworkErrors: (error, request, reply) => {
      ends.begun(request, reply)
      answerProblem(error, request, reply)
    },
    clientErrorHandler: (error, socket) => {
      answerBrokenRequest(error, socket, ends, log)
    },
    schemaController: { compilersFactory: { buildValidator: buildValidator as never } },
  }).withTypeProvider<TypeBoxTypeProvider>()
  app.decorateRequest('exchange')
  app.decorateRequest('lineCounts')
  // Fastify's serializer silently alters answers to fit their schema. Ours are sent as they are,
  // and tests compare them with it.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data))
  app.server.maxConnections = maxConnections
  app.server.on('checkExpectation', (request, response) => {
    refuseExpectation(request, response, ends, log)
  })
  app.addHook('onRequest', (request, reply, done) => {
    inTurn(request.raw, reply.raw, () => {
      ends.begun(request, reply)
      endWhenUnread(request, reply, writeTimeoutSeconds * 1_000)
      done()
    })
  })
  return app as unknown as FastifyInstance
}

/** Serves a renewed certificate from now on. Open connections keep the one that they began with. */
export function renewCertificate(app: FastifyInstance, certificate: Certificate): void {
  if (app.server instanceof TlsServer) app.server.setSecureContext({ ...tlsBounds, ...certificate })
}
