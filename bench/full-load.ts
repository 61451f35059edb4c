// Everything of Medicare at its real size in one store, and then the service on it. `npm run bench -- full-load --help`
import { execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { buildIfStale } from '../scripts/build-if-stale.mjs'
import { openServer } from '../src/store/database/server.js'
import { importOptions } from './import-options.js'
import { procedureCodes, writePtpFiles } from './ptp-files.js'

const help = `npm run bench -- full-load [--icd10cm zip,zip,…] [--url postgres://…]

Makes files of real size (coverage database 575,000 rows, unit limits 15,000 rows a setting, procedure pairs 4.5 million), imports them into
a database of its own on PostgreSQL (dropped afterwards), starts the built service on it and prints the seconds until it is ready and
the memory it then has. ICD-10-CM is imported where its files are named.`

const settings = {
  PractitionerServices: 'Practitioner Services',
  OutpatientHospitalServices: 'Outpatient Hospital Services',
  DMESupplierServices: 'DME Supplier Services',
}

const { values } = parseArgs({
  options: {
    icd10cm: { type: 'string' },
    url: { type: 'string', default: 'postgres://postgres@127.0.0.1:5432/postgres' },
    help: { type: 'boolean' },
  },
})
if (values.help === true) process.stdout.write(`${help}\n`)
else await measure(values.icd10cm?.split(',') ?? [], values.url)

async function measure(icd10cm: readonly string[], url: string): Promise<void> {
  buildIfStale()
  const folder = await mkdtemp(join(tmpdir(), 'precert-full-'))
  const pairs = join(folder, 'ptp')
  await promisify(execFile)(process.execPath, [
    '--import',
    'tsx',
    fileURLToPath(new URL('./generate-mcd.ts', import.meta.url)),
    join(folder, 'mcd'),
    '575000',
  ])
  await writePtpFiles(pairs, { setting: 'pra', rows: 2_600_000, parts: 4 })
  await writePtpFiles(pairs, { setting: 'oph', rows: 1_900_000, parts: 4 })
  const limits = await writeUnitLimits(folder)
  const admin = openServer(url)
  const name = `precert_full_${randomBytes(6).toString('hex')}`
  await admin.query(`CREATE DATABASE ${name}`)
  const environment = {
    PATH: process.env['PATH'] ?? '',
    DATABASE_URL: Object.assign(new URL(url), { pathname: `/${name}` }).href,
    DATA_KEY: randomBytes(32).toString('hex'),
  }
  try {
    for (const [source, paths] of [
      ['icd10cm', icd10cm],
      ['mue', limits],
      ['mcd', [join(folder, 'mcd')]],
      ['ptp', [pairs]],
    ] as const) {
      if (paths.length > 0) await importOnce(source, paths, environment)
    }
    await startOnce(environment)
  } finally {
    await admin.query(`DROP DATABASE ${name} WITH (FORCE)`)
    await admin.close()
    await rm(folder, { recursive: true })
  }
}

async function writeUnitLimits(folder: string): Promise<string[]> {
  const codes = procedureCodes().slice(0, 15_000)
  return await Promise.all(
    Object.entries(settings).map(async ([file, heading]) => {
      const path = join(folder, `MCR_MUE_${file}_Eff_10-01-2026.csv`)
      const rows = codes.map(
        (code, at) => `${code},${at % 9},"${(at % 3) + 1} Date of Service Edit: Clinical",Clinical: Data`,
      )
      await writeFile(
        path,
        [
          `"A notice",,,`,
          `"HCPCS/\nCPT Code",${heading} MUE Values,MUE Adjudication Indicator,MUE Rationale`,
          ...rows,
          '',
        ].join('\r\n'),
      )
      return path
    }),
  )
}

async function importOnce(
  source: string,
  paths: readonly string[],
  env: Record<string, string>,
): Promise<void> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      ...importOptions,
      fileURLToPath(new URL('../dist/commands/main.js', import.meta.url)),
      'import',
      source,
      ...paths,
      '--json',
    ],
    { env, maxBuffer: 64 * 2 ** 20 },
  )
  const { rowsRead, seconds, peakMemoryMiB } = JSON.parse(stdout) as {
    rowsRead: number
    seconds: number
    peakMemoryMiB: number
  }
  process.stdout.write(
    `${source.padEnd(8)} ${rowsRead.toLocaleString('en-US').padStart(9)} rows  ${seconds.toFixed(1).padStart(6)} s  peak ${peakMemoryMiB} MiB\n`,
  )
}

async function startOnce(env: Record<string, string>): Promise<void> {
  // On a server it starts with credentials only.
  await promisify(execFile)(
    process.execPath,
    [
      fileURLToPath(new URL('../dist/commands/main.js', import.meta.url)),
      'keys',
      'create',
      '--name',
      'bench',
      '--scopes',
      'policies:read',
    ],
    { env },
  )
  const started = performance.now()
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('../dist/commands/main.js', import.meta.url)), 'serve'],
    {
      env: { ...env, PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  let log = ''
  child.stdout.on('data', (text: Buffer) => {
    log += text.toString()
  })
  const exited = once(child, 'exit')
  while (!log.includes('listening at') && child.exitCode === null) await sleep(20)
  if (child.exitCode !== null) throw new Error(`the service ended with ${child.exitCode}: ${log}`)
  const seconds = (performance.now() - started) / 1000
  await sleep(2000)
  const status = await readFile(`/proc/${child.pid}/status`, 'utf8')
  const [now, peak] = ['VmRSS', 'VmHWM'].map((line) =>
    Math.round(Number(new RegExp(`${line}:\\s+(\\d+)`).exec(status)?.[1]) / 1024),
  )
  child.kill('SIGTERM')
  await exited
  process.stdout.write(
    `${log.split('\n').filter((line) => line.includes('loading policy')).length} lines of progress in the log\nready after ${seconds.toFixed(1)} s, resident ${now} MiB, at most ${peak} MiB\n`,
  )
}
