// What docs/operate/operations.md says of backing up and restoring, done: what was recorded is whole, readable and answered alike in the copy, and the copy goes on.
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { cp, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import t, { type Test } from 'tap'
import { performAudit as audit } from '../../src/commands/audit/actions.js'
import type { InstallationKey } from '../../src/sealing/installation-key.js'
import { openDatabase, type Database } from '../../src/store/database/database.js'
import { openServer } from '../../src/store/database/server.js'
import { claim, content } from '../oracle/worked-example.js'
import { prepareDataDir } from '../support/embedded.js'
import { recordedService } from '../support/recorded.js'

const server = process.env['TEST_DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres'
const admin = openServer(server)
const reachable = await admin.query('SELECT 1').then(
  () => true,
  () => false,
)
const hasTools =
  spawnSync('pg_dump', ['--version']).status === 0 && spawnSync('pg_restore', ['--version']).status === 0
t.teardown(() => admin.close())
const inCi = process.env['CI'] !== undefined

interface Recorded {
  readonly key: InstallationKey
  readonly determinationId: string
}

/** Asks five times; answers what was recorded last. */
async function record(database: Database): Promise<Recorded> {
  const service = await recordedService(content, { database })
  let determinationId = ''
  for (let at = 0; at < 5; at++) {
    const answer = await service.app.inject({
      method: 'POST',
      url: '/v1/authorization-checks',
      payload: claim({}, {}),
    })
    determinationId = answer.json<{ determinationId: string }>().determinationId
  }
  await service.close()
  return { key: service.key, determinationId }
}

const urlOf = (name: string): string => Object.assign(new URL(server), { pathname: `/${name}` }).href

const nowhere = new Writable({
  write(_chunk, _encoding, done) {
    done()
  },
})

async function holds(t: Test, database: Database, { key }: Recorded, rows: number): Promise<void> {
  const parts = { database, key: async () => key, tenants: ['public'], out: nowhere, onProgress: () => {} }
  const manner = { json: true, tenantId: undefined }
  t.match(
    await audit({ action: 'verify', ...manner, publicKeyFile: undefined, checkpointsFile: undefined }, parts),
    { good: true, fields: { outcome: 'whole', rows, unsignedRows: 0 } },
  )
  t.match(await audit({ action: 'replay', ...manner, from: undefined, to: undefined }, parts), {
    good: true,
    fields: { replayed: 5, identical: 5 },
  })
  await t.resolves(
    database.transaction(
      async (tx) => {
        await tx.query(
          "INSERT INTO policy_revision (revision, description, content_hash) SELECT max(revision) + 1, 'goes on', 'x' FROM policy_revision",
        )
      },
      { tenantId: 'public', role: 'writer' },
    ),
    'and policy goes on in it',
  )
}

t.test('a folder of the embedded store is copied while nothing runs on it', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'precert-backup-'))
  const dataDir = join(folder, 'data')
  await prepareDataDir(dataDir)
  const live = await openDatabase({ dataDir })
  const recorded = await record(live)
  await live.close()
  await cp(dataDir, join(folder, 'copy'), { recursive: true })
  const copy = await openDatabase({ dataDir: join(folder, 'copy') })
  await holds(t, copy, recorded, 5)
  await copy.close()
})

t.test(
  'a database is dumped while it serves, and restored into another',
  { skip: (reachable && hasTools) || inCi ? false : 'no PostgreSQL with pg_dump and pg_restore here' },
  async (t) => {
    const [from, to] = [0, 1].map(() => `precert_backup_${randomBytes(6).toString('hex')}`) as [
      string,
      string,
    ]
    await admin.query(`CREATE DATABASE ${from}`)
    await admin.query(`CREATE DATABASE ${to}`)
    t.teardown(async () => {
      for (const name of [from, to]) await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
    })
    const live = await openDatabase({ databaseUrl: urlOf(from), dataDir: '' })
    const recorded = await record(live)
    const file = join(await mkdtemp(join(tmpdir(), 'precert-backup-')), 'precert.dump')
    const run = (command: string, ...args: string[]) => {
      const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' })
      t.equal(status, 0, `${command}: ${stderr}`)
    }
    run('pg_dump', '--format=custom', `--file=${file}`, urlOf(from))
    await live.close()
    run('pg_restore', '--exit-on-error', '--no-owner', `--dbname=${urlOf(to)}`, file)
    const restored = await openDatabase({ databaseUrl: urlOf(to), dataDir: '' })
    await holds(t, restored, recorded, 5)
    await restored.close()
  },
)
