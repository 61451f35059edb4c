// What an import costs by its size: seconds a row and memory over an idle import, on PostgreSQL. `npm run bench -- import-cost --help`
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { buildIfStale } from '../scripts/build-if-stale.mjs'
import { openServer } from '../src/store/database/server.js'
import { importOptions } from './import-options.js'

const generator = fileURLToPath(new URL('./generate-mcd.ts', import.meta.url))

const help = `npm run bench -- import-cost [--rows 10000,100000,600000] [--rounds N] [--url postgres://…]

Makes an MCD export of each size, imports it with the built command into a database of its own (dropped afterwards), and prints for each
size the seconds, the cost of a row against that of the smallest size, and the peak memory over that of an import of 10 rows.
The rounds are interleaved: one of each size, then the next.`

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '10000,100000,600000' },
    rounds: { type: 'string', default: '3' },
    url: { type: 'string', default: 'postgres://postgres@127.0.0.1:5432/postgres' },
    help: { type: 'boolean' },
  },
})
if (values.help === true) process.stdout.write(`${help}\n`)
else await measure(values.rows.split(',').map(Number), Number(values.rounds), values.url)

interface Run {
  readonly seconds: number
  readonly peakMemoryMiB: number
  readonly rowsRead: number
}

async function measure(sizes: readonly number[], rounds: number, url: string): Promise<void> {
  buildIfStale()
  const folder = await mkdtemp(join(tmpdir(), 'precert-bench-'))
  const idle = 10
  for (const rows of [idle, ...sizes])
    await promisify(execFile)(process.execPath, [
      '--import',
      'tsx',
      generator,
      join(folder, String(rows)),
      String(rows),
    ])
  const runs = new Map<number, Run[]>([idle, ...sizes].map((rows) => [rows, []]))
  for (let round = 0; round < rounds; round++) {
    for (const [rows, done] of runs) {
      done.push(await importOnce(url, join(folder, String(rows))))
      process.stderr.write(
        `round ${round + 1}, ${rows} rows: ${done.at(-1)?.seconds} s, ${done.at(-1)?.peakMemoryMiB} MiB\n`,
      )
    }
  }
  await rm(folder, { recursive: true })
  print(runs, idle)
}

async function importOnce(url: string, path: string): Promise<Run> {
  const admin = openServer(url)
  const name = `precert_bench_${randomBytes(6).toString('hex')}`
  await admin.query(`CREATE DATABASE ${name}`)
  try {
    const env = {
      PATH: process.env['PATH'] ?? '',
      DATABASE_URL: Object.assign(new URL(url), { pathname: `/${name}` }).href,
    }
    const entry = fileURLToPath(new URL('../dist/commands/main.js', import.meta.url))
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [...importOptions, entry, 'import', 'mcd', path, '--json'],
      { env, maxBuffer: 64 * 2 ** 20 },
    )
    return JSON.parse(stdout) as Run
  } finally {
    await admin.query(`DROP DATABASE ${name} WITH (FORCE)`)
    await admin.close()
  }
}

function print(runs: ReadonlyMap<number, readonly Run[]>, idle: number): void {
  const idleMiB = median((runs.get(idle) ?? []).map((run) => run.peakMemoryMiB))
  const table = [...runs]
    .filter(([rows]) => rows !== idle)
    .map(([, done]) => {
      const rows = done[0]?.rowsRead ?? 0
      return {
        rows,
        seconds: median(done.map((run) => run.seconds)),
        microsecondsPerRow: (median(done.map((run) => run.seconds)) / rows) * 1e6,
        peakMiB: median(done.map((run) => run.peakMemoryMiB)),
      }
    })
  const least = table[0]?.microsecondsPerRow ?? Number.NaN
  for (const { rows, seconds, microsecondsPerRow, peakMiB } of table) {
    process.stdout.write(
      `${rows.toLocaleString('en-US').padStart(9)} rows  ${seconds.toFixed(1).padStart(6)} s  ${microsecondsPerRow.toFixed(1).padStart(6)} µs a row, ${(microsecondsPerRow / least).toFixed(2)} of the smallest  peak ${peakMiB} MiB, ${peakMiB - idleMiB} MiB over idle (${idleMiB})\n`,
    )
  }
}
