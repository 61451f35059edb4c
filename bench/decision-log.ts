// What recording each answer costs: the real process on PostgreSQL in each mode of the log, in turns. `npm run bench -- decision-log --help`
import { fork, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { buildIfStale } from '../scripts/build-if-stale.mjs'
import { createKey, freePort, keepService } from '../test/decision-log/kept-service.js'
import { serverTarget } from '../test/importers/crash-targets.js'
import type { Asked, Asking } from './asking-service.js'
import { builtApp } from './built-app.js'
import { compareBuilds } from './log-of-builds.js'

const help = `npm run bench -- decision-log [--rounds 7] [--seconds 2] [--url postgres://…] [--json] [--profile FOLDER]

Starts the built service three times as in production (keys, limits, a line of log for each request), with DECISION_LOG=off, spool and db, on a database
of its own (dropped afterwards), and beside them the bare application: no store, keys, limits or line of log. Each is asked in turns, over 8 connections and
over 1, with one request under way on each. Printed are medians over the rounds: requests/s, p50 and p99 of an answer, and the cost against no log.
--profile: CPU profiles of the services are written there.

  --with FOLDER [--starts 3] [--store embedded,server] [--mode db,spool]
  compares with another build instead: both are started as in production, this one twice (A/A), each on a store of its own, and asked in turns. FOLDER is a
  checkout that is built and has its dependencies; each build gives its own usual answer.`

const names = ['bare', 'off', 'spool', 'db'] as const
type Name = (typeof names)[number]

const self = (role: string): ChildProcess =>
  fork(fileURLToPath(import.meta.url), [role], { execArgv: ['--import', 'tsx'] })

if (process.argv[2] === 'bare') await serveBare()
else if (process.argv[2] === 'client') {
  const { ask } = await import('./asking-service.js')
  process.on('message', (asking: Asking) => {
    void ask(asking).then(
      (asked) => process.send?.(asked),
      (error: Error) => {
        process.stderr.write(`${error.message}\n`)
        process.exit(1)
      },
    )
  })
} else {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '7' },
      seconds: { type: 'string', default: '2' },
      json: { type: 'boolean', default: false },
      profile: { type: 'string' },
      with: { type: 'string' },
      starts: { type: 'string', default: '3' },
      store: { type: 'string', default: 'embedded,server' },
      mode: { type: 'string', default: 'db,spool' },
      help: { type: 'boolean', default: false },
      url: {
        type: 'string',
        default: process.env['TEST_DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres',
      },
    },
  })
  if (values.help) process.stdout.write(`${help}\n`)
  else if (values.with !== undefined) await withBuild(values.with, values)
  else await measure(Number(values.rounds), Number(values.seconds), values.url, values.json, values.profile)
}

// A process of its own, like the others, and without what the benchmark keeps in memory.
async function serveBare(): Promise<void> {
  const app = await builtApp()
  await app.listen({ host: '127.0.0.1', port: 0 })
  process.send?.((app.server.address() as AddressInfo).port)
}

interface Compared {
  readonly starts: string
  readonly rounds: string
  readonly seconds: string
  readonly store: string
  readonly mode: string
  readonly url: string
  readonly json: boolean
  readonly profile?: string | undefined
}

async function withBuild(folder: string, values: Compared): Promise<void> {
  buildIfStale()
  const client = self('client')
  try {
    await compareBuilds({
      folder,
      stores: values.store.split(','),
      modes: values.mode.split(','),
      starts: Number(values.starts),
      rounds: Number(values.rounds),
      seconds: Number(values.seconds),
      url: values.url,
      json: values.json,
      profile: values.profile,
      ask: async (port, connections, ms, authorization) => {
        client.send({ port, connections, ms, authorization } satisfies Asking)
        return ((await once(client, 'message')) as [Asked])[0]
      },
    })
  } finally {
    client.kill()
  }
}

async function measure(
  rounds: number,
  seconds: number,
  url: string,
  json: boolean,
  profile: string | undefined,
): Promise<void> {
  buildIfStale()
  const found = await serverTarget(url)
  if (found === undefined) throw new Error(`no PostgreSQL answers at ${new URL(url).host}`)
  const folder = await mkdtemp(join(tmpdir(), 'precert-bench-'))
  const bare = self('bare')
  const [barePort] = (await once(bare, 'message')) as [number]
  const environment = {
    ...found.target.environment,
    DATA_KEY: randomBytes(32).toString('base64'),
    NODE_ENV: 'production',
    RATE_LIMIT_PER_MINUTE: '100000000',
  }
  const authorization = `Bearer ${await createKey(environment, 'checks:write')}`
  const services = []
  for (const mode of ['off', 'spool', 'db']) {
    const service = keepService(
      { ...environment, DECISION_LOG: mode, SPOOL_DIR: join(folder, mode) },
      await freePort(),
      profile === undefined
        ? []
        : ['--cpu-prof', `--cpu-prof-dir=${profile}`, `--cpu-prof-name=${mode}.cpuprofile`],
    )
    await service.ready()
    services.push(service)
  }
  const ports = {
    bare: barePort,
    off: services[0]?.port ?? 0,
    spool: services[1]?.port ?? 0,
    db: services[2]?.port ?? 0,
  }
  const client = self('client')
  const turn = async (name: Name, connections: number, ms: number): Promise<Asked> => {
    client.send({
      port: ports[name],
      connections,
      ms,
      ...(name === 'bare' ? {} : { authorization }),
    } satisfies Asking)
    return ((await once(client, 'message')) as [Asked])[0]
  }
  try {
    for (const name of names) await turn(name, 8, 1_500) // warm
    const all = new Map<string, Asked[]>()
    for (let round = 0; round < rounds; round++)
      for (const connections of [8, 1])
        for (const at of names.keys()) {
          // Each round begins with another one, so that drift meets all alike.
          const name = names[(round + at) % names.length] ?? 'bare'
          const key = `${name} ${connections}`
          all.set(key, [...(all.get(key) ?? []), await turn(name, connections, seconds * 1_000)])
        }
    print(all, rounds, json)
  } finally {
    client.kill()
    bare.kill()
    for (const service of services) await service.stop()
    await found.drop()
    await rm(folder, { recursive: true })
  }
}

function print(all: ReadonlyMap<string, readonly Asked[]>, rounds: number, json: boolean): void {
  const of = (name: Name, connections: number, field: keyof Asked): number[] =>
    (all.get(`${name} ${connections}`) ?? []).map((one) => one[field])
  // Ratios and differences are taken within a round, in which the machine was as busy for all.
  const ratio = (name: Name, connections: number): number =>
    median(
      of(name, connections, 'perSecond').map(
        (rate, round) => rate / (of('bare', connections, 'perSecond')[round] ?? rate),
      ),
    )
  const cost = (name: Name, connections: number, field: 'p50' | 'p99'): number =>
    median(of(name, connections, field).map((ms, round) => ms - (of('off', connections, field)[round] ?? ms)))
  const rows = [8, 1].flatMap((connections) =>
    names.map((name) => ({
      connections,
      name,
      perSecond: Math.round(median(of(name, connections, 'perSecond'))),
      p50: round2(median(of(name, connections, 'p50'))),
      p99: round2(median(of(name, connections, 'p99'))),
      toBare: round2(ratio(name, connections)),
      costP50: round2(cost(name, connections, 'p50')),
      costP99: round2(cost(name, connections, 'p99')),
    })),
  )
  if (json) {
    process.stdout.write(`${JSON.stringify({ rounds, rows })}\n`)
    return
  }
  process.stdout.write(
    `connections  what   requests/s   p50 ms   p99 ms   ÷ bare   p50 over off   p99 over off   (medians of ${rounds} rounds)\n`,
  )
  for (const row of rows)
    process.stdout.write(
      `${String(row.connections).padStart(11)}  ${row.name.padEnd(5)} ${[row.perSecond, row.p50, row.p99, row.toBare, row.costP50, row.costP99].map((value, at) => String(value).padStart([12, 8, 8, 8, 14, 14][at] ?? 8)).join(' ')}\n`,
    )
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN
}

function round2(value: number): number {
  return Math.round(value * 100) / 100
}
