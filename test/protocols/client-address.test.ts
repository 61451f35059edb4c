import type { IncomingMessage } from 'node:http'
import * as fc from 'fast-check'
import t from 'tap'
import { appOnPacks } from '../../scripts/app-on-packs.js'
import { openAccess } from '../../src/access/access.js'
import { buildApp } from '../../src/process/app.js'
import { readConfig } from '../../src/process/config.js'
import { createLog } from '../../src/process/log.js'
import { withoutBatch } from './requests.js'
import { clientAddress, isNetwork, networkOf } from '../../src/protocols/http/client-address.js'
import { accessWith, aKey } from '../access/credentials.js'

const proxies = ['10.0.0.0/8', '192.0.2.7', 'fd00::/8', '2001:db8:ffff::1']
const from = (
  remoteAddress: string,
  forwarded?: string | string[],
  trusted: readonly string[] = proxies,
): string =>
  clientAddress(trusted)({
    socket: { remoteAddress },
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  } as unknown as IncomingMessage)

const cases: [title: string, socket: string, forwarded: string | undefined, found: string][] = [
  ['straight', '203.0.113.9', undefined, '203.0.113.9'],
  ['straight, with a header of its own', '203.0.113.9', '198.51.100.1', '203.0.113.9'],
  ['past one proxy', '10.0.0.5', '203.0.113.9', '203.0.113.9'],
  [
    'past one proxy, with a header of its own in front',
    '10.0.0.5',
    '198.51.100.1, 203.0.113.9',
    '203.0.113.9',
  ],
  ['past two proxies', '10.0.0.5', '198.51.100.1, 203.0.113.9, 192.0.2.7', '203.0.113.9'],
  ['a proxy asks for itself', '10.0.0.5', undefined, '10.0.0.5'],
  ['one proxy through another', '10.0.0.5', '10.9.9.9', '10.9.9.9'],
  ['a trusted address claimed from outside', '203.0.113.9', '10.0.0.5', '203.0.113.9'],
  ['no address at the end', '10.0.0.5', '203.0.113.9, unknown', '10.0.0.5'],
  ['nothing at the end', '10.0.0.5', '203.0.113.9,', '10.0.0.5'],
  ['with a port', '10.0.0.5', '203.0.113.9:51234', '203.0.113.9'],
  ['IPv6 with brackets and port', 'fd00::1', '[2001:db8::9]:443', '2001:db8::9'],
  ['IPv6 written otherwise', 'fd00::1', '2001:0DB8:0::0009', '2001:db8::9'],
  ['IPv6 proxy by its address', '2001:db8:ffff::1', '2001:db8::9', '2001:db8::9'],
  ['a mapped IPv4 socket', '::ffff:10.0.0.5', '203.0.113.9', '203.0.113.9'],
  ['more blanks', '10.0.0.5', ' 198.51.100.1 ,\t203.0.113.9 ', '203.0.113.9'],
]
t.test('the right-most address that is no proxy of ours', async (t) => {
  for (const [title, socket, forwarded, found] of cases) t.equal(from(socket, forwarded), found, title)
  t.equal(from('10.0.0.5', '203.0.113.9', []), '10.0.0.5', 'without a list no header is read')
  t.equal(from('10.0.0.5', ['198.51.100.1', '203.0.113.9']), '203.0.113.9', 'two headers are one list')
  t.equal(from('', '203.0.113.9'), '')
})

const anything = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  fc.string({ maxLength: 20 }),
  fc.constantFrom('10.0.0.5', '192.0.2.7', 'unknown', '', '_hidden', '10.0.0.5:80'),
)
const outside = fc.oneof(
  fc.ipV4().filter((ip) => !/^10\.|^192\.0\.2\.7$/.test(ip)),
  fc.ipV6().filter((ip) => !/^(fd|2001:0*db8:ffff|::ffff)/i.test(ip) && !/\./.test(ip)),
)
const proxy = fc.constantFrom(
  '10.0.0.5',
  '10.255.1.2',
  '192.0.2.7',
  'fd12::1',
  '2001:db8:ffff::1',
  '::ffff:10.1.1.1',
)

t.test('whatever a client sends in front, its bucket is that of its address', async (t) => {
  fc.assert(
    fc.property(
      fc.array(anything, { maxLength: 6 }),
      outside,
      fc.array(proxy, { maxLength: 3 }),
      proxy,
      (own, client, between, last) => {
        const honest = [client, ...between]
        t.equal(
          networkOf(from(last, [...own, ...honest].join(', '))),
          networkOf(from(last, honest.join(', '))),
        )
      },
    ),
    { numRuns: 2_000 },
  )
  t.pass('2,000 lists')
})

t.test('from outside the proxies no header counts', async (t) => {
  fc.assert(
    fc.property(
      fc.array(anything, { maxLength: 6 }),
      outside,
      (own, client) => from(client, own.join(', ')) === client,
    ),
    { numRuns: 2_000 },
  )
  t.pass('2,000 lists')
})

t.test(
  "through the application: failures behind a proxy are told apart, and Host and scheme are nobody else's word",
  async (t) => {
    const { stored } = aKey({ scopes: ['policies:read'] })
    const { app } = await appOnPacks(() => '1', {
      access: accessWith([stored], []).access,
      limits: { failuresPerMinute: 2, now: () => 0, trustedProxies: ['127.0.0.1'] },
    })
    t.teardown(() => app.close())
    const fail = async (forwarded: string, remoteAddress = '127.0.0.1') =>
      (await app.inject({ url: '/v1/plans', remoteAddress, headers: { 'x-forwarded-for': forwarded } }))
        .statusCode
    t.strictSame(
      [
        await fail('203.0.113.1'),
        await fail('198.51.100.7, 203.0.113.1'),
        await fail('198.51.100.8, 203.0.113.1'),
      ],
      [401, 401, 429],
      'one client, whatever it claims',
    )
    t.equal(await fail('203.0.113.2'), 401, 'its neighbour has a bucket of its own')
    t.strictSame(
      [await fail('203.0.113.3', '203.0.113.2'), await fail('203.0.113.4', '203.0.113.2')],
      [401, 429],
      'past the proxy the socket counts',
    )
  },
)

t.test('host, scheme and address of a request stay those of the connection', async (t) => {
  const seen: unknown[] = []
  const app = await buildApp({
    snapshot: { current: () => undefined },
    check: withoutBatch(() => {
      throw new Error('not asked')
    }),
    log: createLog('silent'),
    access: openAccess,
    limits: { trustedProxies: ['127.0.0.1'] },
  })
  t.teardown(() => app.close())
  app.addHook('onResponse', async ({ host, protocol, ip }) => {
    seen.push(host, protocol, ip)
  })
  const { headers } = await app.inject({
    url: '/health/live',
    headers: {
      host: 'precert.example',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      'x-forwarded-for': '203.0.113.1',
    },
  })
  t.equal(headers['strict-transport-security'], undefined)
  t.strictSame(seen, ['precert.example', 'http', '127.0.0.1'])
})

t.test('the setting takes addresses and networks, and nothing that trusts everybody', async (t) => {
  for (const good of ['10.0.0.5', '10.0.0.0/8', '::1', 'fd00::/8', '2001:db8::1/128'])
    t.ok(isNetwork(good), good)
  for (const bad of [
    '1',
    '',
    'true',
    'loopback',
    '10.0.0.0/33',
    '0.0.0.0/0',
    '::/0',
    '10.0.0.0/08',
    '10.0.0/8',
    'fe80::1%eth0',
    '10.0.0.1/8/8',
    'proxy.example',
  ]) {
    t.notOk(isNetwork(bad), bad)
    if (bad !== '')
      t.throws(
        () => readConfig({ TRUSTED_PROXIES: `10.0.0.5,${bad}` }),
        { message: /^TRUSTED_PROXIES must be addresses or networks/ },
        bad,
      )
  }
  t.equal(readConfig({ TRUSTED_PROXIES: '10.0.0.5,fd00::/8' }).TRUSTED_PROXIES, '10.0.0.5,fd00::/8')
})
