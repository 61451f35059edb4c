import type { InjectOptions } from 'fastify'
import t from 'tap'
import { appOnPacks } from '../../scripts/app-on-packs.js'
import { openAccess } from '../../src/access/access.js'
import { TokenBuckets } from '../../src/access/token-buckets.js'
import { aCheck } from '../protocols/requests.js'
import { accessWith, aKey } from './credentials.js'

let clock = 0 // ms
const [one, other] = [
  aKey({ scopes: ['checks:write', 'policies:read'] }),
  aKey({ scopes: ['checks:write', 'policies:read'] }),
]
const { access } = accessWith([one.stored, other.stored], [])
const limited = await appOnPacks(() => '1', {
  access,
  limits: { linesPerMinute: 60, failuresPerMinute: 3, now: () => clock },
})
t.teardown(() => limited.app.close())

const check = (lines: number, key = one.key): InjectOptions => ({
  method: 'POST',
  url: '/v1/authorization-checks',
  headers: { authorization: `Bearer ${key}` },
  payload: {
    ...aCheck(),
    serviceLines: Array.from({ length: lines }, (_, at) => ({
      ...aCheck().serviceLines[0],
      lineNumber: at + 1,
    })),
  },
})
const ask = async (request: InjectOptions) => {
  const { statusCode, headers, body } = await limited.app.inject(request)
  return {
    status: statusCode,
    standing: headers.ratelimit,
    policy: headers['ratelimit-policy'],
    wait: headers['retry-after'],
    body,
  }
}

t.test(
  'a request costs its lines; what is left is told; beyond it 429 says when to come again',
  async (t) => {
    t.match(await ask(check(1)), { status: 200, policy: '"lines";q=60;w=60', standing: '"lines";r=59;t=1' })
    t.match(await ask(check(50)), { status: 200, standing: '"lines";r=9;t=51' })
    const refused = await ask(check(20))
    t.match(refused, { status: 429, wait: '11', standing: '"lines";r=9;t=51' })
    t.match(JSON.parse(refused.body), { code: 'too-many-requests', retryable: true, errors: [] })
    t.match(
      await ask({ url: '/v1/plans', headers: { authorization: `Bearer ${one.key}` } }),
      { status: 200, standing: '"lines";r=8;t=52' },
      'a read costs one',
    )
    t.match(
      await ask(check(1, other.key)),
      { status: 200, standing: '"lines";r=59;t=1' },
      'another credential has its own',
    )
  },
)

t.test('after as long as was said it is answered', async (t) => {
  clock += 10_999
  t.equal((await ask(check(20))).status, 429, 'the read has cost one since')
  clock += 1_001
  t.equal((await ask(check(20))).status, 200)
  t.equal((await ask(check(1))).status, 429)
  clock += 999
  t.equal((await ask(check(1))).status, 429)
  clock += 1
  t.match(await ask(check(1)), { status: 200, standing: '"lines";r=0;t=60' })
})

t.test(
  'more lines than a minute holds are answered when the bucket is full, and paid for afterwards',
  async (t) => {
    clock += 60_000
    t.equal((await ask(check(200, other.key))).status, 200)
    t.match(await ask(check(1, other.key)), { status: 429, wait: '141' })
    const direct = new TokenBuckets(60, () => clock)
    t.equal(direct.take('x', 200), 0)
    t.equal(direct.take('x', 1), 141)
    t.match(direct.balance('x'), { left: 0, fullIn: 200 })
  },
)

t.test('failures are limited by address, and a good credential from the same address is not', async (t) => {
  const fail = { url: '/v1/plans', headers: { authorization: 'Bearer nothing' } }
  for (let at = 0; at < 3; at++) t.equal((await ask(fail)).status, 401)
  t.match(await ask(fail), { status: 429, wait: '20' })
  t.equal((await ask(check(1, one.key))).status, 200)
  t.equal((await ask({ ...fail, remoteAddress: '192.0.2.1' })).status, 401)
  t.equal(
    (await ask({ ...fail, headers: { ...fail.headers, 'x-forwarded-for': '192.0.2.9' } })).status,
    429,
    'whatever a header claims',
  )
  t.equal((await ask({ url: '/health/live' })).status, 200)
  for (let at = 0; at < 3; at++)
    t.equal((await ask({ ...fail, remoteAddress: `2001:db8:1:2::${at + 1}` })).status, 401)
  t.equal(
    (await ask({ ...fail, remoteAddress: '2001:db8:1:2:ffff::1' })).status,
    429,
    'a network of IPv6 is one',
  )
  t.equal((await ask({ ...fail, remoteAddress: '2001:db8:1:3::1' })).status, 401)
})

t.test('without a limit, and where everybody may ask, nothing is counted', async (t) => {
  for (const options of [
    { access, limits: { linesPerMinute: 0 } },
    { access: openAccess, limits: { linesPerMinute: 1 } },
  ]) {
    const { app } = await appOnPacks(() => '1', options)
    for (let at = 0; at < 3; at++) {
      const answer = await app.inject(check(5))
      t.match(answer, { statusCode: 200 })
      t.equal(answer.headers.ratelimit, undefined)
    }
    await app.close()
  }
})

t.test('memory is bounded: who has not asked for longest is forgotten', async (t) => {
  const buckets = new TokenBuckets(2, () => 0)
  buckets.take('first', 2)
  buckets.take('second', 2)
  for (let at = 0; at < 9_998; at++) buckets.take(`n${at}`, 1)
  t.ok(buckets.take('first', 1) > 0, 'the first asked again')
  buckets.take('one more', 1)
  t.ok(buckets.take('first', 1) > 0, 'and is still known')
  t.equal(buckets.take('second', 1), 0, 'the second is not')
})

t.test('a caller who was forgotten, or never asked, stands as one with everything left', (t) => {
  const buckets = new TokenBuckets(60, () => 0)
  buckets.take('first', 20)
  t.strictSame(buckets.balance('first'), { left: 40, fullIn: 20 })
  for (let at = 0; at < 10_000; at++) buckets.take(`other ${at}`, 1)
  t.strictSame(buckets.balance('first'), { left: 60, fullIn: 0 }, 'ten thousand others asked since')
  t.strictSame(buckets.balance('nobody'), { left: 60, fullIn: 0 })
  t.end()
})
