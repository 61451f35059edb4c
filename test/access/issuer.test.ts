// The one outbound call there is: the published keys of an issuer, from a server of the test.
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import t from 'tap'
import { appOnPacks } from '../../scripts/app-on-packs.js'
import { closedAccess } from '../../src/access/access.js'
import { createTokenVerifier } from '../../src/access/tokens.js'
import { accessWith, aKey, audience, issuer, now, signer } from './credentials.js'

const [known, unknown] = await Promise.all([signer('ES256', 'known'), signer('ES256', 'unknown')])
const set = JSON.stringify({ keys: [known.jwk] })

async function withIssuer(
  t: { teardown: (end: () => void) => void },
  serve: (request: IncomingMessage, response: ServerResponse) => void,
) {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    serve(request, response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`
  const { key, stored } = aKey()
  const { table } = accessWith([stored], [])
  const { app } = await appOnPacks(() => '1', {
    access: closedAccess({
      key: table.verify,
      token: createTokenVerifier({ issuer, audience, algorithms: ['ES256'], keys: { url } }, () => now),
    }),
  })
  t.teardown(() => {
    server.close()
    void app.close()
  })
  const ask = async (credential: string) =>
    await app.inject({ url: '/v1/plans', headers: { authorization: `Bearer ${credential}` } })
  return { asked, ask, key }
}

t.test('keys are fetched once, also for a flood of unknown key ids', async (t) => {
  const { asked, ask } = await withIssuer(t, (_, response) => response.end(set))
  t.equal(asked.length, 0, 'not before they are needed')
  for (let at = 0; at < 3; at++) t.equal((await ask(await known.sign())).statusCode, 200)
  for (let at = 0; at < 20; at++) t.equal((await ask(await unknown.sign())).statusCode, 401)
  t.equal(
    (await ask(await known.sign({}, { jku: 'http://127.0.0.1:9/keys' }))).statusCode,
    200,
    'what a token says about its keys is not looked at',
  )
  t.strictSame(asked, ['/keys'])
})

const failing: [string, (request: IncomingMessage, response: ServerResponse) => void][] = [
  ['an error', (_, response) => response.writeHead(500).end()],
  [
    'a redirect',
    (request, response) => {
      if (request.url === '/keys') response.writeHead(302, { location: '/other' }).end()
      else response.end(set)
    },
  ],
  ['more than 64 KiB', (_, response) => response.end(set + ' '.repeat(70_000))],
  [
    'more than 100 keys',
    (_, response) =>
      response.end(
        JSON.stringify({ keys: [known.jwk, ...Array.from({ length: 100 }, () => ({ kty: 'EC' }))] }),
      ),
  ],
  [
    'more than 64 KiB once it is unpacked',
    (_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(set + ' '.repeat(70_000)))
    },
  ],
  ['no key set', (_, response) => response.end('{}')],
  [
    'a shared secret',
    (_, response) => response.end('{"keys":[{"kty":"oct","k":"AAAA","kid":"known","alg":"ES256"}]}'),
  ],
  [
    'nothing',
    (request) => {
      request.socket.destroy()
    },
  ],
]
for (const [title, serve] of failing) {
  t.test(
    `an issuer that answers with ${title}: no token is taken, keys go on, and it is not asked again at once`,
    async (t) => {
      const { asked, ask, key } = await withIssuer(t, serve)
      const answer = await ask(await known.sign())
      // Only keys that could sign are looked at, so a secret is a key that nobody finds.
      if (title === 'a shared secret') t.equal(answer.statusCode, 401)
      else t.match([answer.statusCode, answer.json()], [503, { code: 'issuer-unreachable', retryable: true }])
      for (let at = 0; at < 10; at++) t.not((await ask(await unknown.sign())).statusCode, 200)
      t.equal((await ask(key)).statusCode, 200)
      t.ok(asked.length <= 2 && !asked.includes('/other'), asked.join())
    },
  )
}
