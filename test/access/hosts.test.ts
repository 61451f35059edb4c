// A service without credentials is asked under the names of this machine only, and by no web page of another site.
import { connect, type AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import t from 'tap'
import { appOnPacks } from '../../scripts/app-on-packs.js'
import { openAccess, type Access } from '../../src/access/access.js'
import { buildAdmin } from '../../src/process/admin.js'
import { createLog } from '../../src/process/log.js'
import { createLogLevel } from '../../src/process/log-level.js'
import { accessWith, aKey } from './credentials.js'

const allowed = 'https://desk.example'
const { app: open, snapshot } = await appOnPacks(() => '1', {
  openHosts: ['precert.lan', 'Desk'],
  corsOrigins: [allowed],
})
const { key, stored } = aKey({ scopes: ['checks:write', 'policies:read', 'audit:read', 'metrics:read'] })
const { access: closedAccess } = accessWith([stored], [])
const { app: closed } = await appOnPacks(() => '1', { access: closedAccess })
const adminWith = async (host: string, access: Access): Promise<FastifyInstance> =>
  await buildAdmin({
    host,
    snapshot,
    metrics: { render: () => 'up 1\n' },
    isClosing: () => false,
    isOverloaded: () => false,
    logLevel: createLogLevel(createLog('silent')),
    log: createLog('silent'),
    access,
  })
const ownAdmin = await adminWith('127.0.0.1', openAccess)
const adminOfClosed = await adminWith('127.0.0.1', closedAccess)
const farAdmin = await adminWith('0.0.0.0', closedAccess)
const all = [open, closed, ownAdmin, adminOfClosed, farAdmin]
t.teardown(async () => await Promise.all(all.map(async (app) => await app.close())))

const ports = new Map<FastifyInstance, number>()
for (const app of all) {
  await app.listen({ host: '127.0.0.1', port: 0 })
  ports.set(app, (app.server.address() as AddressInfo).port)
}

interface Answer {
  readonly status: number
  readonly code: string | undefined
  readonly text: string
}

/** Sends a request as it is written; an inject cannot have two Host headers, none, or another form of target. */
async function asked(app: FastifyInstance, line: string, ...headers: readonly string[]): Promise<Answer> {
  const text = await new Promise<string>((resolve, reject) => {
    let received = ''
    const socket = connect(ports.get(app) ?? 0, '127.0.0.1', () => {
      socket.write(`${[line, ...headers, 'Connection: close'].join('\r\n')}\r\n\r\n`)
    })
    socket
      .on('data', (bytes) => (received += bytes.toString()))
      .on('error', reject)
      .on('close', () => {
        resolve(received)
      })
  })
  return {
    status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1]),
    code: /"code":"([a-z-]+)"/.exec(text)?.[1],
    text,
  }
}

const evil = 'Host: evil.example'
const misdirected = { status: 421, code: 'misdirected-request' }

/** Every route of an application with each of its methods, and one that is not there. */
function routesOf(app: FastifyInstance): readonly string[] {
  const lines = app.printRoutes({ commonPrefix: false }).split('\n')
  const found = lines.flatMap((line) => {
    const [, path, methods] = /(\/\S*) \(([A-Z, ]+)\)/.exec(line) ?? []
    return path === undefined ? [] : (methods ?? '').split(', ').map((method) => `${method} ${path}`)
  })
  return [...found, 'GET /nowhere']
}

t.test('every route of both listeners refuses another name', async (t) => {
  for (const app of [open, ownAdmin, adminOfClosed]) {
    const routes = routesOf(app)
    t.ok(routes.length > 5, `${routes.length} routes`)
    for (const route of routes) {
      const answer = await asked(app, `${route.replaceAll(/:\w+/g, 'x')} HTTP/1.1`, evil)
      t.equal(answer.status, 421, route)
      if (!route.startsWith('HEAD')) t.equal(answer.code, 'misdirected-request', route)
      t.notMatch(answer.text, /evil/, 'and repeats nothing')
    }
  }
})

t.test('names of this machine and those of OPEN_HOSTS, with any port', async (t) => {
  const names = ['localhost', 'LOCALHOST', '127.0.0.1', '127.9.9.9', '[::1]', 'precert.lan', 'desk']
  for (const name of names)
    for (const port of ['', ':3000', ':1'])
      t.equal((await asked(open, 'GET /v1/plans HTTP/1.1', `Host: ${name}${port}`)).status, 200, name + port)
  t.match(await asked(ownAdmin, 'GET /metrics HTTP/1.1', 'Host: precert.lan'), misdirected)
  const others = [
    'evil.example',
    'evil.example:3000',
    'localhost.evil.example',
    'evil-localhost',
    'localhost@evil.example',
    'evil.example@localhost',
    'localhost:3000:80',
    'localhost:x',
    '127.0.0.1.evil.example',
    '127.evil.example',
    '127.0.0.256',
    '128.0.0.1',
    '0.0.0.0',
    '10.0.0.1',
    '[::]',
    '[::2]',
    '[::ffff:127.0.0.1]',
    '[::1',
    '::1',
    '',
    'localhost,evil.example',
    'localhost evil.example',
    'sub.precert.lan',
  ]
  for (const name of others)
    t.match(await asked(open, 'GET /v1/plans HTTP/1.1', `Host: ${name}`), misdirected, name)
})

t.test('the host of an absolute target counts as well', async (t) => {
  const from = (target: string, host: string): Promise<Answer> =>
    asked(open, `GET ${target} HTTP/1.1`, `Host: ${host}`)
  t.equal((await from('http://localhost:3000/v1/plans', 'localhost')).status, 200)
  for (const [target, host] of [
    ['http://evil.example/v1/plans', 'localhost'],
    ['http://localhost/v1/plans', 'evil.example'],
    ['https://evil.example/v1/plans', 'localhost'],
    ['HTTP://evil.example/v1/plans', 'localhost'],
    ['http://localhost@evil.example/v1/plans', 'localhost'],
    ['http://localhost%2eevil.example/v1/plans', 'localhost'],
  ] as const) {
    const answer = await from(target, host)
    t.ok([400, 421].includes(answer.status), `${target} of ${host}: ${answer.status}`)
    t.notMatch(answer.text, /planId/)
  }
})

t.test('one Host, no more and no less', async (t) => {
  const line = 'GET /v1/plans HTTP/1.1'
  const key1 = `Authorization: Bearer ${key}`
  t.match(await asked(open, line), { status: 400, code: 'unreadable-request' })
  t.match(await asked(open, 'GET /v1/plans HTTP/1.0'), misdirected)
  for (const app of [open, closed])
    for (const pair of [
      ['Host: localhost', evil],
      [evil, 'Host: localhost'],
      ['Host: localhost', 'hOST: localhost'],
    ])
      t.match(await asked(app, line, ...pair, key1), { status: 400, code: 'unreadable-request' })
})

t.test('a page of another site may not ask, but a link to an answer opens it', async (t) => {
  const cross = ['Host: localhost', 'Sec-Fetch-Site: cross-site']
  const refused = { status: 403, code: 'cross-site-request' }
  for (const [line, ...headers] of [
    ['GET /v1/plans HTTP/1.1', 'Sec-Fetch-Mode: no-cors'],
    ['GET /v1/plans HTTP/1.1', 'Sec-Fetch-Mode: cors', 'Origin: https://evil.example'],
    ['GET /v1/plans HTTP/1.1', 'Sec-Fetch-Mode: cors', 'Origin: null'],
    ['GET /v1/plans HTTP/1.1'],
    ['POST /v1/authorization-checks HTTP/1.1', 'Sec-Fetch-Mode: navigate', 'Content-Length: 0'],
    ['POST /v1/authorization-checks HTTP/1.1', 'Sec-Fetch-Mode: cors', 'Content-Length: 0'],
    ['GET /nowhere HTTP/1.1', 'Sec-Fetch-Mode: cors'],
  ] as const)
    t.match(await asked(open, line, ...cross, ...headers), refused, [line, ...headers].join(' '))
  t.match(await asked(ownAdmin, 'GET /metrics HTTP/1.1', ...cross, 'Sec-Fetch-Mode: cors'), refused)
  t.equal((await asked(open, 'GET /v1/plans HTTP/1.1', ...cross, 'Sec-Fetch-Mode: navigate')).status, 200)
  for (const site of ['same-origin', 'same-site', 'none'])
    t.equal(
      (await asked(open, 'GET /v1/plans HTTP/1.1', 'Host: localhost', `Sec-Fetch-Site: ${site}`)).status,
      200,
      site,
    )
  const listed = [...cross, 'Sec-Fetch-Mode: cors', `Origin: ${allowed}`]
  t.equal((await asked(open, 'GET /v1/plans HTTP/1.1', ...listed)).status, 200)
  const preflight = await asked(
    open,
    'OPTIONS /v1/authorization-checks HTTP/1.1',
    ...listed,
    'Access-Control-Request-Method: POST',
  )
  t.equal(preflight.status, 204)
})

t.test('where credentials are asked for, neither matters', async (t) => {
  const cross = [evil, 'Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: cors', `Authorization: Bearer ${key}`]
  t.equal((await asked(closed, 'GET /v1/plans HTTP/1.1', ...cross)).status, 200)
  t.equal((await asked(farAdmin, 'GET /metrics HTTP/1.1', ...cross)).status, 200)
})
