// The store of each release, restored on both kinds of store: the program of today starts on it, finds its log whole, replays it, reads it byte for byte, and goes on.
import { createHash, randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import t, { type Test } from 'tap'
import { performAudit as audit } from '../../src/commands/audit/actions.js'
import { readReleasedMigrations } from '../../scripts/keep-release.js'
import { engineVersion } from '../../src/decision/engine-version.js'
import type { ReplayedMany } from '../../src/decision-log/replay-many.js'
import { openContent } from '../../src/decision-log/sealed-content.js'
import { createSeals } from '../../src/sealing/data-keys.js'
import {
  installationKeyOf,
  parseInstallationKey,
  type InstallationKey,
} from '../../src/sealing/installation-key.js'
import { openDatabase, type Database } from '../../src/store/database/database.js'
import { openServer } from '../../src/store/database/server.js'
import { readDeterminations } from '../../src/store/log/decision-log.js'
import { freePort, keepService } from '../decision-log/kept-service.js'
import { readKeptStore, restoreKeptStore, type KeptStore } from '../support/kept-store.js'

const server = process.env['TEST_DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres'
const admin = openServer(server)
const reachable = await admin.query('SELECT 1').then(
  () => true,
  () => false,
)
t.teardown(async () => await admin.close())
const skip = reachable || process.env['CI'] !== undefined ? false : 'no PostgreSQL here'

type Where = { readonly databaseUrl: string } | { readonly dataDir: string }

const minors = (await readdir(new URL('released/', import.meta.url)).catch(() => []))
  .filter((name) => name.endsWith('.ndjson.gz'))
  .map((name) => name.replace('.ndjson.gz', ''))
  .sort()

t.test('every release left its store', async (t) => {
  t.strictSame(minors, Object.keys(await readReleasedMigrations()).sort())
})

for (const minor of minors) {
  const kept = await readKeptStore(minor)
  t.test(`the store of ${minor}, on a server`, { skip }, async (t) => {
    const name = `precert_released_${randomBytes(6).toString('hex')}`
    await admin.query(`CREATE DATABASE ${name}`)
    t.teardown(async () => await admin.query(`DROP DATABASE ${name} WITH (FORCE)`))
    await goesOn(t, kept, { databaseUrl: Object.assign(new URL(server), { pathname: `/${name}` }).href })
  })
  t.test(`the store of ${minor}, embedded`, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'precert-released-'))
    t.teardown(async () => await rm(folder, { recursive: true, force: true }))
    await mkdir(join(folder, 'data'))
    await goesOn(t, kept, { dataDir: join(folder, 'data') })
  })
}

async function goesOn(t: Test, kept: KeptStore, where: Where): Promise<void> {
  await restoreKeptStore(kept, where)
  const written = await serves(t, kept, where)
  const secret = parseInstallationKey(kept.dataKey)
  if (secret === undefined) throw new Error('the kept key is no key')
  const [db, key] = [await openDatabase({ dataDir: '', ...where }), installationKeyOf(secret)]
  try {
    await readsBytes(t, kept, db, key)
    await audits(t, kept, db, key, (kept.rows.get('decision_log')?.length ?? 0) + written)
  } finally {
    await db.close()
  }
}

/** The program of today starts on it, tells both tenants what they were told before, and answers new checks. Answers the rows that it wrote. */
async function serves(t: Test, kept: KeptStore, where: Where): Promise<number> {
  const service = keepService(environmentOf(kept, where), await freePort())
  let written = 0
  try {
    await service.ready()
    for (const [tenantId, key] of Object.entries(kept.keys)) {
      const send = async (path: string, body?: object): Promise<Response> => {
        written++
        return await fetch(`http://127.0.0.1:${service.port}${path}`, {
          method: body === undefined ? 'GET' : 'POST',
          headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        })
      }
      for (const [id, hash] of Object.entries(kept.answers[tenantId] ?? {}).slice(0, 4)) {
        const record = await (await send(`/v1/determinations/${id}`)).text()
        const { answer, request } = JSON.parse(record) as { answer: unknown; request: object }
        const bytes = typeof answer === 'string' ? answer : JSON.stringify(answer)
        t.equal(sha256(bytes), hash, `${tenantId}: ${id} is read as it was sent`)
        const again = await send('/v1/authorization-checks', request)
        t.match([again.status, await again.json()], [200, { determinationId: /^det_/, recorded: true }])
      }
    }
  } finally {
    t.equal(await service.stop(), 0, service.output())
  }
  return written
}

/** The log is whole, with the rows written since, and every determination replays with the verdict that was recorded; another one has to be of another engine. */
async function audits(
  t: Test,
  kept: KeptStore,
  database: Database,
  key: InstallationKey,
  rows: number,
): Promise<void> {
  const tenants = Object.keys(kept.answers)
  const parts = { database, key: async () => key, tenants, out: nowhere, onProgress: () => {} }
  const manner = { json: true, tenantId: undefined }
  t.match(
    await audit({ action: 'verify', ...manner, publicKeyFile: undefined, checkpointsFile: undefined }, parts),
    { good: true, fields: { outcome: 'whole', rows } },
  )
  const { fields } = await audit({ action: 'replay', ...manner, from: undefined, to: undefined }, parts)
  const { replayed, identical, sameBytes, erased, different } = fields as ReplayedMany
  const answered = Object.values(kept.answers).flatMap((ofTenant) => Object.keys(ofTenant))
  t.ok(answered.length >= 200, `${answered.length} determinations`)
  t.ok(replayed >= answered.length, `${replayed} replayed`)
  t.equal(erased, 0)
  t.strictSame(
    different.filter(({ cause }) => cause !== 'engine-version' || kept.engineVersion === engineVersion),
    [],
    'where it differs, another engine decided it',
  )
  if (kept.engineVersion === engineVersion) t.strictSame([identical, sameBytes], [replayed, replayed])
}

/** Every answer that was sent stands in the log, byte for byte. */
async function readsBytes(t: Test, kept: KeptStore, db: Database, key: InstallationKey): Promise<void> {
  const seals = createSeals(db, key)
  for (const [tenantId, answers] of Object.entries(kept.answers)) {
    const opened = await seals.of(tenantId)
    const found = new Map(
      (await readDeterminations(db, tenantId, { limit: 1_000 })).map((row) => {
        const seal = opened.byId(row.keyId)
        const content = seal === undefined ? undefined : openContent(seal, row.sealed)
        return [row.determinationId ?? '', sha256(content?.answer ?? '')]
      }),
    )
    const others = Object.entries(answers).filter(([id, hash]) => found.get(id) !== hash)
    t.strictSame(others, [], `${Object.keys(answers).length} answers of ${tenantId} are what was sent`)
  }
}

const nowhere = new Writable({
  write(_chunk, _encoding, done) {
    done()
  },
})

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

function environmentOf({ dataKey }: KeptStore, where: Where): Record<string, string> {
  return {
    ...('databaseUrl' in where ? { DATABASE_URL: where.databaseUrl } : { DATA_DIR: where.dataDir }),
    DATA_KEY: dataKey,
    LOG_LEVEL: 'warn',
  }
}
