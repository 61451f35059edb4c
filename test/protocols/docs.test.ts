// The pages at /docs: public, so they cost little whoever asks, and can be left out.
import { readdirSync } from 'node:fs'
import { connect, type AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance, InjectOptions } from 'fastify'
import t from 'tap'
import { appOnPacks } from '../../scripts/app-on-packs.js'
import { buildAdmin } from '../../src/process/admin.js'
import { createLog } from '../../src/process/log.js'
import { createLogLevel } from '../../src/process/log-level.js'
import { openAccess } from '../../src/access/access.js'
import { accessWith, aKey } from '../access/credentials.js'

const paths = [
  '/docs',
  '/docs/static/swagger-ui.css',
  '/docs/static/swagger-ui-bundle.js',
  '/docs/static/precert.css',
  '/docs/static/precert.js',
  '/docs/static/precert.svg',
]
const { key, stored } = aKey({ scopes: ['checks:write', 'policies:read'] })
const { access } = accessWith([stored], [])
const appWith = async (options: Parameters<typeof appOnPacks>[1] = {}): Promise<FastifyInstance> => {
  const { app } = await appOnPacks(() => '1', options)
  t.teardown(async () => {
    await app.close()
  })
  return app
}

const descriptorsOf = (): number => readdirSync('/proc/self/fd').length
const countsDescriptors = process.platform === 'linux'

/** Asks many times at once on one connection, and hangs up at the first bytes of an answer. */
async function askAndHangUp(port: number, path: string): Promise<void> {
  await new Promise<void>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`.repeat(50))
    })
    socket
      .once('data', () => socket.destroy())
      .on('error', () => {})
      .once('close', () => {
        resolve()
      })
  })
}

t.test(
  'callers who hang up leave no file open',
  { skip: countsDescriptors ? false : 'open files are counted on Linux only' },
  async (t) => {
    const app = await appWith({ access, limits: { publicPerMinute: 0 } })
    await app.listen({ host: '127.0.0.1', port: 0 })
    const { port } = app.server.address() as AddressInfo
    for (const path of paths) {
      await askAndHangUp(port, path)
      const before = descriptorsOf()
      for (let time = 0; time < 10; time++) await askAndHangUp(port, path)
      for (let tries = 0; tries < 200 && descriptorsOf() > before; tries++) await sleep(10)
      t.ok(descriptorsOf() <= before, `${path}: ${before} before, ${descriptorsOf()} after`)
    }
  },
)

t.test('a file is sent once, and again only when it has changed', async (t) => {
  const app = await appWith({ access })
  for (const url of paths) {
    const first = await app.inject({ url })
    t.equal(first.statusCode, 200, url)
    t.ok(first.body.length > 50, url)
    const again = await app.inject({ url, headers: { 'if-none-match': String(first.headers.etag) } })
    t.match([again.statusCode, again.body], [304, ''], url)
  }
  t.match((await app.inject('/docs/')).headers.location, '/docs')
  for (const url of ['/docs/json', '/docs/static/index.html', '/docs/static/../../package.json'])
    t.equal((await app.inject(url)).statusCode, 404, url)
})

t.test('without API_DOCS there are no pages and no document, and the rest is as before', async (t) => {
  const app = await appWith({ access, servesDocs: false })
  for (const url of [...paths, '/docs/', '/openapi.json'])
    t.match((await app.inject(url)).json(), { status: 404, code: 'route-not-found' }, url)
  const asked = await app.inject({ url: '/v1/plans', headers: { authorization: `Bearer ${key}` } })
  t.equal(asked.statusCode, 200)
})

t.test('public routes are limited by network, health is not, and neither is a good credential', async (t) => {
  let clock = 0
  const app = await appWith({ access, limits: { publicPerMinute: 6, now: () => clock } })
  const from = async (remoteAddress: string, request: InjectOptions = { url: '/docs' }): Promise<number> =>
    (await app.inject({ ...request, remoteAddress })).statusCode
  for (let at = 0; at < 3; at++) {
    t.equal(await from('192.0.2.1'), 200)
    t.equal(await from('192.0.2.1', { url: '/openapi.json' }), 200)
  }
  const refused = await app.inject({ url: '/docs', remoteAddress: '192.0.2.1' })
  t.match(refused.json(), { status: 429, code: 'too-many-requests', retryable: true })
  t.equal(refused.headers['retry-after'], '10')
  for (const url of paths) t.equal(await from('192.0.2.1', { url }), 429, url)
  t.equal(await from('::ffff:192.0.2.1'), 429, 'the same address, written otherwise')
  for (let at = 0; at < 20; at++) t.equal(await from('192.0.2.1', { url: '/health/live' }), 200)
  t.equal(await from('192.0.2.1', { url: '/health/ready' }), 200)
  const asked = { url: '/v1/plans', headers: { authorization: `Bearer ${key}` } }
  t.equal(await from('192.0.2.1', asked), 200)
  t.equal(await from('192.0.2.1', { url: '/v1/plans' }), 401, 'failures are counted apart')
  t.equal(await from('192.0.2.2'), 200, 'another address has its own')
  for (let at = 0; at < 6; at++) t.equal(await from(`2001:db8:1:2::${at}`), 200)
  t.equal(await from('2001:db8:1:2:ffff::1'), 429, 'a network of IPv6 is one')
  t.equal(await from('2001:db8:1:3::1'), 200)
  clock += 10_000
  t.equal(await from('192.0.2.1'), 200, 'after as long as was said')
  t.equal(await from('192.0.2.1'), 429)
})

t.test('the second listener counts what it tells everybody of its machine, but not health', async (t) => {
  const { app, snapshot } = await appOnPacks(() => '1')
  await app.close()
  const admin = await buildAdmin({
    host: '127.0.0.1',
    snapshot,
    metrics: { render: () => 'up 1\n' },
    isClosing: () => false,
    isOverloaded: () => false,
    logLevel: createLogLevel(createLog('silent')),
    log: createLog('silent'),
    access: openAccess,
    limits: { publicPerMinute: 2 },
  })
  t.teardown(() => admin.close())
  const statuses: number[] = []
  for (let at = 0; at < 4; at++) statuses.push((await admin.inject('/metrics')).statusCode)
  t.strictSame(statuses, [200, 200, 429, 429])
  t.equal((await admin.inject('/health/ready')).statusCode, 200)
})
