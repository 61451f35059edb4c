import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import { bodyLimit } from './protocols/json-body.js'
import { answerBrokenRequest, answerProblem, refuseExpectation } from './protocols/problem-answers.js'
import { RequestEnds, type RequestListener } from './protocols/request-ends.js'
import { requestIdOf } from './protocols/request-id.js'
import { buildValidator } from './protocols/validation.js'

/** Certificate chain and private key, as PEM. */
export interface Certificate {
  readonly cert: Buffer
  readonly key: Buffer
}

const maxConnections = 10_000 // beyond it a socket is closed at once, rather than all of them being slow

/** An HTTP server without routes, with bounds on everything that a client sends; HTTPS where there is a certificate. `listener` is told of every request. */
export function createServer(
  log: FastifyBaseLogger,
  tls: Certificate | undefined,
  listener: RequestListener,
): FastifyInstance {
  const ends = new RequestEnds(listener)
  // A missing Host is refused by us, as a problem; Node would answer with an empty body.
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
    keepAliveTimeout: 72_000,
    return503OnClosing: false,
    ...(tls === undefined ? { http: connections } : { https: { ...connections, ...tls } }),
    routerOptions: { maxParamLength: 100 },
    // No hook runs for a URL that cannot be read.
    frameworkErrors: (error, request, reply) => {
      ends.begun(request, reply)
      answerProblem(error, request, reply)
    },
    clientErrorHandler: (error, socket) => {
      answerBrokenRequest(error, socket, ends, log)
    },
    schemaController: { compilersFactory: { buildValidator: buildValidator as never } },
  }).withTypeProvider<TypeBoxTypeProvider>()
  app.decorateRequest('lineCounts')
  // Fastify's serializer alters answers to fit their schema without a word; ours are sent as they are, and tests hold them against it.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data))
  app.server.maxConnections = maxConnections
  app.server.on('checkExpectation', (request, response) => {
    refuseExpectation(request, response, ends, log)
  })
  app.addHook('onRequest', (request, reply, done) => {
    ends.begun(request, reply)
    done()
  })
  return app as unknown as FastifyInstance
}
