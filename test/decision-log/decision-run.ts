import { randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { publicTenant } from '../../src/policies/loaded/open-policies.js'
import type { Target } from '../importers/killed-import.js'
import { openFaultLine, type FaultLine } from '../support/fault-line.js'
import { startAsking, type EvaluatedProvision } from './asking.js'
import { readWholeLog } from './found-log.js'
import { createKey, freePort, keepService, type KeptService } from './kept-service.js'

export interface RunSettings {
  readonly target: Target
  readonly folder: string
  readonly mode: 'db' | 'spool'
  /** Processes; an embedded store takes one. */
  readonly processes: number
  readonly clients: number
  readonly pauseMs?: number
  readonly seconds: number
  /** Sends a signal to one process after the other, so many seconds apart. */
  readonly kill?: { readonly signal: 'SIGKILL' | 'SIGTERM'; readonly everySeconds: number }
  /** Takes the database away for a while in the middle of the run. */
  readonly outage?: { readonly seconds: number; readonly how: 'cut' | 'hold' }
  readonly onProgress?: (said: string) => void
}

/** What a run found. Nothing was lost when `missing`, `doubled`, `faults` and `unexpected` are empty. */
export interface RunFound {
  readonly mode: string
  readonly seconds: number
  readonly kills: number
  readonly answered: number
  readonly recorded: number
  readonly missing: readonly string[]
  readonly doubled: readonly string[]
  readonly chains: number
  readonly faults: readonly string[]
  /** Requests whose connection broke before their answer was read, connections that no process took, answers 503. */
  readonly failed: number
  readonly refused: number
  readonly unavailable: number
  readonly whileOff?: { readonly answered: number; readonly unavailable: number }
  readonly unexpected: readonly string[]
}

/** Runs services under load while processes are killed or the database is away, stops them in order, and holds the log against what was answered. */
export async function runDecisions(settings: RunSettings): Promise<RunFound> {
  const { target, folder, mode, processes, onProgress = () => {} } = settings
  const line = settings.outage === undefined ? undefined : await lineTo(target)
  const onServer = target.environment['DATABASE_URL'] !== undefined
  const shared = {
    ...target.environment,
    DECISION_LOG: mode,
    LOG_LEVEL: 'warn',
    RATE_LIMIT_PER_MINUTE: '0',
    DRAIN_SECONDS: '0.5',
    ...(onServer ? { DATA_KEY: randomBytes(32).toString('base64'), NODE_ENV: 'production' } : {}),
  }
  const environment = line === undefined ? shared : { ...shared, DATABASE_URL: throughLine(target, line) }
  const authorization = onServer ? `Bearer ${await createKey(shared, 'checks:write')}` : undefined
  const spools = Array.from({ length: processes }, (_, at) => join(folder, `spool-${at}`))
  const services: KeptService[] = []
  for (const spool of spools) {
    const service = keepService({ ...environment, SPOOL_DIR: spool }, await freePort())
    services.push(service)
    // The first one fills an empty store.
    await service.ready()
  }
  const asking = startAsking({
    ports: services.map(({ port }) => port),
    clients: settings.clients,
    authorization,
    ...(settings.pauseMs === undefined ? {} : { pauseMs: settings.pauseMs }),
  })
  const disturbed = await disturb(settings, services, asking.heard, line)
  await asking.stop()
  const exits: Array<number | null> = []
  for (const service of services) {
    await service.ready()
    exits.push(await service.stop())
  }
  await line?.close()
  onProgress('comparing the log with what was answered')
  const { heard } = asking
  const log = await target.look(async (db) => await readWholeLog(db, publicTenant))
  const left = (await Promise.all(spools.map(async (spool) => await readdir(spool).catch(() => []))))
    .flat()
    .filter((name) => name.includes('.rows'))
  const unexpected = [
    ...[...heard.unexpected].map(([what, times]) => `${what}: ${times} times`),
    ...services.flatMap((service) =>
      service.fell() > 0 ? [`a process ended by itself: ${service.output().slice(-2_000)}`] : [],
    ),
    ...exits.flatMap((code) => (code === 0 ? [] : [`a process stopped in order ended with ${code}`])),
    ...disturbed.unexpected,
    ...left.map((name) => `${name} is left in a spool`),
  ]
  return {
    mode,
    seconds: settings.seconds,
    kills: disturbed.kills,
    answered: heard.answered.size,
    recorded: log.determinations,
    missing: [...heard.answered].filter((id) => !log.ids.has(id)),
    doubled: log.doubled,
    chains: log.chains,
    faults: log.faults,
    failed: heard.failed,
    refused: heard.refused,
    unavailable: heard.unavailable,
    ...(disturbed.whileOff === undefined ? {} : { whileOff: disturbed.whileOff }),
    unexpected,
  }
}

interface Disturbed {
  kills: number
  whileOff?: { answered: number; unavailable: number }
  readonly unexpected: string[]
}

async function disturb(
  { seconds, kill, outage, onProgress = () => {} }: RunSettings,
  services: readonly KeptService[],
  heard: EvaluatedProvision,
  line: FaultLine | undefined,
): Promise<Disturbed> {
  const done: Disturbed = { kills: 0, unexpected: [] }
  const until = performance.now() + seconds * 1_000
  const left = (): number => Math.max(0, until - performance.now())
  const progress = setInterval(() => {
    onProgress(
      `${Math.round(left() / 1000)} s left, ${heard.answered.size} answered, ${done.kills} kills, ${heard.unavailable} answers 503`,
    )
  }, 10_000)
  const killing = async (): Promise<void> => {
    if (kill === undefined) return
    for (let at = 0; left() > kill.everySeconds * 1_000; at++) {
      await sleep(kill.everySeconds * 1_000)
      const service = services[at % services.length]
      // Whoever stops processes in order does so one by one.
      for (const one of kill.signal === 'SIGTERM' ? services : [service]) await one?.ready()
      const code = await service?.kill(kill.signal)
      if (kill.signal === 'SIGTERM' && code !== 0)
        done.unexpected.push(`SIGTERM ended a process with ${String(code)}`)
      done.kills++
    }
  }
  const cutting = async (): Promise<void> => {
    if (outage === undefined || line === undefined) return
    await sleep(((seconds - outage.seconds) * 1_000) / 3)
    const before = { answered: heard.answered.size, unavailable: heard.unavailable }
    onProgress('the database is away')
    await line.set(outage.how === 'cut' ? 'refuse' : 'hold')
    await sleep(outage.seconds * 1_000)
    done.whileOff = {
      answered: heard.answered.size - before.answered,
      unavailable: heard.unavailable - before.unavailable,
    }
    await line.set('pass')
    onProgress('the database is back')
  }
  await Promise.all([killing(), cutting(), sleep(seconds * 1_000)])
  clearInterval(progress)
  return done
}

async function lineTo({ environment }: Target): Promise<FaultLine> {
  const { hostname, port } = new URL(environment['DATABASE_URL'] ?? '')
  return await openFaultLine(hostname, Number(port === '' ? 5432 : port))
}

function throughLine({ environment }: Target, line: FaultLine): string {
  return Object.assign(new URL(environment['DATABASE_URL'] ?? ''), {
    hostname: '127.0.0.1',
    port: String(line.port),
  }).href
}
