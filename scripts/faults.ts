import { parseArgs } from 'node:util'
import { buildIfStale } from './build-if-stale.mjs'
import { databaseAway } from './faults/database-away.js'
import type { FaultTrial } from './faults/fault.js'
import { bodyFloods } from './faults/floods.js'
import { diskFull } from './faults/disk-full.js'
import { failover } from './faults/failover.js'
import { databaseCrash } from './faults/database-crash.js'
import { pipelinedHangUps } from './faults/pipelined-hang-ups.js'
import { foreignPages } from './faults/foreign-pages.js'
import { publicPages } from './faults/public-pages.js'
import { refusedRows } from './faults/refused-rows.js'
import { rollingRestarts } from './faults/rolling-restarts.js'
import { slowSockets } from './faults/slow-sockets.js'
import { stoppedReaders } from './faults/stopped-readers.js'

const trials: readonly FaultTrial[] = [
  ...databaseAway,
  databaseCrash,
  failover,
  ...refusedRows,
  rollingRestarts,
  slowSockets,
  pipelinedHangUps,
  stoppedReaders,
  bodyFloods,
  publicPages,
  foreignPages,
  diskFull,
]

const usage = `Injects faults into a service of its own, under load, and says what became of its answers. docs/operate/reliability.md has the figures.

  npm run try -- faults [--only NAME[,NAME]] [--seconds 60] [--server postgres://…] [--json]

    --only     these, by name or by how the name begins; without it all, one after the other
    --seconds  how long a database is away (60)
    --server   PostgreSQL on which databases are made and dropped (TEST_DATABASE_URL, or 127.0.0.1:5432)
    --json     one JSON object for each fault, a line each

${trials.map(({ name, about }) => `  ${name.padEnd(28)} ${about}`).join('\n')}

Exit codes: 0 all was as it should be, 1 something was not, 2 the options are wrong.`

process.exitCode = await main()

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      seconds: { type: 'string', default: '60' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      server: {
        type: 'string',
        default: process.env['TEST_DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres',
      },
    },
  })
  if (values.help) {
    console.log(usage)
    return 0
  }
  const only = values.only?.split(',')
  const chosen = trials.filter(
    ({ name }) => only === undefined || only.some((begin) => name.startsWith(begin)),
  )
  const seconds = Number(values.seconds)
  if (chosen.length === 0 || !(seconds > 0)) {
    console.error(`there is no such fault, or no such time\n\n${usage}`)
    return 2
  }
  buildIfStale()
  let failed = 0
  for (const { name, run } of chosen) {
    const found = await run({
      databaseUrl: values.server,
      seconds,
      say: (line) => {
        if (!values.json) console.error(`  ${name}: ${line}`)
      },
    }).catch((error: unknown) => ({
      figures: {},
      wrong: [`could not be tried: ${String(error)}`],
      skipped: undefined,
    }))
    if (found.wrong.length > 0) failed++
    if (values.json) console.log(JSON.stringify({ name, ...found }))
    else {
      console.log(
        `${found.skipped !== undefined ? 'SKIPPED' : found.wrong.length === 0 ? 'ok     ' : 'WRONG  '} ${name}${found.skipped === undefined ? '' : `: ${found.skipped}`}`,
      )
      console.log(
        `        ${Object.entries(found.figures)
          .map(([what, value]) => `${what} ${value}`)
          .join(', ')}`,
      )
      for (const what of found.wrong) console.log(`        ${what}`)
    }
  }
  return failed === 0 ? 0 : 1
}
