// What would only wait is refused at once, and health is told all the same.
import { EventEmitter, once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { appOnPacks } from '../../scripts/app-on-packs.js'
import { noDecisionLog } from '../../src/decision-log/decision-log.js'
import { claim } from '../oracle/worked-example.js'

const check = { method: 'POST', url: '/v1/authorization-checks', payload: claim() } as const
const overloaded = { code: 'overloaded', status: 503, retryable: true }

t.test('beyond a number of requests at once', async (t) => {
  const going = new EventEmitter()
  const held = once(going, 'on')
  const { app } = await appOnPacks(() => '1', {
    pressure: { atOnce: 2 },
    decisionLog: {
      ...noDecisionLog,
      records: true,
      record: async () => {
        await held
      },
    },
  })
  t.teardown(() => app.close())
  const under = [app.inject(check), app.inject(check)]
  await sleep(100)
  const refused = await app.inject(check)
  t.match(refused.json(), overloaded)
  t.equal(refused.headers['retry-after'], '1')
  t.equal((await app.inject({ url: '/v1/payers' })).statusCode, 503, 'whatever it asks')
  for (const url of ['/health/live', '/health/ready'])
    t.equal((await app.inject({ url })).statusCode, 200, url)
  t.equal((await app.inject({ url: '/nowhere' })).statusCode, 404)
  going.emit('on')
  t.match(
    (await Promise.all(under)).map(({ statusCode }) => statusCode),
    [200, 200],
    'what was under way is answered',
  )
  await sleep(50)
  t.equal((await app.inject(check)).statusCode, 200, 'and then there is room')
})

t.test('whoever went away takes no place', async (t) => {
  const { app } = await appOnPacks(() => '1', {
    pressure: { atOnce: 1 },
    decisionLog: {
      ...noDecisionLog,
      records: true,
      record: async () => {
        await sleep(300)
      },
    },
  })
  t.teardown(() => app.close())
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  const ask = async (signal?: AbortSignal): Promise<number> =>
    (
      await fetch(`${url}/v1/authorization-checks`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(claim()),
        ...(signal === undefined ? {} : { signal }),
      })
    ).status
  for (let round = 0; round < 3; round++) {
    await t.rejects(ask(AbortSignal.timeout(100)))
    await sleep(50)
  }
  await sleep(300)
  t.equal(await ask(), 200)
})

t.test('while the event loop is late', async (t) => {
  const { app } = await appOnPacks(() => '1', { pressure: { loopDelayMs: 100 } })
  t.teardown(() => app.close())
  const until = performance.now() + 4_000
  const hog = setInterval(() => {
    const end = performance.now() + 600
    while (performance.now() < end) {
      /* what somebody's computation does */
    }
    if (performance.now() > until) clearInterval(hog)
  }, 1)
  await sleep(3_000)
  t.match((await app.inject(check)).json(), overloaded)
  t.equal((await app.inject({ url: '/health/live' })).statusCode, 200)
  for (let tries = 0; tries < 100 && (await app.inject(check)).statusCode !== 200; tries++) await sleep(100)
  t.equal((await app.inject(check)).statusCode, 200, 'and goes on by itself')
})

t.test('while the heap is nearly full', async (t) => {
  const { app } = await appOnPacks(() => '1', { pressure: { heapBytes: 1 } })
  t.teardown(() => app.close())
  await sleep(600)
  t.match((await app.inject(check)).json(), overloaded)
  t.equal((await app.inject({ url: '/health/ready' })).statusCode, 200)
})
