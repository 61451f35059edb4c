import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runDecisions, type RunFound, type RunSettings } from '../test/decision-log/decision-run.js'
import { embeddedTarget, serverTarget } from '../test/importers/crash-targets.js'
import { buildIfStale } from './build-if-stale.mjs'
import { readOptions } from './script-options.js'

const usage = `Asks services under load while their processes are killed or their database is away, and then holds the decision log against every answer
that was read: nothing answered may be missing or stand there twice, and every chain must be whole.

  tsx scripts/crash-decisions.ts
    --server URL         PostgreSQL on which a database is made and dropped (TEST_DATABASE_URL, or 127.0.0.1:5432)
    --embedded           one process on an embedded store instead of two on a server
    --mode db|spool      where the log goes first (db)
    --seconds N          how long (300)
    --every N            seconds between two kills (3)
    --signal S           SIGKILL or SIGTERM (SIGKILL); after SIGTERM no request that was accepted may fail
    --database-off N     no kills: the database is away for N seconds in the middle
    --hold               away as in a network that lost its way: connections stay open and nothing gets through
    --clients N          how many ask at once (8)
    --pause MS           what each waits after an answer (0)
    --json               one JSON object, without what is said meanwhile

Exit codes: 0 nothing was lost, 1 something was, 2 the options are wrong or no server answers.`

const options = {
  server: {
    type: 'string',
    default: process.env['TEST_DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres',
  },
  embedded: { type: 'boolean', default: false },
  mode: { type: 'string', default: 'db' },
  seconds: { type: 'string', default: '300' },
  every: { type: 'string', default: '3' },
  signal: { type: 'string', default: 'SIGKILL' },
  'database-off': { type: 'string' },
  hold: { type: 'boolean', default: false },
  clients: { type: 'string', default: '8' },
  pause: { type: 'string', default: '0' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const

process.exitCode = await main()

async function main(): Promise<number> {
  const given = readOptions(usage, options)
  if (typeof given === 'number') return given
  const { mode, signal } = given
  const off = given['database-off']
  const [seconds, every, clients, pauseMs, offSeconds] = [
    given.seconds,
    given.every,
    given.clients,
    given.pause,
    off ?? '0',
  ].map(Number) as [number, number, number, number, number]
  if (
    (mode !== 'db' && mode !== 'spool') ||
    (signal !== 'SIGKILL' && signal !== 'SIGTERM') ||
    ![seconds, every, clients, pauseMs, offSeconds].every(Number.isFinite) ||
    (off !== undefined && (given.embedded || offSeconds >= seconds))
  ) {
    console.error(`an option has no such value\n\n${usage}`)
    return 2
  }
  buildIfStale()
  const folder = await mkdtemp(join(tmpdir(), 'precert-decisions-'))
  const found = given.embedded
    ? { target: await embeddedTarget(folder), drop: async () => {} }
    : await serverTarget(given.server)
  if (found === undefined) {
    console.error(`no PostgreSQL answers at ${new URL(given.server).host}`)
    return 2
  }
  try {
    const disturbance: Pick<RunSettings, 'kill' | 'outage'> =
      off === undefined
        ? { kill: { signal, everySeconds: every } }
        : { outage: { seconds: offSeconds, how: given.hold ? 'hold' : 'cut' } }
    const settings: RunSettings = {
      target: found.target,
      folder,
      mode,
      processes: given.embedded ? 1 : 2,
      clients,
      pauseMs,
      seconds,
      ...disturbance,
      ...(given.json
        ? {}
        : {
            onProgress: (said) => {
              console.error(said)
            },
          }),
    }
    const run = await runDecisions(settings)
    print(run, given.json)
    return isWhole(run, signal) ? 0 : 1
  } finally {
    await found.drop()
    await rm(folder, { recursive: true, force: true })
  }
}

function isWhole(
  { missing, doubled, faults, unexpected, failed, kills }: RunFound,
  signal: 'SIGKILL' | 'SIGTERM',
): boolean {
  return (
    missing.length + doubled.length + faults.length + unexpected.length === 0 &&
    (signal === 'SIGKILL' || kills === 0 || failed === 0)
  )
}

function print(found: RunFound, json: boolean): void {
  const counted = { ...found, missing: found.missing.length, doubled: found.doubled.length }
  if (json) {
    console.log(JSON.stringify(counted))
    return
  }
  for (const [name, value] of Object.entries(counted)) {
    const shown = Array.isArray(value)
      ? value.length === 0
        ? 'none'
        : `\n  ${value.join('\n  ')}`
      : typeof value === 'object'
        ? JSON.stringify(value)
        : String(value)
    console.log(`${name.padEnd(12)} ${shown}`)
  }
}
