// What a whole check over HTTP costs beside servers that decide nothing, in processor time of the server for one request.
//
//   npm run bench -- http [--starts N] [--rounds N] [--seconds S] [--json]
//
// Each server is a process of its own and answers the same request with as many bytes. Every round asks each in turn; ours stands there twice, and
// the ratio of the two (A/A) is what a ratio is worth. Processor time is taken, not requests per second, so that the client does not matter.
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import fastify, { type FastifyInstance } from 'fastify'
import { Pool } from 'pg'
import type { CheckedAnswer } from '../src/check.js'
import type { View } from '../src/decision/explain/views.js'
import { decide } from '../src/decision/decide.js'
import type { CheckRequest } from '../src/decision/shapes/request.js'
import { compilePolicyView } from '../src/policies/loaded/compile.js'
import { starterContent } from '../scripts/app-on-packs.js'
import { buildIfStale } from '../scripts/build-if-stale.mjs'
import { ask, checkBody } from './asking-service.js'
import { builtApp } from './built-app.js'

const path = (view: View): string => `/v1/authorization-checks?view=${view}`

interface Role {
  readonly name: string
  readonly server: 'ours' | 'ready' | 'fastify' | 'node'
  /** Of which view the answer has the size. */
  readonly view: View
  readonly selects?: number
}

const roles: readonly Role[] = [
  { name: 'summary', server: 'ours', view: 'summary' },
  { name: 'summary (A/A)', server: 'ours', view: 'summary' },
  { name: 'our HTTP, a ready summary', server: 'ready', view: 'summary' },
  { name: 'Fastify, a fixed summary', server: 'fastify', view: 'summary' },
  { name: 'node:http, a fixed summary', server: 'node', view: 'summary' },
  { name: 'one SELECT by key, a fixed summary', server: 'fastify', view: 'summary', selects: 1 },
  { name: 'four SELECTs by key, a fixed summary', server: 'fastify', view: 'summary', selects: 4 },
  { name: 'full', server: 'ours', view: 'full' },
  { name: 'Fastify, a fixed full answer', server: 'fastify', view: 'full' },
  { name: 'one SELECT by key, a fixed full answer', server: 'fastify', view: 'full', selects: 1 },
  { name: 'four SELECTs by key, a fixed full answer', server: 'fastify', view: 'full', selects: 4 },
]

if (process.send === undefined) await main()
else
  process.once('message', (role: Role) => {
    void serve(role)
  })

/** Listens and tells its port; then tells, whenever asked, the microseconds of processor that it has used. */
async function serve(role: Role): Promise<void> {
  const ours = await builtApp()
  const reply = (
    await ours.inject({
      method: 'POST',
      url: path(role.view),
      payload: checkBody,
      headers: { 'content-type': 'application/json' },
    })
  ).body
  const port = await listen(role, ours, reply)
  process.on('message', () => {
    const { user, system } = process.cpuUsage()
    process.send?.(user + system)
  })
  process.send?.(port)
}

async function listen(
  { server, selects = 0, view }: Role,
  ours: FastifyInstance,
  reply: string,
): Promise<number> {
  if (server === 'node') return await listenBare(reply)
  const app = server === 'ours' ? ours : server === 'ready' ? await readyApp(reply) : fastify()
  if (server === 'fastify') {
    const select = await selecting(selects)
    app.post(path(view).replace(/\?.*/, ''), async (_, answer) => {
      for (let at = 0; at < selects; at++) await select(at)
      return answer.type('application/json').send(reply)
    })
  }
  await app.listen({ host: '127.0.0.1', port: 0 })
  return (app.server.address() as { port: number }).port
}

async function listenBare(reply: string): Promise<number> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request
      .on('data', (chunk) => chunks.push(chunk as Buffer))
      .on('end', () => {
        JSON.parse(Buffer.concat(chunks).toString())
        response
          .writeHead(200, {
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(reply),
          })
          .end(reply)
      })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as { port: number }).port
}

/** The application with everything but deciding and writing: validation, access, limits, hooks, and one answer that is ready. */
async function readyApp(reply: string): Promise<FastifyInstance> {
  const answer: CheckedAnswer = {
    verdict: decide(JSON.parse(checkBody) as CheckRequest, compilePolicyView(await starterContent(), 1)),
    bytes: Buffer.from(reply),
  }
  return await builtApp({
    check: Object.assign(async () => answer, { batch: () => ({ revision: 1, decide: () => answer }) }),
  })
}

/** A look-up by primary key in a table of 10,000 rows on the local PostgreSQL, by prepared statement over a pool. */
async function selecting(selects: number): Promise<(at: number) => Promise<unknown>> {
  if (selects === 0) return async () => {}
  const table = `precert_bench_${process.pid}`
  const pool = new Pool({
    connectionString: process.env.BENCH_DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres',
    max: 8,
  })
  await pool.query(
    `DROP TABLE IF EXISTS ${table}; CREATE UNLOGGED TABLE ${table} AS SELECT n AS id, repeat('x', 500) AS text FROM generate_series(1, 10000) AS n; ALTER TABLE ${table} ADD PRIMARY KEY (id)`,
  )
  process.once('SIGTERM', () => {
    void pool.query(`DROP TABLE ${table}`).finally(() => process.exit())
  })
  return async (at) =>
    await pool.query({
      name: 'one',
      text: `SELECT text FROM ${table} WHERE id = $1`,
      values: [1 + 2000 * at],
    })
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      starts: { type: 'string', default: '4' },
      rounds: { type: 'string', default: '6' },
      only: { type: 'string', default: '' },
      seconds: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
    },
  })
  buildIfStale()
  const chosen = roles.filter(({ name }) => name.includes(values.only))
  const costs = new Map(chosen.map((role) => [role, [] as number[]]))
  for (let start = 0; start < Number(values.starts); start++)
    await measureAll(Number(values.rounds), Number(values.seconds) * 1000, costs)
  const rows = [...costs].map(([{ name: role, view }, all]) => ({
    role,
    microseconds: median(all),
    ofOurs: ratioTo([...costs].find(([{ name }]) => name === view)?.[1] ?? [], all),
  }))
  if (values.json) process.stdout.write(`${JSON.stringify(rows)}\n`)
  else
    for (const { role, microseconds, ofOurs } of rows)
      process.stdout.write(
        `${role.padEnd(42)} ${microseconds.toFixed(0).padStart(6)} µs   ${ofOurs.toFixed(2).padStart(6)} of ours\n`,
      )
}

/** Starts all servers anew, since two processes of one program are not compiled alike and differ by up to a tenth for as long as they live, and asks each in turn. */
async function measureAll(rounds: number, ms: number, costs: ReadonlyMap<Role, number[]>): Promise<void> {
  const servers: Array<{ role: Role; child: ChildProcess; port: number }> = []
  for (const role of costs.keys()) {
    const child = fork(fileURLToPath(import.meta.url), { execArgv: ['--import', 'tsx'] })
    servers.push({ role, child, port: await told(child, role) })
  }
  for (const server of servers) await measure(server, 6000) // warm: fewer requests and the compiler has not seen all paths
  for (let round = 0; round < rounds; round++) {
    for (const at of servers.keys()) {
      const server = servers[(round + at) % servers.length] as (typeof servers)[number]
      costs.get(server.role)?.push(await measure(server, ms))
    }
  }
  for (const { child } of servers) child.kill()
}

/** Microseconds of processor that a server takes for a request. */
async function measure(
  { role, child, port }: { role: Role; child: ChildProcess; port: number },
  ms: number,
): Promise<number> {
  const before = await told(child, 'used')
  const { answers } = await ask({ port, path: path(role.view), connections: 8, ms })
  return ((await told(child, 'used')) - before) / answers
}

function median(all: readonly number[]): number {
  return all.toSorted((a, b) => a - b)[all.length >> 1] ?? NaN
}

/** What the processor takes for one of ours, in those of the other; the median over rounds. */
function ratioTo(own: readonly number[], other: readonly number[]): number {
  return median(other.map((cost, round) => cost / (own[round] ?? NaN)))
}

async function told(child: ChildProcess, what: string | Role): Promise<number> {
  child.send(what)
  const [number] = (await once(child, 'message')) as [unknown]
  return Number(number)
}
