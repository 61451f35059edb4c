import { setTimeout as sleep } from 'node:timers/promises'
import closeWithGrace from 'close-with-grace'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { StartRefused } from '../access/open-access.js'
import { buildAdmin, listenAdmin } from './admin.js'
import { buildApp } from './app.js'
import { certificateOf, renewOnHangUp } from './certificate.js'
import type { Config } from './config.js'
import { unverifiedDatabase } from './settings/store.js'
import { engineVersion } from '../decision/engine-version.js'
import { createForwardedParts, openWithRetries, type OpenParts } from './before-open.js'
import { createLogLevel } from './log-level.js'
import { createMetrics } from '../metrics/metrics.js'
import { openParts } from './open-parts.js'
import type { LimitSettings } from '../protocols/http/limits.js'
import { InstallationKeyRefused } from '../sealing/installation-key.js'
import { faultsOfSettings, StoreError } from '../store/database/store-error.js'

const hardStop = 10_000 // ms after draining
// The default limit of a tenant or an issuer, in multiples of the limit of one credential.
const sharedLimit = 10

/**
 * Starts the service. Resolves once it listens; it then runs until it is told to stop. Rejects,
 * with the store closed, where it cannot start.
 */
export async function start(config: Config, log: Logger): Promise<void> {
  const started: Started = { isClosing: false, closeStore: async () => {} }
  try {
    const unverified = unverifiedDatabase(config)
    if (unverified !== undefined) log.warn({}, unverified)
    await openAndListen(config, log, started, await buildApplications(config, log, started))
  } catch (error) {
    await started.closeStore()
    throw error
  }
}

/** The changing state of the process: whether it is stopping, and how to close the store then. */
interface Started {
  isClosing: boolean
  closeStore: () => Promise<void>
}

interface Applications {
  readonly app: FastifyInstance
  /** Absent where ADMIN_HOST is `none`. */
  readonly admin: FastifyInstance | undefined
  /** Gives both applications the parts of the opened store. */
  readonly open: (opened: OpenParts) => void
}

/** Builds both applications. They can be built, and stopped, before the store is open. */
async function buildApplications(config: Config, log: Logger, started: Started): Promise<Applications> {
  const tls = await certificateOf(config)
  const { parts, open } = createForwardedParts(config.DECISION_LOG !== 'off')
  const metrics = createMetrics({ version: engineVersion, ...parts, snapshot: parts.loaded })
  const limits = limitsOf(config)
  const openHosts = config.OPEN_HOSTS?.split(',') ?? []
  const isClosing = (): boolean => started.isClosing
  const shared = { ...parts, log, tls, metrics, limits, openHosts, isClosing }
  const app = await buildApp({
    ...shared,
    check: metrics.counted(parts.check),
    repeats: metrics.countedRepeats(parts.repeats),
    pressure: {
      atOnce: config.MAX_CONCURRENT_REQUESTS,
      unsentBytes: config.MAX_UNSENT_MIB * 1024 * 1024,
    },
    writeTimeoutSeconds: config.WRITE_TIMEOUT_SECONDS,
    corsOrigins: config.CORS_ORIGINS?.split(',') ?? [],
    servesDocs: config.API_DOCS === 'on',
  })
  const admin =
    config.ADMIN_HOST === 'none'
      ? undefined
      : await buildAdmin({
          ...shared,
          logLevel: createLogLevel(log),
          host: config.ADMIN_HOST,
          isOverloaded: app.isOverloaded,
        })
  const apps = [app, ...(admin === undefined ? [] : [admin])]
  const beginClosing = (): void => {
    started.isClosing = true
  }
  stopWithGrace(config, log, apps, beginClosing, async () => {
    metrics.stop()
    await started.closeStore()
  })
  renewOnHangUp(config, log, apps)
  return { app, admin, open }
}

/**
 * Opens the store and listens. If the store does not answer, it listens first, so that callers get
 * an error that says so.
 */
async function openAndListen(
  config: Config,
  log: Logger,
  started: Started,
  { app, admin, open }: Applications,
): Promise<void> {
  let listening: Promise<void> | undefined
  const listen = async (): Promise<void> => {
    await (listening ??= listenOn(config, log, app, admin))
  }
  const opened = await openWithRetries(
    async () => await openParts(config, log),
    async (error) => {
      log.warn(
        { code: (error as { code?: string }).code },
        'the database at DATABASE_URL does not answer; tried again until it does, and everything but liveness is answered 503',
      )
      await listen()
    },
  )
  started.closeStore = opened.close
  open(opened.parts)
  await listen()
}

function limitsOf({ RATE_LIMIT_PER_MINUTE: own, ...config }: Config): LimitSettings {
  return {
    linesPerMinute: own,
    tenantLinesPerMinute: config.RATE_LIMIT_TENANT_PER_MINUTE ?? own * sharedLimit,
    issuerLinesPerMinute: config.RATE_LIMIT_ISSUER_PER_MINUTE ?? own * sharedLimit,
    publicPerMinute: config.RATE_LIMIT_PUBLIC_PER_MINUTE,
    trustedProxies: config.TRUSTED_PROXIES?.split(',') ?? [],
  }
}

/** Whether only an operator can correct the error, so that a restart does not help. */
export function isConfiguration(error: unknown): error is Error {
  return (
    error instanceof StartRefused ||
    error instanceof InstallationKeyRefused ||
    (error instanceof StoreError && faultsOfSettings.has(error.code))
  )
}

async function listenOn(
  config: Config,
  log: Logger,
  app: FastifyInstance,
  admin: FastifyInstance | undefined,
): Promise<void> {
  await app.listen({ host: config.HOST, port: config.PORT })
  // The admin listener comes last, so that its health is not better than that of the first one.
  if (admin !== undefined)
    log.info(
      { host: config.ADMIN_HOST, port: await listenAdmin(admin, config.ADMIN_HOST, config.ADMIN_PORT) },
      'metrics and health are served',
    )
}

/**
 * Graceful stop: not ready at once, answering while load balancers notice, then closed. A second
 * signal ends the process.
 */
function stopWithGrace(
  config: Config,
  log: Logger,
  apps: readonly FastifyInstance[],
  beginClosing: () => void,
  closeStore: () => Promise<void>,
): void {
  const delay = config.DRAIN_SECONDS * 1000 + hardStop
  closeWithGrace(
    {
      delay,
      // SIGHUP reloads the certificate.
      skip: ['SIGHUP'],
      logger: {
        error: (error: unknown) => log.fatal(error instanceof Error ? { err: error } : {}, 'stopped hard'),
      },
    },
    async ({ signal, err }) => {
      if (err !== undefined) log.fatal({ err }, 'unhandled error')
      log.info({ signal }, 'closing')
      beginClosing()
      await sleep(config.DRAIN_SECONDS * 1000)
      for (const app of apps) await app.close()
      await closeStore()
    },
  )
}

/**
 * What prevents the start, and what to set. The database URL is left out, because it contains a
 * password.
 */
export function whyNot(error: NodeJS.ErrnoException, config: Config): string {
  if (error.code === 'EADDRINUSE')
    return `port ${config.PORT} of ${config.HOST} is taken; set PORT to another one`
  if (error.code === 'ENOENT' && config.POLICIES_DIR !== undefined)
    return `there are no policy packs at POLICIES_DIR ${config.POLICIES_DIR}`
  return error.message
}
