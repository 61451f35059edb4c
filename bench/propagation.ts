// How soon a revision that one process publishes is served by another, and what an import beside it costs: `npm run bench -- propagation --help`
import { fork, spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { buildIfStale } from '../scripts/build-if-stale.mjs'
import { validatePacks } from '../src/policies/packs/pack.js'
import { readPacks } from '../src/policies/packs/read-packs.js'
import { openServer } from '../src/store/database/server.js'
import { publishPacks } from '../src/store/publishing/publish.js'
import { createKey, freePort, keepService, type KeptService } from '../test/decision-log/kept-service.js'
import { serverTarget } from '../test/importers/crash-targets.js'
import { openFaultLine } from '../test/support/fault-line.js'
import { programArguments } from '../test/support/program.js'
import { checkBody } from './asking-service.js'
import { importOptions } from './import-options.js'
import type { Pace, PacedAnswers } from './paced-asking.js'
import { writePtpFiles } from './ptp-files.js'

const help = `npm run bench -- propagation [--revisions 200] [--lost 30] [--imports 3] [--rows 100000] [--url postgres://…] [--json]

Starts the built service on a database of its own (dropped afterwards), with the starter packs. This process publishes revisions of one policy and
asks the service until it answers by them: --revisions times while notifications arrive, and --lost times while the connection on which they would
is a black hole. After every other one it asks at once, with If-Policy-Revision-At-Least: no answer may be older. Then checks are asked at half of what the
service can do while another process imports --rows procedure pairs, --imports times, in turns with the same twice without an import.`

const self = fileURLToPath(import.meta.url)
const agent = new Agent({ keepAlive: true })
if (process.argv[2] === 'client') {
  const { ask } = await import('./asking-service.js')
  const { askPaced } = await import('./paced-asking.js')
  process.on(
    'message',
    (
      what:
        | Pace
        | {
            readonly connections: number
            readonly port: number
            readonly ms: number
            readonly authorization: string
          },
    ) => {
      void ('perSecond' in what ? askPaced(what) : ask(what)).then((answered) => process.send?.(answered))
    },
  )
} else {
  const { values } = parseArgs({
    options: {
      revisions: { type: 'string', default: '200' },
      lost: { type: 'string', default: '30' },
      imports: { type: 'string', default: '3' },
      rows: { type: 'string', default: '100000' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      url: {
        type: 'string',
        default: process.env['TEST_DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres',
      },
    },
  })
  if (values.help) process.stdout.write(`${help}\n`)
  else
    await measure(
      values.url,
      {
        revisions: Number(values.revisions),
        lost: Number(values.lost),
        imports: Number(values.imports),
        rows: Number(values.rows),
      },
      values.json,
    )
}

interface Amounts {
  readonly revisions: number
  readonly lost: number
  readonly imports: number
  readonly rows: number
}
/** Milliseconds until it was served, and what those who asked with the header got. */
interface Seen {
  readonly took: number[]
  asked: number
  refused: number
  stale: number
}

async function measure(
  url: string,
  { revisions, lost, imports, rows }: Amounts,
  json: boolean,
): Promise<void> {
  buildIfStale()
  const found = await serverTarget(url)
  if (found === undefined) throw new Error(`no PostgreSQL answers at ${new URL(url).host}`)
  const folder = await mkdtemp(join(tmpdir(), 'precert-bench-'))
  const own = new URL(found.target.environment['DATABASE_URL'] ?? '')
  const line = await openFaultLine(own.hostname, Number(own.port || 5432))
  const environment = {
    DATABASE_URL: own.href,
    DATA_DIR: folder,
    DATA_KEY: randomBytes(32).toString('base64'),
    NODE_ENV: 'production',
    RATE_LIMIT_PER_MINUTE: '0',
    ADMIN_HOST: 'none',
    DECISION_LOG: 'off',
  }
  const authorization = `Bearer ${await createKey(environment, 'checks:write')}`
  const service = keepService(
    {
      ...environment,
      DATABASE_URL: Object.assign(new URL(own), { hostname: '127.0.0.1', port: String(line.port) }).href,
    },
    await freePort(),
  )
  try {
    await service.ready()
    const told = await follow(own.href, service, authorization, revisions)
    await line.set('lose', (sent) => /LISTEN/.test(sent))
    const unheard = await follow(own.href, service, authorization, lost)
    await line.set('pass')
    const beside =
      imports === 0
        ? undefined
        : await importBeside(folder, environment, service, authorization, imports, rows)
    print({ told: summary(told), lost: summary(unheard), beside }, json)
  } finally {
    await service.stop()
    await line.close()
    await found.drop()
    await rm(folder, { recursive: true, force: true })
  }
}

async function follow(
  databaseUrl: string,
  { port }: KeptService,
  authorization: string,
  rounds: number,
): Promise<Seen> {
  const database = openServer(databaseUrl, { asApplication: true })
  const { packs } = validatePacks(
    (await readPacks(fileURLToPath(new URL('../policies', import.meta.url)))).packs,
  )
  const pack = packs.find((one) => one.pack.packId === 'western-health-advantage')
  const [policy] = pack?.content.policies ?? []
  if (pack === undefined || policy === undefined) throw new Error('the pack that is changed is not there')
  const seen: Seen = { took: [], asked: 0, refused: 0, stale: 0 }
  for (let round = 0; round < rounds; round++) {
    const content = {
      ...pack.content,
      policies: pack.content.policies.map((one) =>
        one === policy ? { ...policy, title: `${policy.title} ${randomBytes(4).toString('hex')}` } : one,
      ),
    }
    const { revision } = await publishPacks(database, {
      tenantId: 'public',
      description: 'a benchmark',
      packs: [{ packId: pack.pack.packId, content }],
    })
    const committed = performance.now()
    if (round % 2 === 1) {
      const { status, policyRevision = 0 } = await askOnce(port, authorization, revision)
      seen.asked++
      if (status !== 200) seen.refused++
      else if (policyRevision < revision) seen.stale++
    } else {
      while (((await askOnce(port, authorization)).policyRevision ?? 0) < revision) await sleep(2)
      seen.took.push(performance.now() - committed)
    }
    // Not in step with whoever looks at a clock.
    await sleep(Math.random() * 200)
  }
  await database.close()
  return seen
}

async function askOnce(
  port: number,
  authorization: string,
  minimum?: number,
): Promise<{ status: number | undefined; policyRevision?: number }> {
  return await new Promise((resolve, reject) => {
    const headers = {
      authorization,
      'content-type': 'application/json',
      ...(minimum === undefined ? {} : { 'if-policy-revision-at-least': String(minimum) }),
    }
    request(
      { port, host: '127.0.0.1', path: '/v1/authorization-checks', method: 'POST', agent, headers },
      (response) => {
        let text = ''
        response
          .setEncoding('utf8')
          .on('data', (piece) => {
            text += piece
          })
          .on('end', () => {
            resolve({ ...(JSON.parse(text) as object), status: response.statusCode })
          })
      },
    )
      .on('error', reject)
      .end(checkBody)
  })
}

interface Beside {
  readonly perSecond: number
  readonly rows: number
  readonly without: number[]
  readonly control: number[]
  readonly during: number[]
  readonly others: object[]
}

async function importBeside(
  folder: string,
  environment: Readonly<Record<string, string>>,
  { port }: KeptService,
  authorization: string,
  imports: number,
  rows: number,
): Promise<Beside> {
  const client = fork(self, ['client'], { execArgv: ['--import', 'tsx'] })
  const told = async <T>(what: object): Promise<T> => {
    client.send({ ...what, port, authorization })
    return ((await once(client, 'message')) as [T])[0]
  }
  await told({ connections: 8, ms: 2_000 }) // warm
  const { perSecond } = await told<{ perSecond: number }>({ connections: 8, ms: 4_000 })
  const rate = Math.round(perSecond / 2)
  const beside: Beside = { perSecond: rate, rows: 0, without: [], control: [], during: [], others: [] }
  const paced = async (ms: number): Promise<number> => {
    const { p99, others } = await told<PacedAnswers>({ perSecond: rate, ms })
    if (Object.keys(others).length > 0) beside.others.push(others)
    return p99
  }
  let written = 0
  for (let round = 0; round < imports; round++) {
    const files = join(folder, `ptp-${round}`)
    written = (await writePtpFiles(files, { setting: 'pra', rows, parts: 1, seed: 10 + round })).rows
    beside.without.push(await paced(8_000))
    beside.control.push(await paced(8_000))
    const importing = spawn(
      process.execPath,
      [...importOptions, ...programArguments('import'), 'ptp', files, '--json'],
      { env: { PATH: process.env['PATH'] ?? '', ...environment }, stdio: ['ignore', 'ignore', 'inherit'] },
    )
    const [p99, code] = await Promise.all([paced(8_000), endOf(importing)])
    if (code !== 0) throw new Error(`the import ended with ${code}`)
    beside.during.push(p99)
    await sleep(3_000)
  }
  client.kill()
  return { ...beside, rows: written }
}

async function endOf(child: ChildProcess): Promise<number | null> {
  return ((await once(child, 'exit')) as [number | null])[0]
}

function summary({ took, ...others }: Seen): object {
  const sorted = [...took].sort((a, b) => a - b)
  const at = (share: number): number =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN)
  return { revisions: took.length, p50: at(0.5), p99: at(0.99), longest: at(1), ...others }
}

function print(
  found: { readonly told: object; readonly lost: object; readonly beside: Beside | undefined },
  json: boolean,
): void {
  if (json) {
    process.stdout.write(`${JSON.stringify(found)}\n`)
    return
  }
  process.stdout.write(
    `milliseconds from the commit until another process answers by it; asked, refused and stale are of requests with the header\n${lineOf('notifications arrive', found.told)}${lineOf('notifications are lost', found.lost)}`,
  )
  if (found.beside === undefined) return
  const { perSecond, rows, without, control, during, others } = found.beside
  const ratio = (some: readonly number[]): string =>
    some.map((ms, at) => (ms / (without[at] ?? ms)).toFixed(2)).join(', ')
  process.stdout.write(
    `p99 at ${perSecond} checks/s, half of what it can do: ${texts(without)} ms; again ${texts(control)} (÷ ${ratio(control)}); beside an import of ${rows} rows ${texts(during)} (÷ ${ratio(during)})${others.length === 0 ? '' : `; not answered 200: ${JSON.stringify(others)}`}\n`,
  )
}

function lineOf(name: string, seen: object): string {
  return `${name.padEnd(22)} ${Object.entries(seen)
    .map(([what, value]) => `${what} ${value}`)
    .join(', ')}\n`
}

function texts(milliseconds: readonly number[]): string {
  return milliseconds.map((one) => one.toFixed(1)).join(', ')
}
