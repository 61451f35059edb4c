import { randomBytes } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { clockDifference } from '../../src/store/database/clock.js'
import type { Database } from '../../src/store/database/database.js'
import { migrate } from '../../src/store/database/migrate.js'
import { loadPolicyContent } from '../../src/store/tables/policy-content.js'
import { publishPacks } from '../../src/store/publishing/publish.js'
import { currentRevision } from '../../src/store/tables/revisions.js'
import { openServer } from '../../src/store/database/server.js'
import { openFaultLine } from '../support/fault-line.js'
import { storeContract } from './contract.js'
import { emptied } from './emptied.js'
import { everything, nothing, withoutLayers } from './sample.js'

const { TEST_DATABASE_URL, CI } = process.env
const url = TEST_DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres'
const admin = openServer(url)
const reachable = await admin.query('SELECT 1').then(
  () => true,
  () => false,
)

if (reachable) {
  await onOwnDatabase()
} else if (CI === 'true' || TEST_DATABASE_URL !== undefined) {
  t.fail(`no Postgres server answers at ${new URL(url).host}`)
} else {
  t.pass(
    'NOT RUN on a server: none answers at 127.0.0.1:5432; set TEST_DATABASE_URL to run the store contract on yours',
  )
}
await admin.close()

async function onOwnDatabase(): Promise<void> {
  const name = `precert_test_${randomBytes(6).toString('hex')}`
  // The owner of the tables is no superuser, whom row-level security would not hold: so is everything proved that rests on it.
  const own = Object.assign(new URL(url), {
    pathname: `/${name}`,
    username: name,
    password: randomBytes(12).toString('hex'),
  })
  await admin.query(`CREATE ROLE ${name} LOGIN PASSWORD '${own.password}'`)
  await admin.query(`CREATE DATABASE ${name} OWNER ${name}`)
  try {
    // A server that is set up to write dates in another order must not change how they are read.
    await admin.query(`ALTER DATABASE ${name} SET datestyle = 'SQL, DMY'`)
    await admin.query(`ALTER DATABASE ${name} SET timezone = 'Asia/Kolkata'`)
    await t.test('who may not make roles is told what an administrator runs once', async (t) => {
      const owner = openServer(own.href)
      await t.rejects(migrate(owner), {
        code: 'migration-not-permitted',
        message: new RegExp(
          `let an administrator run once, on this server: .*GRANT precert_app.* TO ${name}`,
        ),
      })
      await owner.close()
      for (const role of ['precert_app', 'precert_access', 'precert_writer']) {
        await admin.query(`CREATE ROLE ${role} NOLOGIN`).catch((error: { code?: string }) => {
          t.equal(error.code, '42710', `${role} is there`)
        })
        await admin.query(`GRANT ${role} TO ${name}`)
      }
    })
    const owners = [openServer(own.href), openServer(own.href)]
    const applied = await Promise.all(owners.map(async (owner) => await migrate(owner)))
    await Promise.all(
      owners.map(async (owner) => {
        await owner.close()
      }),
    )
    const [db, other] = [
      openServer(own.href, { asApplication: true }),
      openServer(own.href, { asApplication: true }),
    ]
    t.equal(
      applied.flat().length,
      new Set(applied.flat()).size,
      'two starters at once apply each migration once',
    )
    await storeContract(t, db)
    await t.test(
      'a migration does not make others wait for a table',
      async (t) => await migrationWaits(t, own.href, db),
    )
    await t.test('the clock of this server is that of this machine, or nearly', async (t) => {
      t.ok(Math.abs(await clockDifference(db)) < 60_000)
    })
    await t.test('two publishers at once do not mix', async (t) => await twoPublishers(t, db, other))
    await t.test('a connection that is killed ends nothing else', async (t) => await killed(t, own.href))
    await t.test('silence is not waited for', async (t) => await blackHole(t, own.href))
    await t.test('no statement is waited for without end', async (t) => await slow(t, own.href))
    await Promise.all([db.close(), other.close()])
    await db.close()
  } finally {
    await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
    await admin.query(`DROP ROLE ${name}`)
  }
}

/** Somebody reads a table for long, which a migration wants to change: others read on meanwhile, and it is applied once the table is free. */
async function migrationWaits(t: Tap, own: string, db: Database): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'precert-migrations-'))
  await writeFile(
    join(folder, '901-add-column.sql'),
    'ALTER TABLE payer ADD COLUMN added_later text; ALTER TABLE payer DROP COLUMN added_later',
  )
  const owner = openServer(own)
  // A clock of its own, that goes on by a second at each look: the limit is one of time, however quick a try is.
  let seconds = 0
  const quick = { lockMs: 200, pauseMs: 50, now: () => 1_000 * seconds++ }
  const signals = new EventEmitter()
  const [reading, freed] = [once(signals, 'reading'), once(signals, 'free')]
  const holder = owner.transaction(
    async (tx) => {
      await tx.query('SELECT count(*) FROM payer')
      signals.emit('reading')
      await freed
    },
    { timeoutMs: 20_000 },
  )
  await reading
  await t.rejects(migrate(owner, folder, { ...quick, longestMs: 3_000 }), {
    code: 'migration-waits',
    message: /901-add-column.sql .* waited for 3 seconds/,
  })
  t.equal(seconds, 4, 'tried until the time was over')
  const applied = migrate(owner, folder, { ...quick, longestMs: 400_000 })
  for (let read = 0; read < 5; read++) {
    await t.resolves(
      db.query('SELECT count(*) FROM payer'),
      'a read that comes later gets its turn, within its own time limit',
    )
    await new Promise((resolve) => setTimeout(resolve, 60))
  }
  signals.emit('free')
  await holder
  t.same(await applied, ['901-add-column.sql'], 'and it is applied in the end')
  await owner.close()
}

async function twoPublishers(t: Tap, db: Database, other: Database): Promise<void> {
  const contents = [everything, { ...everything, plans: [], codeSets: [] }]
  const publish = async (on: Database, round: number): Promise<number> =>
    (
      await publishPacks(on, {
        tenantId: 'public',
        description: String(round % 2),
        packs: [{ packId: 'pack', content: contents[round % 2] ?? nothing }],
      })
    ).revision
  const base = await emptied(db)
  for (let round = 0; round < 20; round++) await Promise.all([publish(db, round), publish(other, round + 1)])
  const revisions = await db.query<{ revision: number; description: string }>(
    "SELECT revision, description FROM policy_revision WHERE tenant_id = 'public' AND revision > $1 ORDER BY revision",
    [base],
  )
  t.ok(revisions.length >= 20, `${revisions.length} revisions`)
  for (const { revision, description } of revisions) {
    t.strictSame(
      withoutLayers((await loadPolicyContent(db, { tenantId: 'public', revision })).content),
      contents[Number(description)],
      `revision ${revision} is whole`,
    )
  }
  const newest = await currentRevision(db, 'public')
  const based = await Promise.allSettled(
    [db, other].map(
      async (on, round) =>
        await publishPacks(on, {
          tenantId: 'public',
          description: '',
          packs: [
            {
              packId: 'pack',
              content: { ...everything, payers: [], codeSets: contents[round]?.codeSets ?? [] },
            },
          ],
          expectedRevision: newest,
        }),
    ),
  )
  t.match(
    based.map((result) => result.status).sort(),
    ['fulfilled', 'rejected'],
    'of two that start from one revision, one wins',
  )
  t.match(
    based.find((result) => result.status === 'rejected'),
    { reason: { code: 'revision-moved' } },
  )
}

async function backend(on: Pick<Database, 'query'>): Promise<number> {
  return (await on.query<{ pid: number }>('SELECT pg_backend_pid() AS pid'))[0]!.pid
}

async function kill(pid: number): Promise<void> {
  await admin.query('SELECT pg_terminate_backend($1)', [pid])
}

async function killed(t: Tap, own: string): Promise<void> {
  const errors: Error[] = []
  const victim = openServer(own, { poolSize: 2, onConnectionError: (error) => errors.push(error) })
  await t.rejects(
    victim.transaction(async (tx) => {
      await kill(await backend(tx))
      await new Promise((resolve) => setTimeout(resolve, 100))
      await tx.query('SELECT 1')
    }),
    'killed while checked out',
  )
  await kill(await backend(victim))
  await new Promise((resolve) => setTimeout(resolve, 100))
  t.ok(errors.length >= 2, 'both were told')
  t.strictSame(await victim.query('SELECT 1 AS one'), [{ one: 1 }], 'and replaced')
  t.match(victim.connections?.(), { open: 1, idle: 1, waiting: 0, most: 2 })
  await victim.close()
}

async function slow(t: Tap, own: string): Promise<void> {
  const db = openServer(own, { statementTimeoutMs: 200 })
  await t.rejects(db.query('SELECT pg_sleep(5)'), { code: '57014' })
  await t.rejects(
    db.transaction(async (tx) => await tx.query('SELECT pg_sleep(5)')),
    { code: '57014' },
  )
  t.strictSame(
    await db.transaction(async (tx) => await tx.query('SELECT 1 AS one FROM pg_sleep(0.9)'), {
      timeoutMs: 5_000,
    }),
    [{ one: 1 }],
    'a transaction may take longer',
  )
  await t.rejects(db.query('SELECT pg_sleep(5)'), { code: '57014' }, 'and the limit holds again afterwards')
  await t.rejects(
    db.statement('SELECT pg_sleep(5)', [], { timeoutMs: 5_000 }),
    { code: '57014' },
    'nor does a statement alone',
  )
  t.equal(db.connections?.().open, 1, 'a connection that answered stays open')
  await db.close()
}

async function blackHole(t: Tap, own: string): Promise<void> {
  const { hostname, port } = new URL(own)
  const line = await openFaultLine(hostname, Number(port || 5432))
  const through = new URL(own)
  through.hostname = '127.0.0.1'
  through.port = String(line.port)
  const db = openServer(through.href, { poolSize: 1, connectionTimeoutMs: 300, statementTimeoutMs: 200 })
  const within = async (ms: number, work: Promise<unknown>, what: string): Promise<void> => {
    const started = performance.now()
    await t.rejects(work, what)
    t.ok(performance.now() - started < ms, `${what}, in time`)
  }
  const one = async (): Promise<unknown> => await db.query('SELECT 1 AS one')
  for (const [what, work] of [
    ['a query', one],
    ['a transaction', async () => await db.transaction(async (tx) => await tx.query('SELECT 2'))],
    ['a statement alone', async () => await db.statement('SELECT 2', [], { timeoutMs: 200 })],
  ] as const) {
    t.strictSame(await one(), [{ one: 1 }])
    await line.set('lose')
    await within(4_000, work(), `${what} into silence fails`)
    await within(2_000, one(), 'a new connection into silence fails')
    await line.set('pass')
    t.strictSame(await one(), [{ one: 1 }], 'healed, the pool works again')
  }
  t.strictSame(
    await db
      .transaction(async (tx) => {
        const before = await tx.query('SELECT 1 AS one')
        await line.set('lose')
        await t.rejects(tx.query('SELECT 2'), { message: /timeout/ })
        await line.set('pass')
        return before
      })
      .catch(() => 'rejected'),
    'rejected',
    'a transaction that lost a statement does not commit',
  )
  t.strictSame(await one(), [{ one: 1 }])
  await line.set('lose')
  await t.rejects(db.statement('SELECT 2', [], { timeoutMs: 200 }), { message: /timeout/ })
  await line.set('pass')
  t.strictSame(await one(), [{ one: 1 }], 'nobody gets a connection that still owes an answer')
  await db.close()
  await line.close()
}

type Tap = Parameters<typeof storeContract>[0]
