import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serverTarget } from '../test/importers/crash-targets.js'
import { soak, type SoakFound } from '../test/soak/run.js'
import { buildIfStale } from './build-if-stale.mjs'
import { readOptions } from './script-options.js'

const usage = `Runs a service for long under checks, batches, reads, changes of policy and ended database connections. Every answer is held against the naive evaluator
under the policy of its revision, every determination is looked for in the decision log, and memory, latency and handles are watched for drift: each
quantity in the last third of the run against the first, when caches are warm.

  npm run try -- soak [options]
    --minutes N       how long (2)
    --server URL      PostgreSQL on which a database is made and dropped (TEST_DATABASE_URL, or 127.0.0.1:5432)
    --mode db|spool   where the decision log goes first (spool: with db, checks are answered 503 while connections are ended)
    --clients N       how many ask at once (4)
    --pause MS        what each waits after an answer (5)
    --import-every S  seconds between two changes of policy (10)
    --fault-every S   seconds between two faults: every connection of the database is ended (15)
    --seed N          other policies and requests (1)
    --json            one JSON object, without what is said meanwhile
    --help            this text

Exit codes: 0 no wrong answer, nothing lost, nothing unexpected, and in runs of two minutes and more a drift of resident memory of at most 5 % and no growth of
handles; 1 otherwise; 2 the options are wrong or no server answers.`

const options = {
  minutes: { type: 'string', default: '2' },
  server: {
    type: 'string',
    default: process.env['TEST_DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres',
  },
  mode: { type: 'string', default: 'spool' },
  clients: { type: 'string', default: '4' },
  pause: { type: 'string', default: '5' },
  'import-every': { type: 'string', default: '10' },
  'fault-every': { type: 'string', default: '15' },
  seed: { type: 'string', default: '1' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const
const mostRssPercent = 5
const mostHandles = 5 // sockets of clients and of the pool come and go

process.exitCode = await main()

async function main(): Promise<number> {
  const given = readOptions(usage, options)
  if (typeof given === 'number') return given
  const { mode } = given
  const [minutes, clients, pauseMs, importEvery, faultEvery, seed] = [
    given.minutes,
    given.clients,
    given.pause,
    given['import-every'],
    given['fault-every'],
    given.seed,
  ].map(Number) as [number, number, number, number, number, number]
  if (
    (mode !== 'db' && mode !== 'spool') ||
    ![minutes, clients, pauseMs, importEvery, faultEvery, seed].every(Number.isFinite) ||
    minutes <= 0 ||
    clients < 1
  ) {
    console.error(`an option has no such value\n\n${usage}`)
    return 2
  }
  buildIfStale()
  const found = await serverTarget(given.server)
  if (found === undefined) {
    console.error(`no PostgreSQL answers at ${new URL(given.server).host}`)
    return 2
  }
  const folder = await mkdtemp(join(tmpdir(), 'precert-soak-'))
  try {
    const seen = await soak({
      target: found.target,
      folder,
      seconds: minutes * 60,
      seed,
      mode,
      clients,
      pauseMs,
      importEvery,
      faultEvery,
      requests: 300,
      sampleEvery: Math.max(1, Math.min(10, (minutes * 60) / 30)),
      ...(given.json
        ? {}
        : {
            onProgress: (said: string) => {
              console.error(said)
            },
          }),
    })
    print(seen, given.json)
    return isSteady(seen) ? 0 : 1
  } finally {
    await found.drop()
    await rm(folder, { recursive: true, force: true })
  }
}

function isSteady({
  seconds,
  wrong,
  unexpected,
  missing,
  drift: { rss, descriptors, resources },
}: SoakFound): boolean {
  const grows =
    rss.percent > mostRssPercent ||
    descriptors.last - descriptors.first > mostHandles ||
    resources.last - resources.first > mostHandles
  return wrong.length + unexpected.length + missing === 0 && (seconds < 120 || !grows)
}

function print(found: SoakFound, json: boolean): void {
  if (json) {
    console.log(JSON.stringify(found))
    return
  }
  const { drift, wrong, unexpected, ...counted } = found
  for (const [name, value] of Object.entries(counted)) console.log(`${name.padEnd(12)} ${value}`)
  for (const [name, { first, last, percent }] of Object.entries(drift))
    console.log(
      `${name.padEnd(12)} ${shown(name, first)} at first, ${shown(name, last)} at last (${percent > 0 ? '+' : ''}${percent} %)`,
    )
  console.log(
    `${'unexpected'.padEnd(12)} ${unexpected.length === 0 ? 'none' : `\n  ${unexpected.join('\n  ')}`}`,
  )
  console.log(
    `${'wrong'.padEnd(12)} ${wrong.length === 0 ? 'none' : `${wrong.length}\n  ${wrong.join('\n  ')}`}`,
  )
}

function shown(name: string, value: number): string {
  return name === 'rss' || name === 'heap'
    ? `${Math.round(value / 1024 / 1024)} MiB`
    : name.startsWith('p')
      ? `${value.toFixed(1)} ms`
      : String(value)
}
