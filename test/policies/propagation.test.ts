// One process publishes and another serves: how it gets to know, on both stores, and what a caller can ask of it meanwhile.
import { randomBytes } from 'node:crypto'
import t, { type Test } from 'tap'
import { sharedLoop } from '../../scripts/app-on-packs.js'
import { openAccess } from '../../src/access/access.js'
import { buildApp } from '../../src/process/app.js'
import { createCheck } from '../../src/check.js'
import type { PolicyContent } from '../../src/decision/shapes/policy.js'
import { createLog } from '../../src/process/log.js'
import { followRevisions, type Following } from '../../src/policies/loaded/follow-revisions.js'
import { createSnapshot, type Snapshot } from '../../src/policies/loaded/snapshot.js'
import type { Database } from '../../src/store/database/database.js'
import { migrate } from '../../src/store/database/migrate.js'
import { publishPacks } from '../../src/store/publishing/publish.js'
import { openServer } from '../../src/store/database/server.js'
import { claim, content } from '../oracle/worked-example.js'
import { openMigratedMemory } from '../support/embedded.js'
import { openFaultLine } from '../support/fault-line.js'

const { TEST_DATABASE_URL, CI } = process.env
const server = TEST_DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres'
const never = 1_000_000 // ms; no look but those that are asked for
const route = '/v1/authorization-checks'

let names = 0
const renamed = (): PolicyContent => ({
  ...content,
  payers: content.payers.map((payer) => ({ ...payer, name: `Name ${++names}` })),
})
const publish = async (on: Database): Promise<number> =>
  (
    await publishPacks(on, {
      tenantId: 'public',
      description: 'a test',
      packs: [{ packId: 'example', content: renamed() }],
    })
  ).revision

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 1_000 && !holds(); tries++)
    await new Promise((resolve) => setTimeout(resolve, 10))
}

interface Serving {
  readonly snapshot: Snapshot
  readonly following: Following
  readonly ask: (
    minimum?: string,
    url?: string,
  ) => Promise<{
    status: number
    revision?: number
    code?: string
    errors?: object[]
    retryAfter?: string | undefined
  }>
  readonly stop: () => Promise<void>
}

/** What a process does with policy, in this one. */
async function serve(database: Database, intervalMs = never): Promise<Serving> {
  const snapshot = createSnapshot()
  await snapshot.load(database)
  const following = followRevisions(database, snapshot, createLog('silent'), { intervalMs })
  const app = await buildApp({
    snapshot,
    check: createCheck({ snapshot }),
    atLeast: following.atLeast,
    log: createLog('silent'),
    access: openAccess,
    pressure: sharedLoop,
  })
  return {
    snapshot,
    following,
    async ask(minimum, url = route) {
      const {
        statusCode: status,
        headers,
        body,
      } = await app.inject({
        ...(url === route ? { method: 'POST', payload: claim() } : { method: 'GET' }),
        url,
        headers: minimum === undefined ? {} : { 'if-policy-revision-at-least': minimum },
      })
      const {
        policyRevision: revision,
        code,
        errors,
      } = JSON.parse(body) as { policyRevision: number; code: string; errors: object[] }
      return { status, revision, code, errors, retryAfter: headers['retry-after'] }
    },
    stop: async () => {
      await app.close()
      await following.stop()
    },
  }
}

/** What holds on every store; `here` is where it is served from and `there` where it is published. */
async function contract(t: Test, here: Database, there: Database): Promise<void> {
  await publish(there)
  const serving = await serve(here)
  const { snapshot, following, ask } = serving
  await until(following.isListening)

  await t.test(
    'what is published is served when the store tells of it, without a look at the clock',
    async (t) => {
      for (let round = 0; round < 3; round++) {
        const revision = await publish(there)
        await until(() => snapshot.current()?.revision === revision)
        t.equal((await ask()).revision, revision)
      }
    },
  )
  await t.test('a revision that is asked for at the moment it is made is waited for', async (t) => {
    for (let round = 0; round < 5; round++) {
      const revision = await publish(there)
      t.match(await ask(String(revision)), { status: 200, revision })
    }
  })
  await t.test('what is not served is refused, whether it is there or not', async (t) => {
    const served = snapshot.current()?.revision ?? 0
    for (const minimum of [0, 1, served])
      t.match(await ask(String(minimum)), { status: 200, revision: served }, `${minimum} of ${served}`)
    t.match(await ask(String(served + 1)), {
      status: 503,
      code: 'policy-revision-not-served',
      retryAfter: '1',
    })
    t.match(
      (await Promise.all(Array.from({ length: 50 }, async () => await ask('999999999999999')))).map(
        ({ status }) => status,
      ),
      Array.from({ length: 50 }, () => 503),
    )
    t.match(await ask(), { status: 200, revision: served }, 'who asks for nothing gets what is there')
  })
  await t.test('what is no revision is refused', async (t) => {
    for (const minimum of ['', 'seven', '-1', '1.5', '07', '1e3', '+1', '1, 2', '"1"', '1000000000000000']) {
      t.match(
        await ask(minimum),
        {
          status: 400,
          code: 'invalid-request',
          errors: [{ in: 'header', pointer: '/if-policy-revision-at-least' }],
        },
        minimum,
      )
    }
  })
  await t.test('reads of policy take it too', async (t) => {
    t.match(await ask('1', '/v1/payers'), { status: 200 })
    t.match(await ask('999', '/v1/payers'), { status: 503, code: 'policy-revision-not-served' })
    t.match(await ask('x', '/v1/payers'), { status: 400 })
  })
  await t.test('of two loads at once the older one takes nothing away', async (t) => {
    // The first one has read which revision is the newest, and is held up before it reads that.
    let goOn = (): void => {}
    const held = new Promise<void>((resolve) => {
      goOn = resolve
    })
    let times = 0
    const slow: Database = {
      ...here,
      kind: here.kind,
      query: here.query.bind(here),
      script: here.script.bind(here),
      listen: here.listen.bind(here),
      close: here.close.bind(here),
      transaction: async (work, options) => {
        if (++times === 2) await held
        return await here.transaction(work, options)
      },
    }
    await publish(there)
    const both = createSnapshot()
    const first = both.load(slow)
    await until(() => times === 2)
    const revision = await publish(there)
    await both.load(here)
    goOn()
    await first
    t.equal(both.current()?.revision, revision)
  })
  await serving.stop()
}

t.test('on the embedded store', async (t) => {
  const database = await openMigratedMemory()
  t.teardown(async () => {
    await database.close()
  })
  await contract(t, database, database)
})

t.test('on a server', async (t) => {
  const admin = openServer(server)
  t.teardown(async () => {
    await admin.close()
  })
  if (
    !(await admin.query('SELECT 1').then(
      () => true,
      () => false,
    ))
  ) {
    if (CI === 'true' || TEST_DATABASE_URL !== undefined)
      t.fail(`no Postgres server answers at ${new URL(server).host}`)
    else t.pass('NOT RUN on a server: none answers; set TEST_DATABASE_URL')
    return
  }
  const name = `precert_test_${randomBytes(6).toString('hex')}`
  await admin.query(`CREATE DATABASE ${name}`)
  const own = Object.assign(new URL(server), { pathname: `/${name}` })
  const line = await openFaultLine(own.hostname, Number(own.port || 5432))
  const owner = openServer(own.href)
  await migrate(owner)
  await owner.close()
  const there = openServer(own.href, { asApplication: true })
  const here = openServer(
    Object.assign(new URL(own), { hostname: '127.0.0.1', port: String(line.port) }).href,
    { asApplication: true },
  )
  t.teardown(async () => {
    await Promise.all([here.close(), there.close()])
    await line.close()
    await admin.query(`DROP DATABASE ${name} WITH (FORCE)`)
  })
  await contract(t, here, there)

  await t.test('where notifications are lost it is found by looking, and by asking', async (t) => {
    const serving = await serve(here, 200)
    await until(serving.following.isListening)
    await line.set('lose', (sent) => /LISTEN/.test(sent))
    const revision = await publish(there)
    await until(() => serving.snapshot.current()?.revision === revision)
    t.equal(serving.snapshot.current()?.revision, revision, 'found by looking')
    await serving.stop()
    await line.set('pass')
    const asked = await serve(here)
    await until(asked.following.isListening)
    await line.set('lose', (sent) => /LISTEN/.test(sent))
    const next = await publish(there)
    t.equal((await asked.ask()).revision, revision, 'it does not know yet')
    t.match(await asked.ask(String(next)), { status: 200, revision: next }, 'the one who asks gets it')
    await line.set('pass')
    await asked.stop()
  })
  await t.test('a connection that breaks is opened again, and what was missed is read', async (t) => {
    const serving = await serve(here)
    await until(serving.following.isListening)
    await line.set('reset', (sent) => /LISTEN/.test(sent))
    await until(() => !serving.following.isListening())
    const revision = await publish(there)
    t.not(serving.snapshot.current()?.revision, revision)
    await line.set('pass')
    await until(() => serving.snapshot.current()?.revision === revision)
    t.equal(serving.snapshot.current()?.revision, revision)
    await serving.stop()
  })
  await t.test('a store that does not answer is waited for no longer than a second', async (t) => {
    const serving = await serve(here)
    await until(serving.following.isListening)
    const revision = await publish(there)
    await until(() => serving.snapshot.current()?.revision === revision)
    await line.set('hold')
    t.match(await serving.ask(String(revision + 1)), { status: 503, code: 'policy-revision-not-served' })
    t.match(await serving.ask(String(revision)), { status: 200, revision })
    await line.set('pass')
    await serving.stop()
  })
})
