import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import t from 'tap'
import { migrate } from '../../src/store/database/migrate.js'
import { openServer } from '../../src/store/database/server.js'
import { aCheck } from '../protocols/requests.js'
import { aProcess, atTheSameMoment, callers, repeatsContract } from './contract.js'
import { scriptArguments } from '../support/program.js'

const { TEST_DATABASE_URL, CI } = process.env
const url = TEST_DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres'
const admin = openServer(url)
const reachable = await admin.query('SELECT 1').then(
  () => true,
  () => false,
)

await t.test(
  'a server that is not there: 503 in time for what carries a key, and for nothing else',
  async (t) => {
    const nowhere = openServer('postgres://nobody@127.0.0.1:1/none')
    const { app, send, decided } = await aProcess(nowhere)
    t.teardown(async () => {
      await app.close()
      await nowhere.close()
    })
    const started = performance.now()
    t.match(await send({ key: 'k' }), { status: 503, code: 'store-unavailable' })
    t.ok(performance.now() - started < 2_500)
    t.equal(decided(), 0)
    t.equal((await send({})).status, 200)
  },
)

if (reachable) await onOwnDatabase()
else if (CI === 'true' || TEST_DATABASE_URL !== undefined)
  t.fail(`no Postgres server answers at ${new URL(url).host}`)
else t.pass('NOT RUN on a server: none answers at 127.0.0.1:5432')
await admin.close()

async function onOwnDatabase(): Promise<void> {
  const name = `precert_repeats_${randomBytes(6).toString('hex')}`
  await admin.query(`CREATE DATABASE ${name}`)
  const own = Object.assign(new URL(url), { pathname: `/${name}` }).href
  try {
    const [one, two] = [openServer(own), openServer(own)]
    await migrate(one)
    await repeatsContract(t, one)
    await t.test(
      'two processes, 50 requests at the same moment',
      async (t) => await atTheSameMoment(t, one, two),
    )
    await t.test('a holder that is killed', async (t) => await killedHolder(t, own))
    await Promise.all([one.close(), two.close()])
  } finally {
    await admin.query(`DROP DATABASE ${name} WITH (FORCE)`)
  }
}

async function killedHolder(t: Parameters<typeof repeatsContract>[0], own: string): Promise<void> {
  const request = {
    tenantId: 'public',
    callerId: `key:${callers.one.stored.keyId}`,
    key: 'killed',
    asked: { route: '/v1/authorization-checks', query: {}, body: aCheck() },
  }
  const database = openServer(own)
  const { app, send } = await aProcess(database)
  t.teardown(async () => {
    await app.close()
    await database.close()
  })
  const child = spawn(
    process.execPath,
    [...scriptArguments('test/repeats/hold-key.child.ts'), own, '4', JSON.stringify(request)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  t.teardown(() => {
    child.kill('SIGKILL')
  })
  await once(child.stdout, 'data')
  const held = performance.now()
  child.kill('SIGKILL')
  await once(child, 'exit')
  t.match(await send({ key: 'killed' }), { status: 409, code: 'request-in-progress' }, 'its lease goes on')
  let answer = await send({ key: 'killed' })
  while (answer.status === 409) {
    await new Promise((resolve) => setTimeout(resolve, Number(answer.wait) * 1_000))
    answer = await send({ key: 'killed' })
  }
  const took = performance.now() - held
  t.match(answer, { status: 200, replayed: undefined })
  t.ok(took > 3_000, `taken over after ${Math.round(took)} ms of a lease of 4 s`)
  t.equal((await send({ key: 'killed' })).text, answer.text)
}
