// Failures of authentication in the log of the process: from where and with what, and never so many lines that nobody reads them.
import { Writable } from 'node:stream'
import t from 'tap'
import { appOnPacks } from '../../scripts/app-on-packs.js'
import { FailureLog } from '../../src/access/failure-log.js'
import { createLog } from '../../src/process/log.js'
import { accessWith, aKey, signer } from './credentials.js'

type Line = Record<string, unknown>

function readLog() {
  const written: string[] = []
  const stream = new Writable({
    write(chunk: Buffer, _, done) {
      written.push(chunk.toString())
      done()
    },
  })
  const lines = (): Line[] => written.map((line) => JSON.parse(line) as Line)
  return {
    text: () => written.join(''),
    failures: () => lines().filter(({ event }) => event !== undefined),
    log: createLog('info', stream),
  }
}

t.test('each failure names network, route, request and kind of credential, and no secret', async (t) => {
  const { text, failures, log } = readLog()
  const [good, ended] = [aKey(), aKey()]
  const { access } = accessWith([good.stored], [])
  const { app } = await appOnPacks(() => '1', { access, log, limits: { trustedProxies: ['192.0.2.0/24'] } })
  const token = await (await signer('ES256', 'stranger')).sign()
  const ask = async (remoteAddress: string, authorization?: string, headers: object = {}) =>
    await app.inject({
      url: '/v1/plans?secret=of-the-query',
      remoteAddress,
      headers: {
        ...headers,
        'x-request-id': `of-${remoteAddress.replace(/\W/g, '-')}`,
        ...(authorization === undefined ? {} : { authorization }),
      },
    })
  await ask('198.51.100.1', `Bearer ${good.key}`)
  await ask('198.51.100.2')
  await ask('198.51.100.3', `Bearer ${ended.key}`)
  await ask('2001:db8:1:2:3:4:5:6', `Bearer ${token}`)
  await ask('::ffff:198.51.100.4', 'Basic dXNlcjpwYXNzd29yZA==')
  await ask('192.0.2.7', 'Bearer nothing', { 'x-forwarded-for': '203.0.113.9' })
  const first = { level: 40, event: 'authentication-failed', method: 'GET', route: '/v1/plans' }
  t.match(failures(), [
    { ...first, network: '198.51.100.2', credential: 'none', requestId: 'of-198-51-100-2' },
    { ...first, network: '198.51.100.3', credential: 'key', keyId: ended.stored.keyId },
    { ...first, network: '2001:db8:1:2', credential: 'token' },
    { ...first, network: '198.51.100.4', credential: 'other' },
    { ...first, network: '203.0.113.9', credential: 'other' },
  ])
  t.equal(failures().length, 5, 'a good credential leaves no such line')
  for (const secret of [
    ended.key.slice(22),
    token.slice(-20),
    'dXNlcjpwYXNzd29yZA',
    'of-the-query',
    good.key.slice(22),
  ])
    t.notOk(text().includes(secret), 'no secret in the log')
  await app.close()
})

t.test('a flood is a line and a count, from however many addresses it comes', async (t) => {
  const { failures, log } = readLog()
  const { access } = accessWith([], [])
  const { app } = await appOnPacks(() => '1', { access, log, limits: { failuresPerMinute: 3 } })
  for (let at = 0; at < 20; at++) await app.inject({ url: '/v1/plans', remoteAddress: '198.51.100.1' })
  t.match(failures(), [{ event: 'authentication-failed', network: '198.51.100.1' }])
  t.equal(failures().length, 1, 'also of those that are answered 429')
  await app.close()
  t.match(failures()[1], { event: 'authentication-failures', network: '198.51.100.1', failures: 19 })
  t.equal(failures().length, 2)
})

t.test(
  'a hundred networks have lines of their own, the others one together; then a new minute begins',
  async (t) => {
    const lines: Line[] = []
    const failures = new FailureLog({ warn: (fields) => void lines.push(fields as Line) })
    t.teardown(() => {
      failures.stop()
    })
    const failure = { method: 'GET', route: '/v1/plans', requestId: 'r', credential: 'none' as const }
    for (let at = 0; at < 10_000; at++) failures.note({ ...failure, network: `10.0.${at % 500}.1` })
    t.equal(lines.length, 100)
    failures.flush()
    t.equal(lines.length, 201)
    const counted = lines.reduce(
      (sum, line) => sum + (typeof line['failures'] === 'number' ? line['failures'] : 1),
      0,
    )
    t.equal(counted, 10_000, 'and none is forgotten')
    t.match(lines.at(-1), { event: 'authentication-failures', network: undefined, failures: 8_000 })
    failures.note({ ...failure, network: '10.0.0.1' })
    t.equal(lines.length, 202)
  },
)
