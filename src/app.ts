import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import type { Access } from './access/access.js'
import { useRequestLog } from './log.js'
import { useAccess } from './protocols/access.js'
import { addComponents } from './protocols/components.js'
import { useCors } from './protocols/cors.js'
import type { Dependencies } from './protocols/dependencies.js'
import { useHeaders } from './protocols/headers.js'
import { registerProtocols } from './protocols/index.js'
import { bodyLimit, useJsonBodies } from './protocols/json-body.js'
import { createLimits, useLineCosts, type LimitSettings } from './protocols/limits.js'
import { watchMethods } from './protocols/methods.js'
import { declareDocs, useOpenApi } from './protocols/openapi.js'
import { answerBrokenRequest, answerProblem, useProblems } from './protocols/problem-answers.js'
import { requestIdOf } from './protocols/request-id.js'
import { buildValidator } from './protocols/validation.js'

const maxConnections = 10_000 // beyond it a socket is closed at once, rather than all of them being slow

export interface AppOptions extends Dependencies {
  readonly log: FastifyBaseLogger
  /** True from the moment the process is told to stop: not ready any more, and every answer closes its connection. */
  readonly isClosing?: () => boolean
  /** Who may ask. Never absent: a process that is open says so. */
  readonly access: Access
  readonly limits?: LimitSettings
  /** Web origins whose pages may call. */
  readonly corsOrigins?: readonly string[]
  /** Certificate chain and private key, as PEM; absent: HTTP. */
  readonly tls?: { readonly cert: Buffer, readonly key: Buffer } | undefined
}

/** The HTTP application: the wiring on one screen, in the order in which it works. Does not listen. */
export async function buildApp (options: AppOptions): Promise<FastifyInstance> {
  let closing = false
  const isClosing = (): boolean => closing || options.isClosing?.() === true
  const app = createServer(options.log, options.tls)
  app.addHook('preClose', async () => { closing = true })
  useRequestLog(app)
  useHeaders(app, isClosing, options.tls !== undefined)
  useProblems(app)
  useCors(app, options.corsOrigins ?? [])
  const limits = createLimits(options.limits)
  // In front of all that looks at the request; the costs are known when its body is.
  declareDocs(app)
  useAccess(app, options.access, limits)
  useJsonBodies(app)
  useLineCosts(app, limits)
  addComponents(app)
  const routes = watchMethods(app)
  await useOpenApi(app)
  await registerProtocols(app, options, isClosing)
  routes.refuseOthers()
  return app
}

function createServer (log: FastifyBaseLogger, tls: AppOptions['tls']): FastifyInstance {
  // A missing Host is refused by us, as a problem; Node would answer with an empty body.
  const connections = { requireHostHeader: false, headersTimeout: 5_000, connectionsCheckingInterval: 1_000, maxHeaderSize: 16 * 1024 }
  const app = Fastify({
    loggerInstance: log, logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    requestIdHeader: false, genReqId: requestIdOf,
    bodyLimit, requestTimeout: 10_000, keepAliveTimeout: 72_000, return503OnClosing: false,
    ...(tls === undefined ? { http: connections } : { https: { ...connections, ...tls } }),
    routerOptions: { maxParamLength: 100 },
    frameworkErrors: answerProblem, clientErrorHandler: answerBrokenRequest,
    schemaController: { compilersFactory: { buildValidator: buildValidator as never } }
  }).withTypeProvider<TypeBoxTypeProvider>()
  // Fastify's serializer alters answers to fit their schema without a word; ours are sent as they are, and tests hold them against it.
  app.setSerializerCompiler(() => data => JSON.stringify(data))
  app.server.maxConnections = maxConnections
  return app as unknown as FastifyInstance
}
