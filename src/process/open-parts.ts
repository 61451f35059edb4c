import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Logger } from 'pino'
import { openAccessFor, type IssuerSettings, type OpenedAccess } from '../access/open-access.js'
import { createCheck } from '../check.js'
import type { Config } from './config.js'
import { keySourceOf } from './settings/installation-key.js'
import { type Opened } from './before-open.js'
import { confirmedWithin } from '../policies/loaded/confirmed.js'
import { followRevisions } from '../policies/loaded/follow-revisions.js'
import { createDeterminations } from '../decision-log/determinations.js'
import { openDecisionLog, type DecisionLogSettings } from '../decision-log/open-decision-log.js'
import { openPolicies, type OpenPolicies } from '../policies/loaded/open-policies.js'
import { createPastRevisions } from '../policies/loaded/past-revisions.js'
import { countsOf } from '../policies/loaded/snapshot.js'
import { keepRemovingExpired } from '../repeats/remove-expired.js'
import { createRepeats } from '../repeats/repeats.js'
import { createSeals } from '../sealing/data-keys.js'
import { openInstallationKey, type InstallationKey } from '../sealing/installation-key.js'
import { keyInForce } from '../store/keys/installation-key-changes.js'
import { hasDataKeys } from '../store/keys/data-keys.js'
import { isReadByAll, makePrivate } from '../store/database/private-files.js'
import { listTenants } from '../store/tables/tenants.js'

// This path is right from both src/ and dist/.
const starterPacks = fileURLToPath(new URL('../../policies', import.meta.url))

/**
 * Opens the store and logs what it found. Access comes first, so that a process that must not start
 * says so before it loads policy.
 */
export async function openParts(config: Config, log: Logger): Promise<Opened> {
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
  await warnOfReadableFiles(config, log)
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
    parts: {
      snapshot: confirmed,
      loaded: snapshot,
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
    },
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
    adminHost: config.ADMIN_HOST === 'none' ? undefined : config.ADMIN_HOST,
    production: config.NODE_ENV === 'production',
    issuer: issuerOf(config),
  }
  const policies = await openPolicies(where, logsProgress(log), async (database) => {
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

/**
 * Logs the progress of a large load, so that a slow start does not look like one that hangs. A
 * small one logs nothing.
 */
function logsProgress(log: Logger): (loaded: object) => void {
  let last = performance.now()
  return (loaded) => {
    if (performance.now() - last < 3_000) return
    last = performance.now()
    log.info(loaded, 'loading policy')
  }
}

/** Warns of files that others can read although they should not, as on a disk without modes. */
async function warnOfReadableFiles(config: Config, log: Logger): Promise<void> {
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
