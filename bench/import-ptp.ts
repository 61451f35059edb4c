// Imports procedure pairs of full size on a Postgres server, then starts the built service on them: npx tsx bench/import-ptp.ts
// BENCH_DATABASE_URL names the server (a database of its own is made there and dropped); BENCH_SCALE=0.1 makes a tenth of the rows.
import { randomBytes } from 'node:crypto'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { openServer } from '../src/store/database/server.js'
import { writePtpFiles } from './ptp-files.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const scale = Number(process.env['BENCH_SCALE'] ?? 1)
const dataKey = randomBytes(32).toString('hex')
const serverUrl = process.env['BENCH_DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres'
const name = `precert_bench_${process.pid}`
const own = new URL(serverUrl)
own.pathname = `/${name}`
const admin = openServer(serverUrl)
const folder = await mkdtemp(join(tmpdir(), 'precert-bench-'))
const say = (line: string): void => {
  process.stdout.write(`${line}\n`)
}
const mebibytes = (kibibytes: number): string => `${Math.round(kibibytes / 1024)} MiB`
const secondsSince = (started: number): number => Math.round(performance.now() - started) / 1000

/** A line of /proc/<pid>/status in KiB, such as the most memory that was ever resident. */
async function memoryOf({ pid }: ChildProcess, line: 'VmHWM' | 'VmRSS'): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return Number(new RegExp(`${line}:\\s+(\\d+)`).exec(status)?.[1] ?? 0)
}

function run(
  entry: 'import' | 'main',
  args: readonly string[],
  more: Readonly<Record<string, string>> = {},
): ChildProcess {
  return spawn(process.execPath, [join(root, 'dist', `${entry}.js`), ...args], {
    cwd: folder,
    env: { ...process.env, DATABASE_URL: own.href, DATA_KEY: dataKey, ...more },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

async function runImport(what: string, paths: readonly string[]): Promise<void> {
  const started = performance.now()
  const child = run('import', ['ptp', ...paths])
  let [text, peak] = ['', 0]
  child.stdout?.on('data', (data) => {
    text += String(data)
  })
  child.stderr?.on('data', (data) => {
    process.stderr.write(String(data))
  })
  const exited = once(child, 'exit')
  while (child.exitCode === null && child.signalCode === null) {
    peak = Math.max(peak, await memoryOf(child, 'VmHWM'))
    await Promise.race([exited, sleep(100)])
  }
  const rows = Number(/([\d,]+) rows read/.exec(text)?.[1]?.replaceAll(',', '') ?? 0)
  const seconds = secondsSince(started)
  say(text.trim())
  say(
    `${what}: ${seconds} s, ${Math.round(rows / seconds)} rows/s, peak ${mebibytes(peak)}, exit code ${child.exitCode}\n`,
  )
}

async function startService(): Promise<void> {
  // On a server it starts with credentials only.
  await once(
    spawn(
      process.execPath,
      [join(root, 'dist/commands/main.js'), 'keys', 'create', '--name', 'bench', '--scopes', 'policies:read'],
      { cwd: folder, env: { ...process.env, DATABASE_URL: own.href }, stdio: 'ignore' },
    ),
    'exit',
  )
  const port = await freePort()
  const started = performance.now()
  const child = run('main', [], { PORT: String(port) })
  child.stdout?.on('data', (data) => {
    process.stdout.write(String(data))
  })
  child.stderr?.on('data', (data) => {
    process.stderr.write(String(data))
  })
  const exited = once(child, 'exit')
  for (;;) {
    if (child.exitCode !== null) throw new Error('the service did not start')
    if (
      await fetch(`http://127.0.0.1:${port}/health/ready`).then(
        ({ status }) => status === 200,
        () => false,
      )
    )
      break
    await sleep(50)
  }
  say(
    `service: ready after ${secondsSince(started)} s, resident ${mebibytes(await memoryOf(child, 'VmRSS'))}, peak ${mebibytes(await memoryOf(child, 'VmHWM'))}`,
  )
  child.kill('SIGTERM')
  await exited
}

async function freePort(): Promise<number> {
  const server = createServer()
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

try {
  await admin.query(`CREATE DATABASE ${name}`)
  for (const [quarter, version, endNow] of [
    ['first', 'v323r0', 0],
    ['second', 'v330r0', 0.0005],
  ] as const) {
    await writePtpFiles(join(folder, quarter), {
      setting: 'pra',
      rows: 2_600_000 * scale,
      parts: 4,
      version,
      seed: 1,
      endNow,
    })
    await writePtpFiles(join(folder, quarter), {
      setting: 'oph',
      rows: 1_900_000 * scale,
      parts: 3,
      version,
      seed: 2,
      endNow,
    })
  }
  await runImport('first quarter', [join(folder, 'first')])
  await runImport('the same again', [join(folder, 'first')])
  await runImport('next quarter', [join(folder, 'second')])
  const db = openServer(own.href)
  const [size] = await db.query<{ size: string }>(
    "SELECT pg_size_pretty(pg_total_relation_size('procedure_pair_list')) AS size",
  )
  const [longest] = await db.query<{ code: string }>(
    'SELECT column_one AS code FROM procedure_pair_list ORDER BY length(pairs) DESC LIMIT 1',
  )
  const started = performance.now()
  const [seen] = await db.query<{ pairs: number }>(
    'SELECT count(*) AS pairs FROM procedure_pair WHERE column_one = $1 AND upper_inf(revisions)',
    [longest?.code ?? ''],
  )
  const seconds = secondsSince(started)
  await db.close()
  say(
    `procedure_pair_list: ${size?.size ?? ''} with both quarters; the view shows the ${seen?.pairs ?? 0} pairs of ${longest?.code ?? ''} in ${seconds} s`,
  )
  await startService()
} finally {
  await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
  await admin.close()
  await rm(folder, { recursive: true, force: true })
}
