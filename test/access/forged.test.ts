// Every credential that is not good gets one and the same answer: nobody learns from it what was wrong.
import { createHmac } from 'node:crypto'
import { request, type RequestOptions } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportSPKI } from 'jose'
import t from 'tap'
import { appOnPacks } from '../../scripts/app-on-packs.js'
import { accessWith, aKey, audience, goodClaims, issuer, now, signer } from './credentials.js'

const [elliptic, rsa, edwards, stranger, unlisted] = await Promise.all([
  signer('ES256', 'elliptic'),
  signer('RS256', 'rsa'),
  signer('EdDSA', 'edwards'),
  signer('ES256', 'elliptic'),
  signer('PS256', 'unlisted'),
])
const [good, other, expired, revoked] = [
  aKey(),
  aKey(),
  aKey({ expiresAt: '2026-11-24T11:59:59.000Z' }),
  aKey(),
]
const { access } = accessWith([good.stored, other.stored, expired.stored], [elliptic, rsa, edwards, unlisted])
const { app } = await appOnPacks(() => '1', { access, limits: { failuresPerMinute: 1000 } })
t.teardown(() => app.close())

const seconds = now / 1000
const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const unsigned = (header: object, signature = ''): string =>
  `${part(header)}.${part(goodClaims)}.${signature}`
const withSecret = (secret: string | Buffer): string => {
  const text = `${part({ alg: 'HS256', kid: 'rsa', typ: 'at+jwt' })}.${part(goodClaims)}`
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`
}
const token = await elliptic.sign()
const [head = '', body = '', signature = ''] = token.split('.')
const swapped = (text: string, at: number): string =>
  text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1)
const secretOf = (key: string): string => key.split('_')[3] ?? ''

const forged: Record<string, string | undefined> = {
  'no header': undefined,
  'an empty header': '',
  'the scheme alone': 'Bearer ',
  'a key without a scheme': good.key,
  'a key under another scheme': `Basic ${Buffer.from(`${good.key}:`).toString('base64')}`,
  'a key in quotes': `Bearer "${good.key}"`,
  'two keys': `Bearer ${good.key}, Bearer ${other.key}`,
  'a key and a word': `Bearer ${good.key} x`,
  'a key with its first secret letter changed': `Bearer ${swapped(good.key, 22)}`,
  'a key with its last letter changed': `Bearer ${swapped(good.key, good.key.length - 1)}`,
  'a key that lost its last letter': `Bearer ${good.key.slice(0, -1)}`,
  'a key with a letter more': `Bearer ${good.key}A`,
  'a key without its secret': `Bearer ${good.key.slice(0, 21)}`,
  'the prefix alone': 'Bearer pck_',
  'the id of one key with the secret of another': `Bearer ${good.key.replace(secretOf(good.key), secretOf(other.key))}`,
  'a key of another environment': `Bearer ${good.key.replace('_live_', '_test_')}`,
  'a key in capitals': `Bearer ${good.key.toUpperCase()}`,
  'a key that nobody made': `Bearer ${aKey().key}`,
  'an expired key': `Bearer ${expired.key}`,
  'a revoked key': `Bearer ${revoked.key}`,
  'what the store keeps of a key': `Bearer pck_live_${good.stored.keyId}_${good.stored.secretHash}`,
  '8 KiB of letters': `Bearer ${'A'.repeat(8192)}`,
  'alg none': `Bearer ${unsigned({ alg: 'none', typ: 'at+jwt' })}`,
  'alg nOnE': `Bearer ${unsigned({ alg: 'nOnE', kid: 'elliptic' })}`,
  'alg none with a good signature': `Bearer ${unsigned({ alg: 'none' }, signature)}`,
  'HMAC with the public key as its secret': `Bearer ${withSecret(await exportSPKI(rsa.publicKey))}`,
  'HMAC with no secret': `Bearer ${withSecret('')}`,
  'a key id that is not known': `Bearer ${await stranger.sign({}, { kid: 'unknown' })}`,
  'a key id that is a path': `Bearer ${await stranger.sign({}, { kid: '../../../dev/null' })}`,
  'a known key id, signed by another key': `Bearer ${await stranger.sign()}`,
  'another key, brought along as jwk': `Bearer ${await stranger.sign({}, { jwk: stranger.jwk })}`,
  'another key, to be fetched from jku': `Bearer ${await stranger.sign({}, { kid: 'unknown', jku: 'http://127.0.0.1:9/keys' })}`,
  'another key, to be fetched from x5u': `Bearer ${await stranger.sign({}, { kid: 'unknown', x5u: 'http://127.0.0.1:9/chain' })}`,
  'a critical extension that is not known': `Bearer ${unsigned({ alg: 'ES256', kid: 'elliptic', crit: ['unheard-of'], 'unheard-of': 1 }, signature)}`,
  'an algorithm that is not listed': `Bearer ${await unlisted.sign()}`,
  'an expired token': `Bearer ${await elliptic.sign({ iat: seconds - 400, exp: seconds - 61 })}`,
  'a token for later': `Bearer ${await elliptic.sign({ nbf: seconds + 61 })}`,
  'a token without expiry': `Bearer ${await elliptic.sign({ exp: undefined })}`,
  'a token without its time of issue': `Bearer ${await elliptic.sign({ iat: undefined })}`,
  'a token that lives longer than a day': `Bearer ${await elliptic.sign({ exp: seconds + 86_401 })}`,
  'a token for another audience': `Bearer ${await elliptic.sign({ aud: 'https://other.example' })}`,
  'a token for several audiences': `Bearer ${await elliptic.sign({ aud: [audience, 'https://other.example'] })}`,
  'a token without audience': `Bearer ${await elliptic.sign({ aud: undefined })}`,
  'a token of another issuer': `Bearer ${await elliptic.sign({ iss: `${issuer}other` })}`,
  'a token without subject': `Bearer ${await elliptic.sign({ sub: undefined })}`,
  'a token with an empty subject': `Bearer ${await elliptic.sign({ sub: '' })}`,
  'a token whose subject is a list': `Bearer ${await elliptic.sign({ sub: ['engine-1'] })}`,
  'a token whose subject is an object with a length': `Bearer ${await elliptic.sign({ sub: { length: 1 } })}`,
  'a token whose subject is a number': `Bearer ${await elliptic.sign({ sub: 17 })}`,
  'a token whose subject has a NUL': `Bearer ${await elliptic.sign({ sub: 'engine\u0000' })}`,
  'a token whose subject has half a surrogate': `Bearer ${await elliptic.sign({ sub: 'engine\ud800' })}`,
  'a token whose subject has the other half': `Bearer ${await elliptic.sign({ sub: '\udc00engine' })}`,
  'a token whose subject has a line break': `Bearer ${await elliptic.sign({ sub: 'engine\nengine' })}`,
  'a token whose subject has a control of C1': `Bearer ${await elliptic.sign({ sub: 'engine\u0085' })}`,
  'a token whose subject is written right to left': `Bearer ${await elliptic.sign({ sub: '\u202eenigne' })}`,
  'a token whose subject has a space of no width': `Bearer ${await elliptic.sign({ sub: 'engine\u200b' })}`,
  'a token whose subject is spaces': `Bearer ${await elliptic.sign({ sub: '  ' })}`,
  'a token whose subject has the sign for what could not be read': `Bearer ${await elliptic.sign({ sub: 'engine\ufffd' })}`,
  'a token whose subject is longer than 255 characters': `Bearer ${await elliptic.sign({ sub: 'e'.repeat(256) })}`,
  'a token whose issuer is a list': `Bearer ${await elliptic.sign({ iss: [issuer] })}`,
  'a token without issuer': `Bearer ${await elliptic.sign({ iss: undefined })}`,
  'a token whose type is a list': `Bearer ${await elliptic.sign({}, { typ: ['at+jwt'] })}`,
  'a token whose type is nothing': `Bearer ${await elliptic.sign({}, { typ: null })}`,
  'a token whose type is a number': `Bearer ${await elliptic.sign({}, { typ: 1 })}`,
  'a token that will be issued in two minutes': `Bearer ${await elliptic.sign({ iat: seconds + 120, exp: seconds + 300 })}`,
  'a token that will be issued in a year, for a day': `Bearer ${await elliptic.sign({ iat: seconds + 31_536_000, exp: seconds + 31_536_000 + 86_400 })}`,
  'a token that ends in more than a day': `Bearer ${await elliptic.sign({ iat: seconds + 61, exp: seconds + 86_461 })}`,
  'a token whose times are texts': `Bearer ${await elliptic.sign({ iat: String(seconds), exp: String(seconds + 300) })}`,
  'a token of another kind': `Bearer ${await elliptic.sign({}, { typ: 'logout+jwt' })}`,
  'a token whose scopes were widened': `Bearer ${head}.${part({ ...goodClaims, scope: 'admin:keys' })}.${signature}`,
  'a token whose signature is cut': `Bearer ${token.slice(0, -4)}`,
  'a token without signature': `Bearer ${head}.${body}`,
  'a token of five parts': `Bearer ${token}.${body}.${signature}`,
  'a token whose payload is no JSON': `Bearer ${head}.AAAA.${signature}`,
}

t.test(`${Object.keys(forged).length} forged or stale credentials: one and the same 401`, async (t) => {
  t.ok(Object.keys(forged).length >= 40)
  let first: string | undefined
  let same = 0
  for (const [title, authorization] of Object.entries(forged)) {
    const answer = await app.inject({
      url: '/v1/plans',
      headers: { 'x-request-id': 'same-request', ...(authorization === undefined ? {} : { authorization }) },
    })
    const { date: _date, ...headers } = answer.headers
    const whole = JSON.stringify([answer.statusCode, headers, answer.body])
    first ??= whole
    if (whole === first) same++
    else t.equal(whole, first, title)
  }
  t.match(JSON.parse(first ?? '[]'), [
    401,
    { 'www-authenticate': 'Bearer', 'cache-control': 'no-store' },
    String,
  ])
  t.equal(same, Object.keys(forged).length, `${same} of ${Object.keys(forged).length}`)
})

t.test('two Authorization headers are one more bad credential, whichever of them is good', async (t) => {
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  const [one, two] = [`Bearer ${good.key}`, 'Bearer nothing']
  for (const [title, status, ...headers] of [
    ['one', 200, one],
    ['good and bad', 401, one, two],
    ['bad and good', 401, two, one],
    ['the same twice', 401, one, one],
    ['a key and a token', 401, one, `Bearer ${token}`],
  ] as const)
    t.equal(await statusOf(port, headers), status, title)
})

async function statusOf(port: number, authorization: readonly string[]): Promise<number | undefined> {
  return await new Promise((resolve, reject) => {
    const sent = request(
      {
        port,
        path: '/v1/plans',
        agent: false,
        headers: [
          'Host',
          '127.0.0.1',
          ...authorization.flatMap((one, at) => [at === 1 ? 'AUTHORIZATION' : 'Authorization', one]),
        ],
      } as RequestOptions,
      (answer) => {
        answer.resume()
        resolve(answer.statusCode)
      },
    )
    sent.on('error', reject).end()
  })
}

t.test('and neither the method nor what is sent with it changes that', async (t) => {
  const asked = { url: '/v1/authorization-checks', headers: { 'x-request-id': 'same-request' } } as const
  const first = await app.inject({ method: 'POST', ...asked, payload: {} })
  t.equal(first.statusCode, 401)
  for (const differing of [
    { method: 'POST', payload: '{', headers: { ...asked.headers, 'content-type': 'text/plain' } },
    { method: 'GET' },
    { method: 'DELETE' },
    { method: 'OPTIONS' },
    { method: 'POST', url: '/v1/authorization-checks?x=1' },
  ] as const) {
    const answer = await app.inject({ ...asked, ...differing })
    t.equal(answer.body, first.body, JSON.stringify(differing))
    t.equal(answer.headers.allow, undefined)
  }
  const head = await app.inject({ method: 'HEAD', ...asked, url: '/v1/plans' })
  t.match(head, { statusCode: 401, body: '', headers: { 'www-authenticate': 'Bearer', etag: undefined } })
})

t.test('what is good is taken', async (t) => {
  const taken: Record<string, string> = {
    'a key': `Bearer ${good.key}`,
    'a scheme in small letters': `bearer ${good.key}`,
    ES256: `Bearer ${token}`,
    RS256: `Bearer ${await rsa.sign()}`,
    EdDSA: `Bearer ${await edwards.sign()}`,
    'an audience in a list': `Bearer ${await elliptic.sign({ aud: [audience] })}`,
    'the plain type': `Bearer ${await elliptic.sign({}, { typ: 'JWT' })}`,
    'scopes in scp': `Bearer ${await elliptic.sign({ scope: undefined, scp: ['policies:read'] })}`,
    'a subject of words in any script': `Bearer ${await elliptic.sign({ sub: 'CN=Zoë 診療所 🏥|auth0#1' })}`,
    'a day to live, from a clock that is a minute ahead': `Bearer ${await elliptic.sign({ iat: seconds + 60, exp: seconds + 86_460 })}`,
    'a clock that is a minute off': `Bearer ${await elliptic.sign({ iat: seconds - 300, exp: seconds - 59 })}`,
  }
  for (const [title, authorization] of Object.entries(taken))
    t.equal((await app.inject({ url: '/v1/plans', headers: { authorization } })).statusCode, 200, title)
  t.equal(
    (
      await app.inject({
        url: '/v1/plans',
        headers: { authorization: `Bearer ${await elliptic.sign({ scope: 'openid' })}` },
      })
    ).statusCode,
    403,
    'without a scope of ours',
  )
})
