import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import type { Access } from '../access/access.js'
import { logRequest } from './log.js'
import type { Metrics } from '../metrics/metrics.js'
import { useAccess } from '../protocols/http/access.js'
import { useBackPressure, type PressureLimits } from '../protocols/http/back-pressure.js'
import { addComponents } from '../protocols/components.js'
import { useCors } from '../protocols/http/cors.js'
import type { Parts } from '../protocols/asking/dependencies.js'
import { useHeaders } from '../protocols/http/headers.js'
import { useHosts } from '../protocols/http/hosts.js'
import { registerProtocols } from '../protocols/index.js'
import { useJsonBodies } from '../protocols/http/json-body.js'
import { createLimits, useLineCosts, type LimitSettings } from '../protocols/http/limits.js'
import { watchMethods } from '../protocols/http/methods.js'
import { useOpenApi } from '../protocols/openapi/openapi.js'
import { useProblems } from '../protocols/http/problem-answers.js'
import type { RequestListener } from '../protocols/http/request-ends.js'
import { createServer, type Certificate } from './listeners.js'

export interface AppOptions extends Parts {
  readonly log: FastifyBaseLogger
  /**
   * True once the process is told to stop. It is not ready from then on, and every answer closes
   * its connection.
   */
  readonly isClosing?: () => boolean
  /** Authentication. It is never absent; a process without credentials says so. */
  readonly access: Access
  readonly limits?: LimitSettings
  /** Seconds after which an answer is given up if nobody reads it. */
  readonly writeTimeoutSeconds?: number
  /** The load from which on requests are refused instead of queued. */
  readonly pressure?: PressureLimits
  /** Web origins whose pages may call. */
  readonly corsOrigins?: readonly string[]
  /**
   * Host names, beside those of this machine, under which a process without credentials may be
   * called.
   */
  readonly openHosts?: readonly string[]
  /** Whether /docs and /openapi.json are served; they are, unless this is false. */
  readonly servesDocs?: boolean
  /** Absent: HTTP. */
  readonly tls?: Certificate | undefined
  /** Records every request. */
  readonly metrics?: Pick<Metrics, 'requests'>
}

/**
 * Builds the HTTP application: all of its wiring, in the order in which it runs. Does not listen.
 */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  let closing = false
  const isClosing = (): boolean => closing || options.isClosing?.() === true
  const listener: RequestListener = {
    begun: () => {
      options.metrics?.requests.begun()
    },
    ended: (request) => {
      logRequest(request)
      options.metrics?.requests.ended(request)
    },
  }
  const app = createServer(options.log, options.tls, listener, options.writeTimeoutSeconds)
  app.addHook('preClose', async () => {
    closing = true
  })
  useHeaders(app, isClosing, options.tls !== undefined)
  useProblems(app)
  useHosts(app, {
    isOpen: options.access.isOpen,
    hosts: options.openHosts ?? [],
    origins: options.corsOrigins ?? [],
  })
  useCors(app, options.corsOrigins ?? [])
  useBackPressure(app, options.pressure)
  const limits = createLimits(options.limits)
  // Access is checked before the body is read. The cost in lines is known only afterwards.
  useAccess(app, options.access, limits)
  useJsonBodies(app)
  useLineCosts(app, limits)
  addComponents(app)
  const routes = watchMethods(app)
  if (options.servesDocs !== false) await useOpenApi(app)
  await registerProtocols(app, options, isClosing)
  routes.refuseOthers()
  return app
}
