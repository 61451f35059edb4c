// The key of an installation is changed: beside running processes, broken off at any point and run again, on both stores.
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { Client } from 'pg'
import t, { type Test } from 'tap'
import { isSignedCheckpoint, signCheckpoint } from '../../src/decision-log/signature.js'
import { createSeals } from '../../src/sealing/data-keys.js'
import {
  openInstallationKey,
  type InstallationKey,
  type KeySource,
} from '../../src/sealing/installation-key.js'
import { trustedSigners } from '../../src/sealing/key-changes.js'
import { rotateDataKey } from '../../src/sealing/rotate-data-key.js'
import { openDatabase, type Database } from '../../src/store/database/database.js'
import { keyChanges, keyInForce } from '../../src/store/keys/installation-key-changes.js'
import { createTenant } from '../../src/store/tables/tenants.js'
import { openMigratedMemory, prepareDataDir } from '../support/embedded.js'
import { programArguments } from '../support/program.js'

const newSecret = (): string => randomBytes(32).toString('base64')
const [first, second, third] = [newSecret(), newSecret(), newSecret()]

/** A process that was given these keys: what it knows from its start on. */
async function started(database: Database, given: string, previous?: string) {
  const source: KeySource = { given, previous, dataDir: 'memory://', store: database.kind }
  const key = await openInstallationKey(source, await keyInForce(database))
  return { key, seals: createSeals(database, key), source }
}

async function keepsWorking(t: Test, database: Database, tenants: readonly string[]): Promise<void> {
  const [one, two] = tenants as [string, string | undefined]
  const before = await started(database, first)
  const sealed = (await before.seals.of(one)).current.seal('log', Buffer.from('said before'))
  const both = await started(database, second, first)
  t.equal(
    both.key.name,
    before.key.name,
    'until the change the former key is in force, whoever has the new one',
  )
  await both.seals.of(one)

  t.match(await rotateDataKey(database, both.source, { dryRun: true }), { dataKeys: 1, wrappedAnew: 1 })
  t.equal(await keyInForce(database), undefined, 'a dry run changes nothing')
  t.match(await rotateDataKey(database, both.source), {
    dataKeys: 1,
    wrappedAnew: 1,
    former: before.key.name,
  })
  t.match(await rotateDataKey(database, both.source), { dataKeys: 1, wrappedAnew: 0 }, 'twice is once')

  const after = await started(database, second)
  const opened = (seals: typeof after.seals) => async (): Promise<string | undefined> => {
    const { current } = await seals.of(one)
    return current.open('log', sealed)?.toString()
  }
  t.equal(await opened(after.seals)(), 'said before', 'the new key alone opens what was sealed before')
  t.equal(await opened(before.seals)(), 'said before', 'a process that runs with the former key goes on')
  await t.rejects(
    started(database, first),
    /not the key of this store any more/,
    'and starts with it no more',
  )
  t.equal((await started(database, second, first)).key.name, after.key.name)
  if (two !== undefined) {
    await t.rejects(async () => await before.seals.of(two), /any more/, 'nor makes data keys')
    const made = (await both.seals.of(two)).current.keyId
    t.equal((await after.seals.of(two)).current.keyId, made, 'who has both wraps with the one in force')
  }
  await signsOn(t, database, before.key, after.key)

  await t.rejects(rotateDataKey(database, { ...after.source, given: third }), /DATA_KEY_PREVIOUS/)
  await t.rejects(
    rotateDataKey(database, { ...after.source, given: third, previous: newSecret() }),
    /neither DATA_KEY nor DATA_KEY_PREVIOUS is the key of this store/,
  )
  await t.rejects(rotateDataKey(database, { ...after.source, previous: second }), /one and the same key/)
  const last = await started(database, third, second)
  t.match(await rotateDataKey(database, last.source), { wrappedAnew: two === undefined ? 1 : 2 })
  const signers = trustedSigners((await started(database, third)).key.verifying, await keyChanges(database))
  t.equal(signers.size, 3, 'a second change leads back to the first key')
}

/** What either key signed counts for whoever trusts the new one; a change that somebody altered leads nowhere. */
async function signsOn(t: Test, database: Database, former: InstallationKey, now: InstallationKey) {
  const head = {
    tenantId: 'public',
    writerId: 'w',
    seq: 1,
    hash: 'h',
    at: '2026-01-01T00:00:00Z',
    closing: false,
  }
  const changes = await keyChanges(database)
  const signers = trustedSigners(now.verifying, changes)
  const [old, fresh] = [signCheckpoint(head, former), signCheckpoint(head, now)]
  t.ok(isSignedCheckpoint(old, signers) && isSignedCheckpoint(fresh, signers))
  t.notOk(isSignedCheckpoint({ ...old, seq: 2 }, signers))
  t.notOk(isSignedCheckpoint({ ...old, signer: now.name }, signers))
  const [change] = changes
  const stranger = (await openInstallationKey({ given: newSecret(), dataDir: '', store: 'server' })).verifying
  const theirs = stranger.export({ format: 'der', type: 'spki' }).toString('base64')
  const altered = changes.map((one) => (one === change ? { ...one, previousPublicKey: theirs } : one))
  t.strictSame([...trustedSigners(now.verifying, altered).keys()], [now.name])
  t.notOk(
    trustedSigners(former.verifying, changes).has(now.name),
    'the former key says nothing of the new one',
  )
}

t.test('beside running processes, on the embedded store', async (t) => {
  const database = await openMigratedMemory()
  t.teardown(async () => {
    await database.close()
  })
  await keepsWorking(t, database, ['public'])
})

t.test('a key file of an embedded store: broken off at each point, and started or run again', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'precert-rotate-'))
  const file = join(folder, 'data.key')
  const database = await openMigratedMemory()
  t.teardown(async () => {
    await database.close()
  })
  const source: KeySource = { file, dataDir: folder, store: 'embedded' }
  const open = async () => await openInstallationKey(source, await keyInForce(database))
  const before = await open()
  const { current } = await createSeals(database, before).of('public')
  const sealed = current.seal('log', Buffer.from('said'))
  const opens = async () =>
    (await createSeals(database, await open()).of('public')).current.open('log', sealed)?.toString()

  const broken: Database = { ...database, transaction: async () => await Promise.reject(new Error('killed')) }
  await t.rejects(rotateDataKey({ ...broken, query: database.query.bind(database) }, source))
  t.ok((await readdir(folder)).includes('data.key.next'), 'broken off before the store was changed')
  t.equal((await open()).name, before.name)
  t.equal(await opens(), 'said')
  const next = await readFile(`${file}.next`, 'utf8')

  const done = await rotateDataKey(database, source)
  t.equal(await readFile(file, 'utf8'), next, 'the next run takes the key that the first had made')
  t.equal((await stat(file)).mode & 0o777, 0o600)
  t.match(done, { former: before.name, wrappedAnew: 1, formerFile: `${file}.${before.name}` })
  t.equal((await open()).name, done.key)
  t.equal(await opens(), 'said')

  // Broken off after the store was changed and before the file was: as it lies then.
  const former = await readFile(done.formerFile ?? '', 'utf8')
  await writeFile(`${file}.next`, next)
  await writeFile(file, former)
  t.equal((await open()).name, done.key, 'a start ends what was begun')
  t.equal(await readFile(file, 'utf8'), next)
  t.notOk((await readdir(folder)).includes('data.key.next'))
  await writeFile(`${file}.next`, next)
  await writeFile(file, former)
  t.match(await rotateDataKey(database, source), { key: done.key, former: before.name, wrappedAnew: 0 })
  t.equal(await readFile(file, 'utf8'), next, 'and so does the command')
  t.equal(await opens(), 'said')
})

t.test('as a command, on an embedded store with its own key', async (t) => {
  const dataDir = join(await mkdtemp(join(tmpdir(), 'precert-rotate-')), 'data')
  await prepareDataDir(dataDir)
  await openInstallationKey({ dataDir, store: 'embedded' })
  const before = await readFile(join(dataDir, 'data.key'), 'utf8')
  t.match(await command({ DATA_DIR: dataDir }), {
    code: 0,
    out: /is in force in place of [^]*audit public-key/,
  })
  const after = await readFile(join(dataDir, 'data.key'), 'utf8')
  t.not(after, before)
  t.match(await command({ DATA_DIR: dataDir, DATA_KEY: newSecret() }), {
    code: 78,
    err: /^precert keys: [^\n]*DATA_KEY_PREVIOUS/,
  })
})

async function command(environment: Record<string, string>) {
  const child = spawn(process.execPath, [...programArguments('keys'), 'rotate-data-key'], {
    env: { PATH: process.env['PATH'] ?? '', ...environment },
  })
  const [out, err, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve) => child.once('close', resolve)),
  ])
  return { code, out, err }
}

const server = process.env['TEST_DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres'
const admin = new Client({ connectionString: server, connectionTimeoutMillis: 2000 })
const reachable = await admin.connect().then(
  () => true,
  () => false,
)

async function onOwnDatabase(work: (url: string, database: Database) => Promise<void>): Promise<void> {
  const name = `precert_rotate_${randomBytes(6).toString('hex')}`
  await admin.query(`CREATE DATABASE ${name}`)
  const url = Object.assign(new URL(server), { pathname: `/${name}` }).href
  const database = await openDatabase({ databaseUrl: url, dataDir: '' })
  try {
    await work(url, database)
  } finally {
    await database.close()
    await admin.query(`DROP DATABASE ${name} WITH (FORCE)`)
  }
}

if (reachable) {
  await t.test('beside running processes, on a server with two tenants', async (t) => {
    await onOwnDatabase(async (_, database) => {
      await createTenant(database, { tenantId: 'north', name: 'North' })
      await keepsWorking(t, database, ['public', 'north'])
    })
  })
  await t.test('killed in the middle of its transaction, the former key is in force', async (t) => {
    await onOwnDatabase(async (url, database) => {
      await createTenant(database, { tenantId: 'north', name: 'North' })
      const before = await started(database, first)
      const ids = [
        (await before.seals.of('public')).current.keyId,
        (await before.seals.of('north')).current.keyId,
      ]
      const holding = new Client({ connectionString: url })
      await holding.connect()
      // The keys of north come first, by their tenant; whoever holds that of public stops the command in between.
      await holding.query('BEGIN')
      await holding.query("SELECT FROM data_key WHERE tenant_id = 'public' FOR UPDATE")
      const environment = { DATABASE_URL: url, DATA_KEY: second, DATA_KEY_PREVIOUS: first }
      const child = spawn(process.execPath, [...programArguments('keys'), 'rotate-data-key'], {
        env: environment,
      })
      const ended = new Promise((resolve) => child.once('close', resolve))
      await waitsForLock(new URL(url).pathname.slice(1))
      child.kill('SIGKILL')
      await ended
      await holding.query('ROLLBACK')
      await holding.end()
      t.equal(await keyInForce(database), undefined)
      const again = await started(database, first)
      t.strictSame(
        [(await again.seals.of('public')).current.keyId, (await again.seals.of('north')).current.keyId],
        ids,
        'no data key was wrapped anew',
      )
      t.match(await command(environment), { code: 0, out: /^2 of 2 data keys were wrapped anew/ })
      t.match(await started(database, second), { key: { others: [] } })
    })
  })
} else if (process.env['CI'] === 'true' || process.env['TEST_DATABASE_URL'] !== undefined)
  t.fail(`no PostgreSQL at ${new URL(server).host}`)
else t.pass('NOT RUN on a server: none answers; set TEST_DATABASE_URL')
await admin.end().catch(() => {})

async function waitsForLock(database: string): Promise<void> {
  for (let tries = 0; tries < 3_000; tries++) {
    const { rowCount } = await admin.query(
      "SELECT FROM pg_stat_activity WHERE datname = $1 AND wait_event_type = 'Lock'",
      [database],
    )
    if ((rowCount ?? 0) > 0) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error('the command never waited for the row')
}
