import t from 'tap'
import { appOnPacks } from '../../scripts/app-on-packs.js'
import { openAccess } from '../../src/access/access.js'
import { buildApp } from '../../src/process/app.js'
import { createLog } from '../../src/process/log.js'
import { emptyContent } from '../../src/decision/shapes/policy.js'
import { createSnapshot } from '../../src/policies/loaded/snapshot.js'
import { aCheck, withoutBatch } from './requests.js'

const { app } = await appOnPacks(() => '1')
t.teardown(() => app.close())

/** An application whose check does what the test wants, and the lines it logs. */
async function appThat(
  check: () => never,
  loaded = true,
): Promise<{
  app: Awaited<ReturnType<typeof buildApp>>
  lines: Record<string, unknown>[]
  log: () => string
}> {
  const lines: Record<string, unknown>[] = []
  const log = createLog('info', {
    write: (line: string) => {
      lines.push(JSON.parse(line))
    },
  })
  const snapshot = createSnapshot()
  if (loaded) snapshot.replace({ revision: 7, content: emptyContent })
  return {
    app: await buildApp({ snapshot, check: withoutBatch(check), log, access: openAccess }),
    lines,
    log: () => JSON.stringify(lines),
  }
}
const never = (): never => {
  throw new Error('not asked')
}
const post = { method: 'POST', url: '/v1/authorization-checks', payload: aCheck() } as const

t.test('a request id is kept when it is one, and else made', async (t) => {
  const sent = async (id: string) =>
    (await app.inject({ url: '/health/live', headers: { 'x-request-id': id } })).headers['x-request-id']
  t.equal(await sent('0f8fad5b-d9cb-469f-a165-70867728950e'), '0f8fad5b-d9cb-469f-a165-70867728950e')
  t.equal(await sent('abcd_123'), 'abcd_123')
  for (const other of ['short', 'a'.repeat(65), 'Jane Doe 1950', '{"a":"bcdefgh"}', 'line\tbreak1'])
    t.match(await sent(other), /^req_[0-9a-f]{32}$/, other)
  t.not(
    (await app.inject({ url: '/health/live' })).headers['x-request-id'],
    (await app.inject({ url: '/health/live' })).headers['x-request-id'],
  )
})

t.test('every answer carries the security headers, whatever it is', async (t) => {
  for (const request of [
    { url: '/health/live' },
    post,
    { url: '/nothing' },
    { url: '/%zz' },
    { ...post, payload: {} },
    { url: '/v1/authorization-checks' },
    { url: '/openapi.json' },
    { url: '/docs' },
  ]) {
    const { headers } = await app.inject(request)
    t.match(
      headers,
      { 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY', 'referrer-policy': 'no-referrer' },
      request.url,
    )
    t.ok(headers['x-request-id'])
  }
  t.match((await app.inject({ url: '/v1/plans' })).headers['content-security-policy'], /default-src 'none'/)
})

t.test('the documentation is served from here, under a policy that lets nothing else in', async (t) => {
  const page = await app.inject({ url: '/docs' })
  t.equal(page.statusCode, 200)
  const policy = String(page.headers['content-security-policy'])
  t.match(policy, /^default-src 'none'; /)
  t.notMatch(policy, /unsafe|https?:|\*/)
  for (const [, file = ''] of page.body.matchAll(/(?:src|href)="([^"]+)"/g)) {
    t.match(file, /^\/docs\//, 'nothing from elsewhere')
    t.equal((await app.inject({ url: file })).statusCode, 200, file)
  }
  const document = await app.inject({ url: '/openapi.json' })
  t.match(document.json(), { openapi: '3.1.0', info: { title: 'Precert' } })
})

t.test('without policy the process lives but is not ready, and checks say when to come again', async (t) => {
  const { app } = await appThat(never, false)
  t.equal((await app.inject({ url: '/health/live' })).statusCode, 200)
  for (const request of [{ url: '/health/ready' }, post, { url: '/v1/plans' }]) {
    const answer = await app.inject(request)
    t.match(answer, { statusCode: 503, headers: { 'retry-after': '2' } }, request.url)
    t.match(answer.json(), { code: 'policy-not-loaded', retryable: true })
  }
  await app.close()
})

t.test('with policy it is ready and says which revision', async (t) => {
  const { app } = await appThat(never)
  t.same((await app.inject({ url: '/health/ready' })).json(), { status: 'ready', policyRevision: 7 })
  await app.close()
})

t.test('from the moment of closing it is not ready, and each answer closes its connection', async (t) => {
  const snapshot = createSnapshot()
  snapshot.replace({ revision: 1, content: emptyContent })
  let closing = false
  const app = await buildApp({
    snapshot,
    check: withoutBatch(never),
    log: createLog('silent'),
    isClosing: () => closing,
    access: openAccess,
  })
  t.not((await app.inject({ url: '/health/live' })).headers.connection, 'close')
  closing = true
  t.match(
    await app.inject({ url: '/v1/plans' }),
    { statusCode: 200, headers: { connection: 'close' } },
    'goes on answering',
  )
  const ready = await app.inject({ url: '/health/ready' })
  t.match(ready, { statusCode: 503, headers: { connection: 'close' } })
  t.match(ready.json(), { code: 'shutting-down', retryable: true })
  await app.close()
})

t.test(
  'a fault of ours is a constant 500; the log has it under the request id, without its values',
  async (t) => {
    for (const error of [
      new Error('row (Jane Doe, 1950) violates'),
      Object.assign(new Error('Jane'), { code: '23505', detail: 'Jane', where: 'Jane' }),
      Object.assign(new Error('Jane'), { statusCode: 404 }),
      'Jane',
      undefined,
    ]) {
      const { app, lines, log } = await appThat(() => {
        throw error
      })
      const answer = await app.inject({ ...post, headers: { 'x-request-id': 'known-request' } })
      t.equal(answer.statusCode, 500)
      t.match(answer.json(), {
        code: 'internal-error',
        requestId: 'known-request',
        retryable: false,
        errors: [],
      })
      t.notMatch(answer.body, /Jane/)
      t.notMatch(log(), /Jane/)
      t.match(
        lines.find((line) => line.msg === 'request failed'),
        { requestId: 'known-request', err: { stack: Array } },
      )
      await app.close()
    }
    const { app, lines } = await appThat(() => {
      throw new TypeError('x is not a function')
    })
    await app.inject(post)
    t.match(
      lines.find((line) => line.msg === 'request failed'),
      { err: { type: 'TypeError', message: 'x is not a function' } },
    )
    await app.close()
  },
)

t.test('one line per request, with the pattern of the route and nothing that was sent', async (t) => {
  const { app, lines, log } = await appThat(never)
  await app.inject({ url: '/v1/plans?x=Jane', headers: { 'user-agent': 'Jane', authorization: 'Jane' } })
  await app.inject({ url: '/v1/plans/jane-doe' })
  await app.inject({ url: '/jane' })
  await app.inject({ ...post, payload: { jane: 'Jane' } })
  const requests = lines.filter((line) => line.msg === 'request')
  t.same(
    requests.map(({ method, route, status }) => ({ method, route, status })),
    [
      { method: 'GET', route: '/v1/plans', status: 400 },
      { method: 'GET', route: '/v1/plans/:planId', status: 404 },
      { method: 'GET', route: null, status: 404 },
      { method: 'POST', route: '/v1/authorization-checks', status: 400 },
    ],
  )
  for (const line of requests)
    t.same(Object.keys(line).sort(), [
      'level',
      'method',
      'ms',
      'msg',
      'problem',
      'requestId',
      'route',
      'status',
      'time',
    ])
  t.equal(lines.length, 4)
  t.notMatch(log(), /jane/i)
  await app.close()
})
