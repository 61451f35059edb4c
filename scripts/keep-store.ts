import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { scopes } from '../src/access/scopes.js'
import { engineVersion } from '../src/decision/engine-version.js'
import { openServer } from '../src/store/database/server.js'
import { currentRevision } from '../src/store/tables/revisions.js'
import { freePort, keepService } from '../test/decision-log/kept-service.js'
import { keepStore, keptStoreFile } from '../test/support/kept-store.js'
import { programArguments } from '../test/support/program.js'
import { buildIfStale } from './build-if-stale.mjs'
import { askAll, type Answered } from './keep-store/ask-all.js'
import { readReleasedMigrations } from './keep-release.js'
import { readOptions } from './script-options.js'

const usage = `Keeps a store as this build leaves it, for test/store/released.test.ts: two tenants, keys, imports, and decisions of every kind, of which some
were made in an earlier month. Needs a server on which a database is made and dropped. See docs/contribute/release.md.

  tsx scripts/keep-store.ts
    --release MINOR      which release (the newest one in migrations/released.json)
    --server URL         PostgreSQL (TEST_DATABASE_URL, or 127.0.0.1:5432)

Exit codes: 0 kept, 1 failed or there is a kept store of this release, 2 the options are wrong.`

const given = readOptions(usage, {
  release: { type: 'string' },
  server: {
    type: 'string',
    default: process.env['TEST_DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres',
  },
  help: { type: 'boolean', default: false },
} as const)
process.exitCode = typeof given === 'number' ? given : await main(given)

interface Store {
  readonly databaseUrl: string
  readonly dataKey: string
  readonly folder: string
}

async function main({ release, server }: { release?: string | undefined; server: string }): Promise<number> {
  const minor = release ?? Object.keys(await readReleasedMigrations()).at(-1)
  const refused =
    minor === undefined
      ? 'No release is kept yet: run "npm run openapi -- --release 0.2" first'
      : !((await readReleasedMigrations())[minor] !== undefined)
        ? `${minor} was not released: migrations/released.json does not have it`
        : existsSync(keptStoreFile(minor))
          ? `${keptStoreFile(minor)} is there already`
          : undefined
  if (minor === undefined || refused !== undefined) {
    console.error(refused)
    return 1
  }
  buildIfStale()
  const admin = openServer(server)
  const name = `precert_kept_${randomBytes(6).toString('hex')}`
  await admin.query(`CREATE DATABASE ${name}`)
  const folder = await mkdtemp(join(tmpdir(), 'precert-kept-'))
  try {
    const databaseUrl = Object.assign(new URL(server), { pathname: `/${name}` }).href
    await make(minor, { databaseUrl, dataKey: randomBytes(32).toString('base64'), folder })
  } finally {
    await admin.query(`DROP DATABASE ${name} WITH (FORCE)`)
    await admin.close()
    await rm(folder, { recursive: true })
  }
  return 0
}

async function make(minor: string, store: Store): Promise<void> {
  const key = async (...args: string[]): Promise<string> => {
    const made = await run(store, 'keys', [
      'create',
      ...args,
      '--scopes',
      scopes.join(),
      '--no-expiry',
      '--json',
    ])
    return (JSON.parse(made) as { key: string }).key
  }
  const keys: Record<string, string> = { public: await key('--name', 'kept') }
  await run(store, 'keys', ['tenant', 'north', '--title', 'Nörth'])
  keys['north'] = await key('--name', 'kept', '--tenant', 'north')
  await importAll(store)
  const answers: Record<string, Record<string, string>> = { public: {}, north: {} }
  const took = ({ tenantId, determinationId, bytes }: Answered): void => {
    const ofTenant = (answers[tenantId] ??= {})
    ofTenant[determinationId] = createHash('sha256').update(bytes).digest('hex')
  }
  await serving(store, 40, async (port) => await askAll(port, keys, 'earlier', took))
  await importLater(store)
  await serving(store, 0, async (port) => await askAll(port, keys, 'later', took))
  process.stdout.write(await run(store, 'audit', ['verify']))
  // As the owner of the tables, who sees the rows of every tenant.
  const owner = openServer(store.databaseUrl, { poolSize: 1 })
  const policyRevision = Math.max(
    await currentRevision(owner, 'public'),
    await currentRevision(owner, 'north'),
  )
  const bytes = await keepStore(owner, {
    minor,
    engineVersion,
    policyRevision,
    dataKey: store.dataKey,
    keys,
    answers,
  })
  await owner.close()
  const kept = Object.values(answers).reduce((sum, ofTenant) => sum + Object.keys(ofTenant).length, 0)
  console.log(`kept ${kept} determinations in ${keptStoreFile(minor)}, ${bytes} bytes`)
}

async function importAll(store: Store): Promise<void> {
  await run(store, 'import', ['pack', inRoot('policies')])
  await run(store, 'import', ['hcpcs', inRoot('test/importers/fixtures/hcpcs/HCPC2026_OCT_ANWEB.csv')])
  await run(store, 'import', ['pack', await northPack(store.folder, 'test-basics'), '--tenant', 'north'])
}

/** Other policy for the second half: a second code table, and a plan of the tenant that follows other rules. */
async function importLater(store: Store): Promise<void> {
  await run(store, 'import', ['icd10cm', inRoot('test/importers/fixtures/icd10cm/icd10cm-order-2026.txt')])
  await run(store, 'import', ['pack', await northPack(store.folder, 'test-phases'), '--tenant', 'north'])
}

function inRoot(path: string): string {
  return fileURLToPath(new URL(`../${path}`, import.meta.url))
}

/** A pack of the tenant: the plan \`test-north\`, which follows one of the public sets of fictional payers. */
async function northPack(folder: string, policySetId: string): Promise<string> {
  const pack = {
    packId: 'north-own',
    title: 'Plans of the north',
    description: 'A plan of a tenant of its own.',
    payers: [{ payerId: 'test-north-payer', name: 'A payer of the north (fictional)' }],
    plans: [
      {
        planId: 'test-north',
        payerId: 'test-north-payer',
        name: 'A plan of the north',
        lineOfBusiness: 'commercial',
        benefit: 'medical',
        follows: [{ policySetId, role: 'governing' }],
      },
    ],
  }
  const path = join(folder, policySetId)
  await mkdir(join(path, 'north-own'), { recursive: true })
  await writeFile(join(path, 'north-own/pack.json'), JSON.stringify(pack))
  return path
}

function environmentOf({ databaseUrl, dataKey, folder }: Store): Record<string, string> {
  return {
    DATABASE_URL: databaseUrl,
    DATA_KEY: dataKey,
    SPOOL_DIR: join(folder, 'spool'),
    RATE_LIMIT_PER_MINUTE: '0',
    LOG_LEVEL: 'warn',
  }
}

async function run(
  store: Store,
  command: Parameters<typeof programArguments>[0],
  args: readonly string[],
): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [...programArguments(command), ...args], {
    env: { PATH: process.env['PATH'] ?? '', ...environmentOf(store) },
    maxBuffer: 64 * 1024 * 1024,
  })
  return stdout
}

/** Runs the service, with a clock that is some days behind, while `work` asks it; it ends in order. */
async function serving(store: Store, daysAgo: number, work: (port: number) => Promise<void>): Promise<void> {
  const clock = `const Now = Date, behind = ${daysAgo * 86_400_000}
globalThis.Date = class extends Now { constructor(...given) { given.length > 0 ? super(...given) : super(Now.now() - behind) } static now() { return Now.now() - behind } }`
  const service = keepService(environmentOf(store), await freePort(), [
    '--import',
    `data:text/javascript,${encodeURIComponent(clock)}`,
  ])
  try {
    await service.ready()
    await work(service.port)
  } finally {
    const code = await service.stop()
    if (code !== 0) console.error(`the service ended with ${String(code)}: ${service.output()}`)
  }
}
