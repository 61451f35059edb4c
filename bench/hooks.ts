// What each hook of the HTTP layer costs: the service with a ready answer, and the same with one hook left out, asked in turns.
//
//   npm run bench -- hooks [--starts N] [--rounds N] [--seconds S] [--json]
//
// Each server is a process of its own. Processor time of the server is taken, so that the client does not matter. A service that cannot answer
// without a hook says so. The first row stands there twice: the difference of the two is what a difference is worth.
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { buildIfStale } from '../scripts/build-if-stale.mjs'
import { ask, checkBody } from './asking-service.js'

const path = '/v1/authorization-checks'
const whole = 'everything'
const again = 'everything (A/A)'

if (process.send === undefined) await main()
else
  process.once('message', (leftOut: string) => {
    void serve(leftOut)
  })

/** Listens without one hook and tells its port and its hooks; then tells, whenever asked, the microseconds of processor that it has used. */
async function serve(leftOut: string): Promise<void> {
  const hooks = leaveOut(leftOut)
  const { builtApp } = await import('./built-app.js')
  const asked = { method: 'POST', url: path, payload: checkBody } as const
  const headers = { 'content-type': 'application/json' }
  const reply = (await (await builtApp()).inject({ ...asked, headers })).body
  const answer = { bytes: Buffer.from(reply) } as never
  const app = await builtApp({
    check: Object.assign(async () => answer, { batch: () => ({ revision: 1, decide: () => answer }) }),
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  process.on('message', () => {
    const { user, system } = process.cpuUsage()
    process.send?.(user + system)
  })
  process.send?.({ port: (app.server.address() as { port: number }).port, hooks: [...hooks] })
}

/** Makes Fastify pass over one hook, which is named by the module that has its text; the set of all their names fills while the service is built. */
function leaveOut(leftOut: string): ReadonlySet<string> {
  const found = new Set<string>()
  const { Hooks } = createRequire(import.meta.url)('fastify/lib/hooks.js') as {
    Hooks: { prototype: { add: (name: string, hook: object) => void } }
  }
  const modules = modulesBuilt()
  const { add } = Hooks.prototype
  Hooks.prototype.add = function (name, hook) {
    const text = packed(String(hook)).slice(0, 90)
    const file = modules.find((module) => module.text.includes(text))?.name ?? 'fastify'
    const hookName = `${file} ${name}`
    if (/^on(Request|Send)$|^pre(Validation|Handler)$/.test(name)) found.add(hookName)
    if (hookName !== leftOut) add.call(this, name, hook)
  }
  return found
}

const packed = (text: string): string => text.replace(/\s+/g, '')

/** The modules of the built program that may add hooks, with their texts. */
function modulesBuilt(): Array<{ readonly name: string; readonly text: string }> {
  const root = fileURLToPath(new URL('../dist', import.meta.url))
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => /^(process|protocols)\/.*\.js$/.test(file))
    .map((file) => ({
      name: file.replace(/\/index\.js$|\.js$/, '').replace(/^.*\//, ''),
      text: packed(readFileSync(join(root, file), 'utf8')),
    }))
}

interface Server {
  readonly leftOut: string
  readonly child: ChildProcess
  readonly port: number
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      starts: { type: 'string', default: '3' },
      rounds: { type: 'string', default: '6' },
      seconds: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
    },
  })
  buildIfStale()
  const first = await start(whole)
  first.child.kill()
  const costs = new Map([whole, again, ...first.hooks].map((name) => [name, [] as number[]]))
  for (let n = 0; n < Number(values.starts); n++)
    await measureAll(Number(values.rounds), Number(values.seconds) * 1000, costs)
  const own = costs.get(whole) ?? []
  const rows = [...costs].map(([leftOut, all]) => ({
    leftOut,
    microseconds: median(all),
    saves: median(all.map((cost, round) => (own[round] ?? Number.NaN) - cost)),
  }))
  if (values.json) process.stdout.write(`${JSON.stringify(rows)}\n`)
  else
    for (const { leftOut, microseconds, saves } of rows)
      process.stdout.write(
        Number.isNaN(microseconds)
          ? `${leftOut.padEnd(34)} nothing is answered without it\n`
          : `${leftOut.padEnd(34)} ${microseconds.toFixed(1).padStart(7)} µs   costs ${saves.toFixed(1).padStart(5)} µs\n`,
      )
}

async function start(leftOut: string): Promise<Server & { hooks: readonly string[] }> {
  const child = fork(fileURLToPath(import.meta.url), { execArgv: ['--import', 'tsx'] })
  child.send(leftOut)
  const [{ port, hooks }] = (await once(child, 'message')) as [{ port: number; hooks: readonly string[] }]
  return { leftOut, child, port, hooks }
}

async function measureAll(rounds: number, ms: number, costs: ReadonlyMap<string, number[]>): Promise<void> {
  const servers: Server[] = []
  for (const leftOut of costs.keys()) servers.push(await start(leftOut))
  const answering = await Promise.all(
    servers.map(async (server) => !Number.isNaN(await measure(server, 3000))),
  )
  for (let round = 0; round < rounds; round++)
    for (const at of servers.keys()) {
      const place = (round + at) % servers.length
      const server = servers[place] as Server
      if (answering[place] === true) costs.get(server.leftOut)?.push(await measure(server, ms))
    }
  for (const { child } of servers) child.kill()
}

/** Microseconds of processor that a server takes for a request; NaN if it does not answer. */
async function measure({ child, port }: Server, ms: number): Promise<number> {
  const before = await used(child)
  try {
    const { answers } = await ask({ port, path, connections: 8, ms })
    return ((await used(child)) - before) / answers
  } catch {
    return Number.NaN
  }
}

async function used(child: ChildProcess): Promise<number> {
  child.send('used')
  const [microseconds] = (await once(child, 'message')) as [number]
  return microseconds
}

function median(all: readonly number[]): number {
  return all.toSorted((a, b) => a - b)[all.length >> 1] ?? Number.NaN
}
