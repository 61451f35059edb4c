// The database goes away in each way in which one can, under a service of its own: what is answered meanwhile, and when it is as before.
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { askOnce } from '../support/asked.js'
import { readWholeLog } from '../decision-log/found-log.js'
import { serviceOnLine, type ServiceOnLine } from '../support/service-line.js'
import type { Fault } from '../support/fault-line.js'

const { TEST_DATABASE_URL, CI } = process.env
const server = TEST_DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres'

async function started(
  t: Test,
  options: Parameters<typeof serviceOnLine>[1] = {},
): Promise<ServiceOnLine | undefined> {
  const on = await serviceOnLine(server, options)
  if (on !== undefined) return on
  if (CI === 'true' || TEST_DATABASE_URL !== undefined)
    t.fail(`no Postgres server answers at ${new URL(server).host}`)
  else t.pass('NOT RUN: no Postgres server answers; set TEST_DATABASE_URL')
  return undefined
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 300 && !(await holds()); tries++) await sleep(100)
}

const faults: readonly Fault[] = ['refuse', 'hold', 'half', 'reset', { delayMs: 5_000 }]
const named = (fault: Fault): string => (typeof fault === 'string' ? fault : 'slow')

t.test('recording first in the database: no answer without its row, and soon', async (t) => {
  const on = await started(t, { environment: { DECISION_LOG: 'db' } })
  if (on === undefined) return
  const { service, line, url, authorization, target } = on
  await service.ready()
  const answered: string[] = []
  const ask = async (
    more: Parameters<typeof askOnce>[2] = {},
  ): Promise<Awaited<ReturnType<typeof askOnce>>> => {
    const asked = await askOnce(url, authorization, more)
    if (asked.status === 200 && asked.determinationId !== undefined) answered.push(asked.determinationId)
    return asked
  }
  t.match(await ask(), { status: 200 })
  for (const fault of faults) {
    await line.set(fault)
    const [check, repeat, past, lookup, live, ready] = await Promise.all([
      ask(),
      ask({ headers: { 'idempotency-key': `key-${named(fault)}` } }),
      ask({ path: '/v1/payers?knownAt=2020-01-01T00:00:00Z' }),
      ask({ path: '/v1/payers' }),
      ask({ path: '/health/live' }),
      ask({ path: '/health/ready' }),
    ])
    t.match(check, { status: 503, code: 'log-unavailable', retryAfter: '2' }, `${named(fault)}: a check`)
    t.match(repeat, { status: 503, retryAfter: '2' }, `${named(fault)}: a check under a key`)
    t.match(
      past,
      { status: 503, code: 'store-unavailable', retryAfter: '2' },
      `${named(fault)}: what only the store knows`,
    )
    t.match([lookup.status, live.status, ready.status], [200, 200, 200], `${named(fault)}: what is in memory`)
    await line.set('pass')
    await until(async () => (await ask()).status === 200)
    t.equal(
      (await ask({ headers: { 'idempotency-key': `key-${named(fault)}` } })).status,
      200,
      `${named(fault)}: then as before`,
    )
  }
  t.equal(service.fell(), 0, 'the process stayed')
  const log = await target.look(async (db) => await readWholeLog(db, 'public'))
  t.strictSame(
    [answered.filter((id) => !log.ids.has(id)), log.doubled, log.faults],
    [[], [], []],
    'every answer is on record, once',
  )
  t.equal(await on.stop(), 0)
})

t.test('recording first in a spool: checks go on', async (t) => {
  const on = await started(t, {
    environment: { DECISION_LOG: 'spool', POLICY_MAX_UNCONFIRMED_MINUTES: '0.2' },
  })
  if (on === undefined) return
  const { service, line, url, authorization, target } = on
  await service.ready()
  const answered: string[] = []
  for (const fault of faults) {
    await line.set(fault)
    for (let asked = 0; asked < 5; asked++) {
      const { status, determinationId } = await askOnce(url, authorization)
      t.equal(status, 200, named(fault))
      answered.push(determinationId ?? '')
    }
    await line.set('pass')
  }
  const missing = async (): Promise<string[]> => {
    const { ids } = await target.look(async (db) => await readWholeLog(db, 'public'))
    return answered.filter((id) => !ids.has(id))
  }
  await until(async () => (await missing()).length === 0)
  t.strictSame(await missing(), [], 'every answer is in the store, later')

  await line.set('hold')
  t.equal((await askOnce(url, authorization)).status, 200)
  await until(async () => (await askOnce(url, authorization)).status !== 200)
  for (const path of ['/v1/authorization-checks', '/v1/payers', '/health/ready'])
    t.match(
      await askOnce(url, authorization, { path }),
      { status: 503, code: 'policy-unconfirmed', retryAfter: '2' },
      `${path}: not by a policy that nobody has confirmed for long`,
    )
  t.equal((await askOnce(url, authorization, { path: '/health/live' })).status, 200)
  await line.set('pass')
  await until(async () => (await askOnce(url, authorization)).status === 200)
  t.match(await askOnce(url, authorization), { status: 200 }, 'and by itself again')
  t.equal(service.fell(), 0)
  t.equal(await on.stop(), 0)
})

t.test('a start while the database is away: alive, not ready, and ready by itself', async (t) => {
  const on = await started(t, {
    before: async (line) => {
      await line.set('refuse')
    },
  })
  if (on === undefined) return
  const { service, line, url, authorization } = on
  await until(async () => (await askOnce(url, authorization, { path: '/health/live' })).status === 200)
  t.match(await askOnce(url, authorization, { path: '/health/ready' }), {
    status: 503,
    code: 'policy-not-loaded',
  })
  for (const path of ['/v1/authorization-checks', '/v1/payers', '/v1/determinations'])
    t.match(
      await askOnce(url, authorization, { path }),
      { status: 503, code: 'store-unavailable', retryAfter: '2' },
      path,
    )
  t.match(await askOnce(url, 'Bearer nobody'), { status: 503 }, 'nobody can tell who asks')
  t.match(await askOnce(url, authorization, { path: '/nowhere' }), { status: 404 })
  await line.set('pass')
  await service.ready()
  t.equal((await askOnce(url, authorization)).status, 200)
  t.equal((await askOnce(url, 'Bearer nobody')).status, 401)
  t.equal(service.fell(), 0)
  t.equal(await on.stop(), 0)
})
