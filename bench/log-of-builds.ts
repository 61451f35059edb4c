// What recording each answer costs in this build and in another one: `npm run bench -- decision-log --with FOLDER`.
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { freePort } from '../test/decision-log/kept-service.js'
import { openServer } from '../src/store/database/server.js'
import type { Asked } from './asking-service.js'

/** What is compared, and how long. */
export interface BuildsToCompare {
  readonly folder: string
  readonly stores: readonly string[]
  readonly modes: readonly string[]
  readonly starts: number
  readonly rounds: number
  readonly seconds: number
  readonly url: string
  readonly json: boolean
  readonly profile: string | undefined
  /** Asks the service at a port for a while, over so many connections. */
  readonly ask: (port: number, connections: number, ms: number, authorization: string) => Promise<Asked>
}

// Ours stands there twice: the ratio of the two is what a ratio is worth.
const sides = ['theirs', 'ours', 'again'] as const
type Side = (typeof sides)[number]

interface Comparison {
  readonly store: string
  readonly mode: string
  readonly connections: number
  readonly perSecond: Readonly<Record<Side, number>>
  /** Requests per second of ours to theirs, and of ours to ours again (A/A), of each start. */
  readonly ratios: readonly number[]
  readonly controls: readonly number[]
  /** Milliseconds of processor for an answer: of the service, and of its connections to a server. */
  readonly cpu: Readonly<Record<Side, number>>
}

/** What one turn of asking showed. */
interface Turn {
  readonly perSecond: number
  readonly cpu: number
}

type Start = ReadonlyMap<string, readonly Turn[]>

const here = fileURLToPath(new URL('..', import.meta.url))
const readyWithinMs = 120_000
const shippedAfterMs = 600

/** Starts both builds on stores of their own, asks them in turns, and prints their requests per second. */
export async function compareBuilds(compared: BuildsToCompare): Promise<void> {
  const all: Comparison[] = []
  for (const store of compared.stores)
    for (const mode of compared.modes) {
      const starts: Start[] = []
      for (let start = 0; start < compared.starts; start++)
        starts.push(await measureStart(compared, store, mode, start))
      for (const connections of [1, 8]) all.push(comparison(store, mode, connections, starts))
      if (!compared.json) print(all.slice(-2), all.length === 2)
    }
  if (compared.json)
    process.stdout.write(
      `${JSON.stringify({ starts: compared.starts, rounds: compared.rounds, rows: all })}\n`,
    )
}

async function measureStart(
  { folder, rounds, seconds, url, profile, ask }: BuildsToCompare,
  store: string,
  mode: string,
  start: number,
): Promise<Start> {
  const place = await mkdtemp(join(tmpdir(), 'precert-bench-'))
  const ended: Array<() => Promise<unknown>> = []
  try {
    const services = new Map<Side, Running & { readonly backends: () => Promise<number[]> }>()
    // The order of the starts turns as well.
    for (const at of sides.keys()) {
      const side = sides[(start + at) % sides.length] ?? 'ours'
      const own = join(place, side)
      await mkdir(own)
      const database = store === 'server' ? await ownDatabase(url) : undefined
      if (database !== undefined) ended.push(database.drop)
      const service = await startBuild(side === 'theirs' ? resolve(folder) : here, {
        folder: own,
        databaseUrl: database?.url,
        mode,
        nodeOptions:
          profile === undefined || start > 0
            ? []
            : [
                '--cpu-prof',
                `--cpu-prof-dir=${profile}`,
                `--cpu-prof-name=${store}-${mode}-${side}.cpuprofile`,
              ],
      })
      ended.unshift(service.stop)
      services.set(side, { ...service, backends: database?.backends ?? (async () => []) })
    }
    const turn = async (side: Side, connections: number, ms: number): Promise<Turn> => {
      const service = services.get(side)
      if (service === undefined) throw new Error(`${side} was not started`)
      const { port, authorization, pid, backends } = service
      const processes = [pid, ...(await backends())]
      const before = processes.map(processorMs)
      const { perSecond, answers } = await ask(port, connections, ms, authorization)
      // What a spool ships afterwards belongs to its own turn, not to the next one.
      if (mode === 'spool') await sleep(shippedAfterMs)
      // A connection that was closed meanwhile is left out.
      const used = processes.map((one, at) => Math.max(0, processorMs(one) - (before[at] ?? 0)))
      return { perSecond, cpu: used.reduce((sum, one) => sum + one, 0) / answers }
    }
    for (const side of sides) await turn(side, 8, 2_000) // warm
    for (const side of sides) await turn(side, 1, 1_000)
    const found = new Map<string, Turn[]>()
    for (let round = 0; round < rounds; round++)
      for (const connections of [8, 1])
        for (const side of inTurn(round)) {
          const key = `${side} ${connections}`
          found.set(key, [...(found.get(key) ?? []), await turn(side, connections, seconds * 1_000)])
        }
    return found
  } finally {
    for (const end of ended) await end()
    await rm(place, { recursive: true, force: true })
  }
}

/** Each round begins with another side, and every second one goes backwards, so that what one leaves behind meets all alike. */
function inTurn(round: number): Side[] {
  const order = sides.map((_, at) => sides[((round >> 1) + at) % sides.length] ?? 'ours')
  return round % 2 === 0 ? order : order.reverse()
}

/** Milliseconds of processor that a process has used; 0 for one that ended. */
function processorMs(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    return (Number(fields[11]) + Number(fields[12])) * 10
  } catch {
    return 0
  }
}

async function ownDatabase(
  url: string,
): Promise<{ url: string; backends: () => Promise<number[]>; drop: () => Promise<void> }> {
  const admin = openServer(url)
  const name = `precert_bench_${randomBytes(6).toString('hex')}`
  await admin.query(`CREATE DATABASE ${name}`)
  return {
    url: Object.assign(new URL(url), { pathname: `/${name}` }).href,
    backends: async () =>
      (await admin.query<{ pid: number }>('SELECT pid FROM pg_stat_activity WHERE datname = $1', [name])).map(
        ({ pid }) => pid,
      ),
    drop: async () => {
      await admin.query(`DROP DATABASE ${name} WITH (FORCE)`)
      await admin.close()
    },
  }
}

interface Running {
  readonly port: number
  readonly pid: number
  readonly authorization: string
  readonly stop: () => Promise<unknown>
}

/** Starts a build as in production: keys, limits, a line of log for each request. */
async function startBuild(
  folder: string,
  {
    folder: own,
    databaseUrl,
    mode,
    nodeOptions,
  }: {
    readonly folder: string
    readonly databaseUrl: string | undefined
    readonly mode: string
    readonly nodeOptions: readonly string[]
  },
): Promise<Running> {
  const port = await freePort()
  const env = {
    PATH: process.env['PATH'] ?? '',
    NODE_ENV: 'production',
    RATE_LIMIT_PER_MINUTE: '100000000',
    DECISION_LOG: mode,
    SPOOL_DIR: join(own, 'spool'),
    DATA_DIR: join(own, 'data'),
    PORT: String(port),
    ADMIN_HOST: 'none',
    ...(databaseUrl === undefined
      ? {}
      : { DATABASE_URL: databaseUrl, DATA_KEY: randomBytes(32).toString('base64') }),
  }
  // Earlier builds have a file for each command.
  const isOneCommand = existsSync(join(folder, 'dist/commands/main.js'))
  const argumentsOf = (command: string): string[] =>
    isOneCommand
      ? [join(folder, 'dist/commands/main.js'), command]
      : [join(folder, 'dist', command === 'serve' ? 'main.js' : `${command}.js`)]
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...argumentsOf('keys'), 'create', '--name', 'load', '--scopes', 'checks:write', '--json'],
    { env, cwd: own },
  )
  const child = spawn(process.execPath, [...nodeOptions, ...argumentsOf('serve')], {
    env,
    cwd: own,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  await ready(child, port)
  return {
    port,
    pid: child.pid ?? 0,
    authorization: `Bearer ${(JSON.parse(stdout) as { key: string }).key}`,
    async stop() {
      if (child.exitCode !== null) return
      const exited = once(child, 'exit')
      child.kill('SIGTERM')
      await exited
    },
  }
}

async function ready(child: ChildProcess, port: number): Promise<void> {
  const until = performance.now() + readyWithinMs
  while (
    !(await fetch(`http://127.0.0.1:${port}/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    ))
  ) {
    if (child.exitCode !== null || performance.now() > until) throw new Error('a service is not ready')
    await sleep(50)
  }
}

function comparison(store: string, mode: string, connections: number, starts: readonly Start[]): Comparison {
  const rates = (side: Side, field: keyof Turn): number =>
    median(starts.flatMap((start) => (start.get(`${side} ${connections}`) ?? []).map((turn) => turn[field])))
  const all = (field: keyof Turn): Record<Side, number> => ({
    theirs: rates('theirs', field),
    ours: rates('ours', field),
    again: rates('again', field),
  })
  // Ratios are taken within a round, in which the machine was as busy for all.
  const ratios = (side: Side, to: Side): number[] =>
    starts.map((start) =>
      median(
        (start.get(`${side} ${connections}`) ?? []).map(
          ({ perSecond }, round) =>
            perSecond / (start.get(`${to} ${connections}`)?.[round]?.perSecond ?? Number.NaN),
        ),
      ),
    )
  return {
    store,
    mode,
    connections,
    perSecond: all('perSecond'),
    cpu: all('cpu'),
    ratios: ratios('ours', 'theirs'),
    controls: ratios('again', 'ours'),
  }
}

function print(rows: readonly Comparison[], isFirst: boolean): void {
  if (isFirst)
    process.stdout.write(
      'store     mode   connections   theirs/s   ours/s   again/s   ours ÷ theirs (starts)   A/A (starts)   CPU ms theirs, ours, again\n',
    )
  for (const { store, mode, connections, perSecond, ratios, controls, cpu } of rows)
    process.stdout.write(
      `${store.padEnd(9)} ${mode.padEnd(6)} ${String(connections).padStart(11)}   ${[
        perSecond.theirs,
        perSecond.ours,
        perSecond.again,
      ]
        .map((rate, at) => String(Math.round(rate)).padStart([8, 6, 7][at] ?? 8))
        .join(
          '   ',
        )}   ${spread(ratios)}   ${spread(controls)}   ${[cpu.theirs, cpu.ours, cpu.again].map((ms) => ms.toFixed(2)).join(', ')}\n`,
    )
}

function spread(ratios: readonly number[]): string {
  const [least, most] = [Math.min(...ratios), Math.max(...ratios)]
  return `${median(ratios).toFixed(2)} (${least.toFixed(2)} to ${most.toFixed(2)})`
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN
}
