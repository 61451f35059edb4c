// From an embedded store to a server: everything, the same, or nothing. On the server as a user that owns the database and nothing else.
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { moveStore } from '../../src/commands/move/move-store.js'
import { emptyContent } from '../../src/decision/shapes/policy.js'
import { createDeterminations } from '../../src/decision-log/determinations.js'
import { noDecisionLog } from '../../src/decision-log/decision-log.js'
import { createPastRevisions } from '../../src/policies/loaded/past-revisions.js'
import { createSnapshot } from '../../src/policies/loaded/snapshot.js'
import { createSeals } from '../../src/sealing/data-keys.js'
import {
  installationKeyOf,
  openInstallationKey,
  parseInstallationKey,
} from '../../src/sealing/installation-key.js'
import { insertKey } from '../../src/store/keys/api-keys.js'
import { openDatabase } from '../../src/store/database/database.js'
import { openEmbedded } from '../../src/store/database/embedded.js'
import { publishPacks } from '../../src/store/publishing/publish.js'
import { currentRevision, hashOfRevision } from '../../src/store/tables/revisions.js'
import { openServer } from '../../src/store/database/server.js'
import { createTenant, listTenants } from '../../src/store/tables/tenants.js'
import { aKey } from '../access/credentials.js'
import { claim, content } from '../oracle/worked-example.js'
import { prepareDataDir } from '../support/embedded.js'
import { programArguments } from '../support/program.js'
import { recordedService } from '../support/recorded.js'

const server = process.env['TEST_DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres'
const admin = openServer(server)
const reachable = await admin.query('SELECT 1').then(
  () => true,
  () => false,
)
t.teardown(() => admin.close())
const skip = reachable || process.env['CI'] !== undefined ? false : 'no PostgreSQL here'
const name = `precert_move_${randomBytes(6).toString('hex')}`
const target = Object.assign(new URL(server), {
  username: name,
  password: 'moves',
  pathname: `/${name}`,
}).href

/** An embedded store that has lived: two revisions, of which one ends what the other began, a tenant of its own, keys, determinations. */
async function lived(
  dataDir: string,
): Promise<{ determinationIds: string[]; revisions: Map<string, string> }> {
  await prepareDataDir(dataDir)
  const database = await openDatabase({ dataDir })
  const key = await openInstallationKey({ given: undefined, file: undefined, dataDir, store: 'embedded' })
  const service = await recordedService(content, { database, key })
  const determinationIds: string[] = []
  const ask = async (): Promise<void> => {
    const answer = await service.app.inject({
      method: 'POST',
      url: '/v1/authorization-checks',
      payload: claim({}, {}),
    })
    determinationIds.push(answer.json<{ determinationId: string }>().determinationId)
  }
  await ask()
  await service.publish({ ...content, plans: content.plans.slice(1) })
  await ask()
  await createTenant(database, { tenantId: 'north', name: 'Nörth ☃' })
  const {
    stored: { tenantId, keyId, name, secretHash, scopes, expiresAt },
  } = aKey({ tenantId: 'north' })
  await insertKey(database, { tenantId, keyId, name, secretHash, scopes, expiresAt })
  await publishPacks(database, {
    tenantId: 'north',
    description: 'its own',
    packs: [
      {
        packId: 'own',
        content: { ...emptyContent, payers: [{ payerId: 'north-payer', name: 'A payer of its own' }] },
      },
    ],
  })
  await service.close()
  const revisions = new Map<string, string>()
  for (const tenant of ['public', 'north'])
    for (let revision = 1; revision <= (await currentRevision(database, tenant)); revision++)
      revisions.set(`${tenant} ${revision}`, await hashOfRevision(database, tenant, revision))
  await database.close()
  return { determinationIds, revisions }
}

async function move(dataDir: string, ...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const environment = { PATH: process.env['PATH'] ?? '' }
  return await promisify(execFile)(
    process.execPath,
    [...programArguments('move'), '--from', dataDir, '--to', target, ...args],
    { env: environment },
  ).then(
    ({ stdout, stderr }) => ({ code: 0, out: stdout, err: stderr }),
    (error: { code: number; stdout: string; stderr: string }) => ({
      code: error.code,
      out: error.stdout,
      err: error.stderr,
    }),
  )
}

t.test('everything is there afterwards, the guards are up, and it goes on', { skip }, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'precert-move-'))
  const dataDir = join(folder, 'data')
  const { determinationIds, revisions } = await lived(dataDir)
  await admin.query(`CREATE ROLE ${name} LOGIN CREATEROLE PASSWORD 'moves'`)
  await admin.query(`CREATE DATABASE ${name} OWNER ${name}`)
  t.teardown(async () => {
    await admin.query(`DROP DATABASE ${name} WITH (FORCE)`)
    await admin.query(`DROP ROLE ${name}`)
    await rm(folder, { recursive: true, force: true })
  })

  const nothing = await move(join(folder, 'nowhere'))
  t.match(nothing, { code: 2, err: /no embedded store/ })
  await mkdir(join(dataDir, 'spool'), { recursive: true })
  await writeFile(join(dataDir, 'spool', '1-000001.rows'), '{}\n')
  t.match(await move(dataDir), { code: 2, err: /not in the store yet/ })
  await rm(join(dataDir, 'spool'), { recursive: true })

  const tried = JSON.parse((await move(dataDir, '--dry-run', '--json')).out) as {
    outcome: string
    rows: number
  }
  t.match(tried, { outcome: 'would-move' })
  t.ok(tried.rows > 20)
  const moved = await move(dataDir, '--json')
  t.match(moved, { code: 0, err: '' })
  t.match(
    JSON.parse(moved.out),
    { outcome: 'moved', rows: tried.rows, log: { rows: 2, chains: 1 } },
    'the trial had written nothing',
  )
  t.match(await move(dataDir), { code: 2, err: /has something in it already/ })

  const database = await openDatabase({ databaseUrl: target, dataDir: '' })
  t.teardown(() => database.close())
  for (const [at, hash] of revisions) {
    const [tenant = '', revision = ''] = at.split(' ')
    t.equal(await hashOfRevision(database, tenant, Number(revision)), hash, at)
  }
  t.strictSame(
    (await listTenants(database)).map(({ tenantId }) => tenantId),
    ['north', 'public'],
  )
  const secret = parseInstallationKey(await readFile(join(dataDir, 'data.key'), 'utf8'))
  if (secret === undefined) return t.fail('no key')
  const snapshot = createSnapshot()
  await snapshot.load(database)
  const past = createPastRevisions(database, snapshot)
  const determinations = createDeterminations({
    database,
    seals: createSeals(database, installationKeyOf(secret)),
    log: noDecisionLog,
    snapshot,
    past,
  })
  const asker = { tenantId: 'public', callerId: 'x', channel: 'rest', requestId: 'x' } as const
  for (const id of determinationIds)
    t.match(await determinations.replay(asker, id, undefined), { identical: true }, id)

  const owner = openServer(target, { poolSize: 1 })
  const [guards] = await owner.query<{ fences: number; down: number }>(
    "SELECT (SELECT count(*)::int8 FROM pg_class WHERE relforcerowsecurity) AS fences, (SELECT count(*)::int8 FROM pg_trigger WHERE tgenabled <> 'O') AS down",
  )
  await owner.close()
  t.ok((guards?.fences ?? 0) >= 20 && guards?.down === 0, `every guard is up: ${JSON.stringify(guards)}`)
  await t.rejects(
    database.transaction(
      async (tx) => {
        await tx.query("UPDATE policy_revision SET description = 'x'")
      },
      { tenantId: 'public', role: 'writer' },
    ),
    'and history cannot be changed',
  )
  const next = await publishPacks(database, {
    tenantId: 'public',
    description: 'next',
    packs: [{ packId: 'example', content }],
  })
  t.ok(next.changed, 'policy goes on')
})

t.test('when something differs, or the way breaks, nothing is kept', { skip }, async (t) => {
  const other = `${name}_half`
  await admin.query(`CREATE DATABASE ${other}`)
  t.teardown(async () => {
    await admin.query(`DROP DATABASE ${other} WITH (FORCE)`)
  })
  const url = Object.assign(new URL(server), { pathname: `/${other}` }).href
  await (await openDatabase({ databaseUrl: url, dataDir: '' })).close()
  const folder = await mkdtemp(join(tmpdir(), 'precert-move-'))
  const dataDir = join(folder, 'data')
  await lived(dataDir)
  const [from, to] = [await openEmbedded(dataDir), openServer(url, { poolSize: 1 })]
  t.teardown(async () => {
    await from.close()
    await to.close()
    await rm(folder, { recursive: true, force: true })
  })
  let tables = 0
  await t.rejects(
    moveStore(from, to, {
      dryRun: false,
      onMoving: () => {
        if (++tables === 5) throw new Error('the way broke')
      },
    }),
    { message: 'the way broke' },
  )
  await t.resolves(
    moveStore(from, to, { dryRun: true, onMoving: () => {} }),
    'the target is as empty as before',
  )
  // A target that alters what it is given.
  await to.script("ALTER TABLE payer ADD COLUMN later text DEFAULT 'x'")
  await t.rejects(moveStore(from, to, { dryRun: false, onMoving: () => {} }), {
    message: /payer would not be the same/,
  })
  await t.resolves(moveStore(from, to, { dryRun: true, onMoving: () => {} }))
})
