// What many policies cost: memory, loading, deciding and taking a revision, from a thousand versions to a million.
//
//   npm run bench -- scale [--versions 1000,10000,100000,1000000] [--rounds 15] [--revisions 5] [--database postgres://…] [--json]
//
// Each size has a database of its own, made and dropped again, and a process of its own. A million versions take some 4 GB of disk and minutes to write.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { buildIfStale } from '../scripts/build-if-stale.mjs'
import { openDatabase } from '../src/store/database/database.js'
import { publishPacks } from '../src/store/publishing/publish.js'
import { openServer } from '../src/store/database/server.js'
import type { Measured } from './scale/measure.js'
import { besides, fill, worldOf } from './scale/world.js'

const { values } = parseArgs({
  options: {
    versions: { type: 'string', default: '1000,10000,100000,1000000' },
    rounds: { type: 'string', default: '15' },
    revisions: { type: 'string', default: '5' },
    database: {
      type: 'string',
      default: process.env['TEST_DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres',
    },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  process.stdout.write(
    'npm run bench -- scale [--versions 1000,…] [--rounds 15] [--revisions 5] [--database postgres://…] [--json]\nMeasures memory, loading, deciding and taking a revision, for each number of policy versions.\n',
  )
  process.exit(0)
}
const say = (line: string): void => {
  process.stderr.write(`${line}\n`)
}

buildIfStale()
const measured: Measured[] = []
for (const versions of values.versions.split(',').map(Number)) {
  const name = `precert_scale_${process.pid}_${versions}`
  const server = openServer(values.database, { poolSize: 1, statementTimeoutMs: 60 * 60_000 })
  const url = new URL(values.database)
  url.pathname = `/${name}`
  await server.query(`CREATE DATABASE ${name}`)
  try {
    const began = performance.now()
    const world = worldOf(versions)
    const database = await openDatabase({ databaseUrl: url.href, dataDir: '' })
    await publishPacks(database, {
      tenantId: 'public',
      description: 'payers, plans and groups',
      packs: [{ packId: 'besides', content: besides(world) }],
    })
    await database.close()
    const owner = openServer(url.href, { poolSize: 1, statementTimeoutMs: 60 * 60_000 })
    await fill(owner, world)
    await owner.close()
    say(`${versions} versions written in ${((performance.now() - began) / 1000).toFixed(0)} s`)
    measured.push(await measure(url.href, versions))
  } finally {
    await server.query(`DROP DATABASE ${name} WITH (FORCE)`)
    await server.close()
  }
}

if (values.json) process.stdout.write(`${JSON.stringify(measured, null, 2)}\n`)
else print(measured)

async function measure(url: string, versions: number): Promise<Measured> {
  const script = fileURLToPath(new URL('scale/measure.ts', import.meta.url))
  const child = spawn(
    process.execPath,
    ['--expose-gc', '--import', 'tsx', script, url, String(versions), values.rounds, values.revisions],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  let text = ''
  child.stdout.on('data', (part: Buffer) => {
    text += part.toString()
  })
  const [code] = (await once(child, 'close')) as [number]
  if (code !== 0) throw new Error(`measuring ${versions} versions ended with ${code}`)
  return JSON.parse(text) as Measured
}

function print(rows: readonly Measured[]): void {
  const columns: ReadonlyArray<readonly [string, (row: Measured) => string]> = [
    ['versions', (row) => String(row.versions)],
    ['policies', (row) => String(row.policies)],
    ['B each, counted', (row) => row.bytesEach.toFixed(0)],
    ['B each, of the heap', (row) => row.measuredBytesEach.toFixed(0)],
    ['RSS MiB', (row) => row.rssMiB.toFixed(0)],
    ['RSS peak', (row) => row.peakRssMiB.toFixed(0)],
    ['load s', (row) => row.loadSeconds.toFixed(1)],
    ['load CPU s', (row) => row.loadCpuSeconds.toFixed(1)],
    ['longest block ms', (row) => row.longestBlockMs.toFixed(0)],
    ['decisions / CPU s', (row) => row.decisionsPerCpuSecond.toFixed(0)],
    ['÷ over 1,000', (row) => row.ratioToThousand.toFixed(2)],
    ['A/A', (row) => row.control.toFixed(2)],
    ['findings', (row) => row.findings.toFixed(1)],
    ['publish ms', (row) => row.publishMs.toFixed(0)],
    ['revision ms, worst', (row) => Math.max(...row.visibleMs).toFixed(0)],
  ]
  for (const [name, of] of columns)
    process.stdout.write(`${name.padEnd(22)}${rows.map((row) => of(row).padStart(12)).join('')}\n`)
}
