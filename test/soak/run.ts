import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { publicTenant } from '../../src/policies/loaded/open-policies.js'
import { publishPacks } from '../../src/store/publishing/publish.js'
import { readWholeLog } from '../decision-log/found-log.js'
import { createKey, freePort, keepService } from '../decision-log/kept-service.js'
import type { Target } from '../importers/killed-import.js'
import { driftOf, median, metricOf, type Drift, type Sample } from './samples.js'
import { startTraffic } from './traffic.js'
import { worldOf, type World } from './worlds.js'

export interface SoakSettings {
  /** A database of its own on a server, whose connections can be ended. */
  readonly target: Target
  readonly folder: string
  readonly seconds: number
  readonly seed: number
  readonly mode: 'db' | 'spool'
  readonly clients: number
  readonly pauseMs: number
  /** Seconds between two changes of policy, and between two faults. */
  readonly importEvery: number
  readonly faultEvery: number
  /** Requests of each policy. */
  readonly requests: number
  readonly sampleEvery: number
  readonly onProgress?: (said: string) => void
}

export interface SoakFound {
  readonly seconds: number
  readonly checks: number
  readonly batches: number
  readonly reads: number
  readonly imports: number
  readonly faults: number
  readonly unavailable: number
  /** Each answer that differs from the naive evaluator, each determination that is not in the log, and each fault of its chains. */
  readonly wrong: readonly string[]
  readonly unexpected: readonly string[]
  readonly missing: number
  readonly drift: ReturnType<typeof driftOf>
}

/** A service under load while its policy changes and its database connections are ended; every answer is held against the naive evaluator. */
export async function soak(settings: SoakSettings): Promise<SoakFound> {
  const { target, folder, seconds, seed, mode, onProgress = () => {} } = settings
  const worlds = new Map<number, World>()
  const publishNext = async (): Promise<void> => {
    const world = worldOf(seed + worlds.size, settings.requests)
    const publish = async () =>
      await target.look(
        async (db) =>
          await publishPacks(db, {
            tenantId: publicTenant,
            description: `world ${world.seed}`,
            packs: [{ packId: 'world', content: world.content }],
          }),
      )
    // A fault may hit whoever publishes, too: then it is not known whether it was kept, and publishing again tells.
    const { revision } = await publish()
      .catch(async () => await publish())
      .catch(async () => await publish())
    worlds.set(revision, world)
  }
  await publishNext()
  const [port, adminPort] = [await freePort(), await freePort()]
  const environment = {
    ...target.environment,
    DATA_KEY: randomBytes(32).toString('base64'),
    NODE_ENV: 'production',
    DECISION_LOG: mode,
    SPOOL_DIR: join(folder, 'spool'),
    LOG_LEVEL: 'warn',
    RATE_LIMIT_PER_MINUTE: '0',
    ADMIN_PORT: String(adminPort),
  }
  const authorization = `Bearer ${await createKey(environment, 'checks:write,policies:read,audit:read')}`
  const service = keepService(environment, port)
  await service.ready()
  const { paths } = (await (await fetch(`http://127.0.0.1:${port}/openapi.json`)).json()) as { paths: object }
  const traffic = startTraffic({
    port,
    authorization,
    worlds,
    clients: settings.clients,
    pauseMs: settings.pauseMs,
    batches: '/v1/authorization-checks/batch' in paths,
  })
  const { seen } = traffic
  const until = performance.now() + seconds * 1_000
  const samples: Sample[] = []
  let faults = 0
  const every = async (period: number, work: () => Promise<void>): Promise<void> => {
    while (performance.now() + period * 1_000 < until) {
      await sleep(period * 1_000)
      await work()
    }
  }
  const sample = async (): Promise<void> => {
    const text = await fetch(`http://127.0.0.1:${adminPort}/metrics`).then(
      async (answer) => await answer.text(),
      () => '',
    )
    if (text === '') return
    const took = seen.took.splice(0).sort((a, b) => a - b)
    samples.push({
      at: seconds - Math.round((until - performance.now()) / 1_000),
      rss: metricOf(text, 'process_resident_memory_bytes'),
      heap: metricOf(text, 'nodejs_heap_size_used_bytes'),
      descriptors: metricOf(text, 'process_open_fds'),
      resources: metricOf(text, 'nodejs_active_resources_total'),
      p50: median(took),
      p99: took[Math.floor(took.length * 0.99)] ?? Number.NaN,
      asked: took.length,
    })
    const { at, rss, descriptors, p99 } = samples.at(-1) as Sample
    onProgress(
      `${at} s: ${seen.checks} checks, ${worlds.size} policies, ${faults} faults, ${seen.unavailable} answers 503, ${seen.wrong.length} wrong; ${Math.round(rss / 1024 / 1024)} MiB, ${descriptors} files, p99 ${p99.toFixed(1)} ms`,
    )
  }
  await Promise.all([
    every(settings.importEvery, publishNext),
    every(settings.sampleEvery, sample),
    every(settings.faultEvery, async () => {
      await target.killBackend?.()
      faults++
    }),
    sleep(seconds * 1_000),
  ])
  await traffic.stop()
  const code = await service.stop()
  const unexpected = [
    ...[...seen.unexpected].map(([what, times]) => `${what}: ${times} times`),
    ...(service.fell() > 0 ? [`the process ended by itself: ${service.output().slice(-2_000)}`] : []),
    ...(code === 0 ? [] : [`the process ended with ${String(code)}`]),
  ]
  onProgress('comparing the log with what was answered')
  const log = await target.look(async (db) => await readWholeLog(db, publicTenant))
  const missing = [...seen.ids].filter((id) => !log.ids.has(id)).length
  return {
    seconds,
    checks: seen.checks,
    batches: seen.batches,
    reads: seen.reads,
    imports: worlds.size - 1,
    faults,
    unavailable: seen.unavailable,
    wrong: [...seen.wrong, ...log.faults, ...log.doubled.map((id) => `${id} is recorded twice`)],
    unexpected,
    missing,
    drift: driftOf(samples),
  }
}

export type { Drift }
