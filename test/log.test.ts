// One line of log for each request, whatever became of it, and how much is logged while the process runs.
import { connect, type AddressInfo } from 'node:net'
import { EventEmitter, once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { appOnPacks } from '../scripts/app-on-packs.js'
import { openAccess, type Access } from '../src/access/access.js'
import { buildAdmin } from '../src/process/admin.js'
import { createLog } from '../src/process/log.js'
import { createLogLevel } from '../src/process/log-level.js'
import { createMetrics } from '../src/metrics/metrics.js'
import { createSnapshot } from '../src/policies/loaded/snapshot.js'
import { accessWith, aKey } from './access/credentials.js'
import { aCheck } from './protocols/requests.js'

type Line = Record<string, unknown>
const lines: Line[] = []
const log = createLog('info', {
  write: (line: string) => {
    lines.push(JSON.parse(line) as Line)
  },
})
const metrics = createMetrics({ version: '1', snapshot: createSnapshot(), isStoreReachable: () => true })
let hold: Promise<unknown> | undefined
const { app } = await appOnPacks(() => '1', { log, metrics })
const { app: slow } = await appOnPacks(() => '1', {
  log,
  metrics,
  check: Object.assign(
    async () => {
      await hold
      throw new Error('nobody is left to hear it')
    },
    {
      batch: () => {
        throw new Error('not asked')
      },
    },
  ),
})
for (const one of [app, slow]) await one.listen({ host: '127.0.0.1', port: 0 })
t.teardown(async () => {
  metrics.stop()
  await Promise.all([app.close(), slow.close()])
})
const portOf = (one: typeof app): number => (one.server.address() as AddressInfo).port

const body = JSON.stringify(aCheck())
const post = (headers: string, sent = body): string =>
  `POST /v1/authorization-checks HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${headers}\r\n${sent}`
const json = 'Content-Type: application/json\r\n'

/** Sends bytes and waits for the end of the connection; answers the head and body that came. */
async function send(bytes: string, port = portOf(app)): Promise<string> {
  let text = ''
  const socket = connect(port, '127.0.0.1', () => {
    socket.write(bytes)
  })
    .on('data', (chunk) => {
      text += String(chunk)
    })
    .on('error', () => {})
  await once(socket, 'close')
  return text
}

const requests = (): Line[] => lines.filter(({ msg }) => msg === 'request')
async function linesOf(work: () => Promise<unknown>, wanted = 1): Promise<Line[]> {
  lines.length = 0
  await work()
  for (let tries = 0; tries < 200 && requests().length < wanted; tries++) await sleep(10)
  await sleep(20) // a second line would follow at once
  return requests()
}

const rows: [title: string, bytes: string, line: Line][] = [
  [
    'an answer',
    post(`${json}Content-Length: ${body.length}\r\n`),
    { method: 'POST', route: '/v1/authorization-checks', status: 200, problem: undefined },
  ],
  [
    'a refused body',
    post(`${json}Content-Length: 2\r\n`, '{}'),
    { method: 'POST', route: '/v1/authorization-checks', status: 400, problem: 'invalid-request' },
  ],
  [
    'a body that is too large',
    post(`${json}Content-Length: 100000000\r\n`, ''),
    { method: 'POST', route: '/v1/authorization-checks', status: 413, problem: 'body-too-large' },
  ],
  [
    'an unknown route',
    'GET /Jane HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
    { method: 'GET', route: null, status: 404, problem: 'route-not-found' },
  ],
  [
    'a URL that is not well formed',
    'GET /Jane%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
    { method: 'GET', route: null, status: 400, problem: 'malformed-url' },
  ],
  [
    'no HTTP at all',
    'Jane Doe\r\n\r\n',
    { method: null, route: null, status: 400, problem: 'unreadable-request', ms: null },
  ],
  [
    'too many headers',
    `GET /v1/plans HTTP/1.1\r\nHost: localhost\r\nX-Name: ${'Jane'.repeat(5000)}\r\n\r\n`,
    { method: null, route: null, status: 431, problem: 'headers-too-large' },
  ],
  [
    'an expectation',
    post(`Expect: Jane\r\n${json}Content-Length: 2\r\n`, '{}'),
    { method: 'POST', route: null, status: 417, problem: 'expectation-failed' },
  ],
  [
    'a chunk that is none, in the middle of a body',
    post(`${json}Transfer-Encoding: chunked\r\n`, '2\r\n{}\r\nJane\r\n'),
    { method: 'POST', route: '/v1/authorization-checks', status: 400, problem: 'unreadable-request' },
  ],
]

for (const [title, bytes, wanted] of rows) {
  t.test(`${title}: one line, under the id that was answered`, async (t) => {
    let text = ''
    const found = await linesOf(async () => {
      text = await send(bytes)
    })
    t.equal(found.length, 1)
    const { level: _level, time: _time, msg: _msg, ms, requestId, ...rest } = found[0] ?? {}
    t.match({ problem: undefined, ms, ...rest }, wanted)
    t.match(text, new RegExp(`x-request-id: ${String(requestId)}`, 'i'))
    t.notMatch(JSON.stringify(lines), /Jane/)
  })
}

t.test('whoever goes away before the answer leaves one line without a status', async (t) => {
  const held = new EventEmitter()
  hold = once(held, 'over')
  const found = await linesOf(async () => {
    const socket = connect(portOf(slow), '127.0.0.1', () => {
      socket.write(post(`${json}Content-Length: ${body.length}\r\n`))
    })
    await sleep(100)
    socket.destroy()
    await sleep(50)
    held.emit('over')
  })
  t.match(found, [{ method: 'POST', route: '/v1/authorization-checks', status: null, ms: Number }])
  t.equal(found.length, 1)
  const half = async (how: 'destroy' | 'resetAndDestroy') =>
    await linesOf(async () => {
      const socket = connect(portOf(app), '127.0.0.1', () => {
        socket.write(post(`${json}Content-Length: ${body.length}\r\n`, body.slice(0, 40)))
      })
      await sleep(100)
      socket[how]()
    })
  t.match(
    await half('resetAndDestroy'),
    [{ route: '/v1/authorization-checks', status: null }],
    'in the middle of the body',
  )
  t.match(
    await half('destroy'),
    [{ route: '/v1/authorization-checks', status: 400, problem: 'unreadable-request' }],
    'a body that ends too early',
  )
  for (const how of ['destroy', 'resetAndDestroy'] as const) t.equal((await half(how)).length, 1)
  t.match(
    metrics.render(),
    'precert_http_requests_total{method="POST",route="/v1/authorization-checks",status="aborted"} 3\n',
  )
  t.match(metrics.render(), '\nprecert_http_requests_under_way 0\n')
})

t.test('every request of a connection that is kept has its own line', async (t) => {
  const one = `GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n`
  const found = await linesOf(
    async () =>
      await send(`${one}${one}GET /nowhere HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`),
    3,
  )
  t.strictSame(
    found.map(({ status }) => status),
    [200, 200, 404],
  )
})

const adminAt = async (host: string, access: Access = openAccess) =>
  await buildAdmin({
    host,
    snapshot: createSnapshot(),
    metrics,
    logLevel: createLogLevel(log),
    isClosing: () => false,
    isOverloaded: () => false,
    log: createLog('silent'),
    access,
  })
const put = (payload: object, headers: Record<string, string> = {}) =>
  ({ method: 'PUT', url: '/log-level', payload, headers: { host: '127.0.0.1:9464', ...headers } }) as const

t.test('the level is changed while the process runs, says so, and comes back by itself', async (t) => {
  const admin = await adminAt('127.0.0.1')
  t.teardown(() => admin.close())
  t.strictSame((await admin.inject('/log-level')).json(), { level: 'info', configured: 'info' })
  lines.length = 0
  t.match((await admin.inject(put({ level: 'error' }))).json(), { level: 'error', configured: 'info' })
  await app.inject('/health/live')
  t.match(lines, [{ msg: 'log level changed', from: 'info', to: 'error' }])
  t.equal(lines.length, 1, 'and nothing of the request')
  t.match((await admin.inject(put({ level: 'trace', minutes: 5 }))).json(), {
    level: 'trace',
    configured: 'info',
    until: /Z$/,
  })
  t.match(lines[1], { msg: 'log level changed', from: 'error', to: 'trace' })
  await app.inject('/health/live')
  t.ok(requests().length > 0)
  t.match((await admin.inject(put({ level: 'info' }))).json(), { level: 'info' })
  t.notOk('until' in (await admin.inject('/log-level')).json<object>())
})

t.test('after its minutes the configured level is back', async (t) => {
  const level = createLogLevel(log)
  const state = level.set('fatal', 1 / 6_000) // 10 ms
  t.match(state, { level: 'fatal', until: String })
  for (let tries = 0; tries < 200 && log.level === 'fatal'; tries++) await sleep(10)
  t.strictSame(level.state(), { level: 'info', configured: 'info' })
})

t.test('nothing but a level is taken, and no web page can set it', async (t) => {
  const admin = await adminAt('127.0.0.1')
  t.teardown(() => admin.close())
  for (const payload of [
    {},
    { level: 'loud' },
    { level: 'info', minutes: 0 },
    { level: 'info', minute: 1 },
    { level: null },
  ])
    t.match(
      (await admin.inject(put(payload))).json(),
      { status: 400, code: 'invalid-request' },
      JSON.stringify(payload),
    )
  t.match((await admin.inject(put({ level: 'trace' }, { host: 'page.example' }))).json(), {
    status: 421,
    code: 'misdirected-request',
  })
  t.match(
    (
      await admin.inject({
        ...put({}),
        payload: '{"level":"trace"}',
        headers: { host: '127.0.0.1', 'content-type': 'text/plain' },
      })
    ).json(),
    { status: 415 },
  )
  t.equal(
    (
      await admin.inject({
        method: 'OPTIONS',
        url: '/log-level',
        headers: { origin: 'https://page.example', 'access-control-request-method': 'PUT' },
      })
    ).headers['access-control-allow-origin'],
    undefined,
  )
  for (const host of ['localhost:9464', '[::1]:9464', '127.0.0.1'])
    t.equal((await admin.inject(put({ level: 'info' }, { host }))).statusCode, 200, host)
  t.equal(log.level, 'info')
})

t.test('elsewhere than on loopback it asks for its own scope', async (t) => {
  const [operator, reader] = [
    aKey({ scopes: ['admin:process'] }),
    aKey({ scopes: ['metrics:read', 'admin:keys'] }),
  ]
  const admin = await adminAt('0.0.0.0', accessWith([operator.stored, reader.stored], []).access)
  t.teardown(() => admin.close())
  const asked = async (key?: string) =>
    (
      await admin.inject(
        put(
          { level: 'info' },
          { host: 'precert.internal', ...(key === undefined ? {} : { authorization: `Bearer ${key}` }) },
        ),
      )
    ).statusCode
  t.strictSame([await asked(), await asked(reader.key), await asked(operator.key)], [401, 403, 200])
})
