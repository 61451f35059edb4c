import type { AddressInfo } from 'node:net'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import type { Access } from '../access/access.js'
import { isLoopback } from '../access/start-rule.js'
import { logRequest } from './log.js'
import type { LogLevel } from '../protocols/admin/log-level.js'
import type { Metrics } from '../metrics/metrics.js'
import { useAccess } from '../protocols/http/access.js'
import { logLevelRoutes } from '../protocols/admin/log-level.js'
import { metricsRoute } from '../protocols/admin/metrics.js'
import type { Parts } from '../protocols/asking/dependencies.js'
import { useHeaders } from '../protocols/http/headers.js'
import { useHosts } from '../protocols/http/hosts.js'
import { useJsonBodies } from '../protocols/http/json-body.js'
import { createLimits, type LimitSettings } from '../protocols/http/limits.js'
import { watchMethods } from '../protocols/http/methods.js'
import { useProblems } from '../protocols/http/problem-answers.js'
import { health } from '../protocols/health/health.js'
import { createServer, type Certificate } from './listeners.js'

/** The default port of metrics: the usual one of exporters for Prometheus. */
export const usualAdminPort = 9464

export interface AdminOptions {
  readonly host: string
  readonly snapshot: Parts['snapshot']
  readonly metrics: Pick<Metrics, 'render'>
  readonly logLevel: LogLevel
  readonly isClosing: () => boolean
  /** Whether the first application stays overloaded. */
  readonly isOverloaded: () => boolean
  readonly isLogWritable?: (() => boolean) | undefined
  readonly log: FastifyBaseLogger
  readonly access: Access
  readonly limits?: LimitSettings
  readonly openHosts?: readonly string[]
  readonly tls?: Certificate | undefined
}

/**
 * The second application, for operators: metrics, health and the log level. On loopback it serves
 * plain HTTP without credentials. Elsewhere it follows the first application: HTTPS where there is
 * a certificate, and a credential with the scope of the route.
 */
export async function buildAdmin({
  host,
  snapshot,
  metrics,
  logLevel,
  isClosing,
  isOverloaded,
  isLogWritable,
  log,
  access,
  limits,
  openHosts = [],
  tls,
}: AdminOptions): Promise<FastifyInstance> {
  const isOwn = isLoopback(host)
  // A certificate does not name a loopback address.
  const certificate = isOwn ? undefined : tls
  // Logged as warnings only, because scrapes every few seconds would fill the log.
  const app = createServer(log.child({}, { level: quiet(log) }), certificate, { ended: logRequest })
  useHeaders(app, isClosing, certificate !== undefined)
  useProblems(app)
  // On loopback it is open, whatever the first listener requires.
  useHosts(app, { isOpen: () => isOwn || access.isOpen(), hosts: openHosts })
  useAccess(app, access, createLimits(limits))
  useJsonBodies(app)
  const routes = watchMethods(app)
  await app.register(health, { snapshot, isClosing, isOverloaded, isLogWritable })
  await app.register(metricsRoute, { metrics, access: isOwn ? 'public' : 'metrics:read' })
  await app.register(logLevelRoutes, { level: logLevel, access: isOwn ? 'public' : 'admin:process' })
  routes.refuseOthers()
  return app
}

/**
 * Listens on `port`, which must be free. Without a port it takes the usual one, or any free one if
 * another process of this machine has that. So a second process needs no setting; the log names the
 * port. Returns the port.
 */
export async function listenAdmin(
  app: FastifyInstance,
  host: string,
  port: number | undefined,
): Promise<number> {
  try {
    await app.listen({ host, port: port ?? usualAdminPort })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    if (port !== undefined)
      throw new Error(`port ${port} of ${host} is taken; set ADMIN_PORT to another one`, { cause: error })
    await app.listen({ host, port: 0 })
  }
  return (app.server.address() as AddressInfo).port
}

function quiet({ level }: FastifyBaseLogger): string {
  return ['trace', 'debug', 'info'].includes(level) ? 'warn' : level
}
