import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomBytes } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { sharedLoop } from '../../scripts/app-on-packs.js'
import { openAccess, type Access } from '../../src/access/access.js'
import { buildApp } from '../../src/process/app.js'
import { createCheck } from '../../src/check.js'
import { createDeterminations } from '../../src/decision-log/determinations.js'
import { openDecisionLog, type OpenedDecisionLog } from '../../src/decision-log/open-decision-log.js'
import { createMetrics, type Metrics } from '../../src/metrics/metrics.js'
import type { PolicyContent } from '../../src/decision/shapes/policy.js'
import { createLog } from '../../src/process/log.js'
import { createPastRevisions } from '../../src/policies/loaded/past-revisions.js'
import { createSnapshot, type Snapshot } from '../../src/policies/loaded/snapshot.js'
import { createRepeats } from '../../src/repeats/repeats.js'
import { createSeals, type Seals } from '../../src/sealing/data-keys.js'
import { installationKeyOf, type InstallationKey } from '../../src/sealing/installation-key.js'
import type { Database } from '../../src/store/database/database.js'
import { publishPacks } from '../../src/store/publishing/publish.js'
import { openMigratedMemory } from './embedded.js'

export interface Recorded {
  readonly app: FastifyInstance
  readonly metrics: Metrics
  readonly database: Database
  readonly snapshot: Snapshot
  readonly seals: Seals
  readonly key: InstallationKey
  readonly decisions: OpenedDecisionLog
  readonly spoolFolder: string
  /** Makes this what is in force, and decides by it from now on. */
  readonly publish: (content: PolicyContent) => Promise<void>
  readonly close: () => Promise<void>
}

/** The whole service in this process, with a decision log on a store of its own (in memory unless one is given), deciding by `content`. */
export async function recordedService(
  content: PolicyContent,
  {
    mode = 'db',
    log = createLog('silent'),
    access = openAccess,
    database: given,
    key: givenKey,
  }: {
    readonly mode?: 'db' | 'spool'
    readonly log?: Logger
    readonly access?: Access
    readonly database?: Database
    readonly key?: InstallationKey
  } = {},
): Promise<Recorded> {
  const database = given ?? (await openMigratedMemory())
  const key = givenKey ?? installationKeyOf(randomBytes(32))
  const seals = createSeals(database, key)
  const snapshot = createSnapshot()
  const publish = async (next: PolicyContent): Promise<void> => {
    await publishPacks(database, {
      tenantId: 'public',
      description: 'a test',
      packs: [{ packId: 'example', content: next }],
    })
    await snapshot.load(database)
  }
  await publish(content)
  const past = createPastRevisions(database, snapshot)
  const spoolFolder = await mkdtemp(join(tmpdir(), 'precert-spool-'))
  const decisions = await openDecisionLog(
    { mode, spool: { folder: spoolFolder, maxBytes: 64 * 1024 * 1024, strict: false } },
    { database, seals, key, tenants: () => ['public'], log },
  )
  const metrics = createMetrics({
    version: '9.9.9',
    snapshot,
    isStoreReachable: () => true,
    logLag: decisions.lag,
  })
  const app = await buildApp({
    pressure: sharedLoop,
    snapshot,
    past,
    check: metrics.counted(createCheck({ snapshot, past, log: decisions.log })),
    log,
    access,
    metrics,
    repeats: createRepeats({ database, seals }),
    determinations: createDeterminations({ database, seals, log: decisions.log, snapshot, past }),
  })
  await app.ready()
  return {
    app,
    metrics,
    database,
    snapshot,
    seals,
    key,
    decisions,
    spoolFolder,
    publish,
    close: async () => {
      await app.close()
      metrics.stop()
      await decisions.close()
      if (given === undefined) await database.close()
    },
  }
}
