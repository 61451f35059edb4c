import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setTimeout as sleep } from 'node:timers/promises'
import closeWithGrace from 'close-with-grace'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { openAccessFor, StartRefused, type IssuerSettings, type OpenedAccess } from './access/open-access.js'
import { buildAdmin, listenAdmin } from './process/admin.js'
import { buildApp } from './process/app.js'
import { certificateOf, renewOnHangUp } from './process/certificate.js'
import { createCheck } from './check.js'
import { ConfigError, keySourceOf, readConfig, unverifiedDatabase, type Config } from './process/config.js'
import { engineVersion } from './decision/engine-version.js'
import { createLate, openPatiently, type Opened } from './process/before-open.js'
import { createLog } from './process/log.js'
import { createLogLevel } from './process/log-level.js'
import { createMetrics } from './metrics/metrics.js'
import type { LimitSettings } from './protocols/limits.js'
import { confirmedWithin } from './policies/confirmed.js'
import { followRevisions } from './policies/follow-revisions.js'
import { createDeterminations } from './decision-log/determinations.js'
import { openDecisionLog, type DecisionLogSettings } from './decision-log/open-decision-log.js'
import { openPolicies, type OpenPolicies } from './policies/open-policies.js'
import { createPastRevisions } from './policies/past-revisions.js'
import { countsOf } from './policies/snapshot.js'
import { keepRemovingExpired } from './repeats/remove-expired.js'
import { createRepeats } from './repeats/repeats.js'
import { createSeals } from './sealing/data-keys.js'
import {
  InstallationKeyRefused,
  openInstallationKey,
  type InstallationKey,
} from './sealing/installation-key.js'
import { keyInForce } from './store/installation-key-changes.js'
import { hasDataKeys } from './store/data-keys.js'
import { isReadByAll, makePrivate } from './store/private-files.js'
import { StoreError } from './store/store-error.js'
import { listTenants } from './store/tenants.js'

const exitCodes = { failed: 1, configuration: 78 } // 78 is EX_CONFIG of sysexits.h: restarting does not help
const hardStop = 10_000 // ms after draining
const noAdmin = 'none'
const sharedLimit = 10 // times what one credential may ask for is what a tenant or an issuer may, if nothing is set
// The same two places from src/ and from dist/.
const starterPacks = fileURLToPath(new URL('../policies', import.meta.url))

// Nobody but its owner reads what this process writes.
process.umask(0o077)
await start()

async function start(): Promise<void> {
  const config = configOrExit()
  const log = createLog(config.LOG_LEVEL)
  const started: Started = { isClosing: false, closeStore: async () => {} }
  try {
    const unverified = unverifiedDatabase(config)
    if (unverified !== undefined) log.warn({}, unverified)
    await openAndListen(config, log, started, await buildApplications(config, log, started))
  } catch (error) {
    await started.closeStore()
    if (isConfiguration(error)) exit(exitCodes.configuration, `does not start: ${error.message}`)
    exit(exitCodes.failed, `cannot start: ${whyNot(error as NodeJS.ErrnoException, config)}`)
  }
}

/** What changes while the process runs: whether it is told to stop, and what is to be closed then. */
interface Started {
  isClosing: boolean
  closeStore: () => Promise<void>
}

interface Applications {
  readonly app: FastifyInstance
  /** Absent where ADMIN_HOST is `none`. */
  readonly admin: FastifyInstance | undefined
  /** Gives them what they answer from. */
  readonly put: (opened: Opened) => void
}

/** Both applications, which can be built, and stopped, before the store is open. */
async function buildApplications(config: Config, log: Logger, started: Started): Promise<Applications> {
  const tls = await certificateOf(config)
  const late = createLate(config.DECISION_LOG !== 'off')
  const { parts } = late
  const metrics = createMetrics({ version: engineVersion, ...parts, snapshot: parts.held })
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
    config.ADMIN_HOST === noAdmin
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
  return { app, admin, put: late.put }
}

/** Opens the store and listens; where the store does not answer it listens first, so that whoever asks is told so. */
async function openAndListen(
  config: Config,
  log: Logger,
  started: Started,
  { app, admin, put }: Applications,
): Promise<void> {
  let listening: Promise<void> | undefined
  const listen = async (): Promise<void> => {
    await (listening ??= listenOn(config, log, app, admin))
  }
  const opened = await openPatiently(
    async () => await open(config, log),
    async (error) => {
      log.warn(
        { code: (error as { code?: string }).code },
        'the database at DATABASE_URL does not answer; tried again until it does, and everything but liveness is answered 503',
      )
      await listen()
    },
  )
  started.closeStore = opened.close
  put(opened)
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

/** What only an operator can change, so that starting again does not help. */
function isConfiguration(error: unknown): error is Error {
  return (
    error instanceof StartRefused ||
    error instanceof InstallationKeyRefused ||
    (error instanceof StoreError && error.code === 'folder-unusable')
  )
}

/** Says which files others can read although they should not, as where a disk has no modes. */
async function tellWhatOthersRead(config: Config, log: Logger): Promise<void> {
  const { mode, spool } = logSettingsOf(config)
  const folders = [
    ...(config.DATABASE_URL === undefined ? [config.DATA_DIR] : []),
    ...(mode === 'spool' ? [spool.folder] : []),
  ].filter((folder) => !folder.startsWith('memory://'))
  const paths = (await Promise.all(folders.map(makePrivate))).flat()
  if (config.DATA_KEY_FILE !== undefined && (await isReadByAll(config.DATA_KEY_FILE)))
    paths.push(config.DATA_KEY_FILE)
  if (paths.length > 0)
    log.warn(
      { files: paths.length, first: paths.slice(0, 5) },
      'other users of this machine can read files of this service, and their modes could not be set: put them on a disk that has modes, owned by the user of the service, files 0600 and folders 0700',
    )
}

async function listenOn(
  config: Config,
  log: Logger,
  app: FastifyInstance,
  admin: FastifyInstance | undefined,
): Promise<void> {
  await app.listen({ host: config.HOST, port: config.PORT })
  // The last, so that health there is not better than it is.
  if (admin !== undefined)
    log.info(
      { host: config.ADMIN_HOST, port: await listenAdmin(admin, config.ADMIN_HOST, config.ADMIN_PORT) },
      'metrics and health are served',
    )
}

/** Not ready at once, answering on while balancers notice, then closed; a second signal ends the process. */
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
      skip: ['SIGHUP'], // which reads the certificate anew
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

/** Opens the store and says what it found. Access comes first, so that a process that must not start says so before it loads policy. */
async function open(config: Config, log: Logger): Promise<Opened> {
  const { snapshot, database, published, close, access, key } = await openBoth(config, log)
  const revision = snapshot.current()
  log.info(
    {
      policyRevision: revision?.revision,
      policiesChanged: published?.changed ?? false,
      store: config.DATABASE_URL === undefined ? config.DATA_DIR : 'server',
      ...(revision === undefined ? {} : countsOf(revision.content)),
    },
    'policy loaded',
  )
  await tellWhatOthersRead(config, log)
  const past = createPastRevisions(database, snapshot)
  const seals = createSeals(database, key)
  const tenants = async (): Promise<string[]> => (await listTenants(database)).map(({ tenantId }) => tenantId)
  const decisions = await openDecisionLog(logSettingsOf(config), {
    database,
    seals,
    key,
    tenants,
    log,
  }).catch(async (error: unknown) => {
    await access.stop()
    await close()
    throw error
  })
  const following = followRevisions(database, snapshot, log)
  const removing = keepRemovingExpired({ database, tenants, log })
  const confirmed = confirmedWithin(config.POLICY_MAX_UNCONFIRMED_MINUTES, snapshot, following.silentForMs)
  return {
    snapshot: confirmed,
    held: snapshot,
    past,
    atLeast: following.atLeast,
    access: access.access,
    isStoreReachable: following.isStoreReachable,
    isListening: following.isListening,
    clockDifferenceMs: following.clockDifferenceMs,
    logLag: decisions.lag,
    isLogWritable: decisions.isWritable,
    pool: () => database.connections?.(),
    check: createCheck({ snapshot: confirmed, past, log: decisions.log }),
    repeats: createRepeats({ database, seals }),
    ...(decisions.log.records
      ? { determinations: createDeterminations({ database, seals, log: decisions.log, snapshot, past }) }
      : {}),
    close: async () => {
      await Promise.all([following.stop(), access.stop(), decisions.close(), removing.stop()])
      await close()
    },
  }
}

function logSettingsOf({
  DECISION_LOG: mode,
  SPOOL_DIR: folder,
  DATA_DIR,
  SPOOL_MAX_MIB,
  SPOOL_FLUSH,
}: Config): DecisionLogSettings {
  return {
    mode,
    spool: {
      folder: folder ?? join(DATA_DIR, 'spool'),
      maxBytes: SPOOL_MAX_MIB * 1024 * 1024,
      strict: SPOOL_FLUSH === 'strict',
    },
  }
}

async function openBoth(
  config: Config,
  log: Logger,
): Promise<OpenPolicies & { access: OpenedAccess; key: InstallationKey }> {
  const opened: { access?: OpenedAccess; key?: InstallationKey } = {}
  const where = {
    databaseUrl: config.DATABASE_URL,
    dataDir: config.DATA_DIR,
    policiesDir: config.POLICIES_DIR ?? starterPacks,
  }
  const settings = {
    host: config.HOST,
    adminHost: config.ADMIN_HOST === noAdmin ? undefined : config.ADMIN_HOST,
    production: config.NODE_ENV === 'production',
    issuer: issuerOf(config),
  }
  const policies = await openPolicies(where, saysWhatTakesTime(log), async (database) => {
    opened.access = await openAccessFor(settings, database, log)
    opened.key = await openInstallationKey(
      { ...keySourceOf(config, database.kind), mayMake: async () => !(await hasDataKeys(database)) },
      await keyInForce(database),
    )
  }).catch(async (error: unknown) => {
    await opened.access?.stop()
    throw error
  })
  return { ...policies, ...(opened as Required<typeof opened>) }
}

function issuerOf(config: Config): IssuerSettings | undefined {
  const {
    JWT_ISSUER: issuer,
    JWT_AUDIENCE: audience,
    JWT_JWKS_URL: jwksUrl,
    JWT_JWKS_FILE: jwksFile,
  } = config
  if (issuer === undefined || audience === undefined) return undefined
  return {
    issuer,
    audience,
    algorithms: config.JWT_ALGORITHMS.split(','),
    tenantClaim: config.JWT_TENANT_CLAIM,
    ...(jwksUrl === undefined ? { jwksFile: jwksFile ?? '' } : { jwksUrl }),
  }
}

/** A line now and then while a large policy is loaded, so that nobody takes a start for one that hangs; none for a small one. */
function saysWhatTakesTime(log: Logger): (loaded: object) => void {
  let last = performance.now()
  return (loaded) => {
    if (performance.now() - last < 3_000) return
    last = performance.now()
    log.info(loaded, 'loading policy')
  }
}

/** What stands in the way and what to set; the address of a database is left out, since it holds a password. */
function whyNot(error: NodeJS.ErrnoException, config: Config): string {
  if (error.code === 'EADDRINUSE')
    return `port ${config.PORT} of ${config.HOST} is taken; set PORT to another one`
  if (error.code === 'ENOENT' && config.POLICIES_DIR !== undefined)
    return `there are no policy packs at POLICIES_DIR ${config.POLICIES_DIR}`
  return error.message
}

function configOrExit(): Config {
  try {
    return readConfig()
  } catch (error) {
    if (error instanceof ConfigError) exit(exitCodes.configuration, `bad configuration: ${error.message}`)
    throw error
  }
}

function exit(code: number, line: string): never {
  process.stderr.write(`precert: ${line}\n`)
  process.exit(code)
}
