import t from 'tap'
import { appOnPacks } from '../../scripts/app-on-packs.js'
import { ConfigError, readConfig } from '../../src/process/config.js'
import { accessWith, aKey } from './credentials.js'

const { key, stored } = aKey()
const { access } = accessWith([stored], [])
const listed = 'https://desk.example'
function whatIsThrown(environment: Record<string, string>): unknown {
  try {
    return readConfig(environment)
  } catch (error) {
    return error
  }
}
const preflight = (origin: string) =>
  ({
    method: 'OPTIONS',
    url: '/v1/plans',
    headers: {
      origin,
      'access-control-request-method': 'GET',
      'access-control-request-headers': 'authorization',
    },
  }) as const

t.test('a listed origin may call, and no other', async (t) => {
  const { app } = await appOnPacks(() => '1', { access, corsOrigins: [listed, 'http://localhost:5173'] })
  t.teardown(() => app.close())
  t.match(await app.inject(preflight(listed)), {
    statusCode: 204,
    body: '',
    headers: {
      'access-control-allow-origin': listed,
      'access-control-allow-headers': /authorization, content-type, idempotency-key/,
      vary: 'origin',
    },
  })
  const answer = await app.inject({
    url: '/v1/plans',
    headers: { origin: listed, authorization: `Bearer ${key}` },
  })
  t.match(answer, {
    statusCode: 200,
    headers: { 'access-control-allow-origin': listed, 'access-control-expose-headers': /ratelimit/ },
  })
  t.match(
    await app.inject({ url: '/v1/plans', headers: { origin: listed } }),
    { statusCode: 401, headers: { 'access-control-allow-origin': listed } },
    'a page can read why it was refused',
  )
  for (const origin of [
    'https://desk.example.evil',
    'http://desk.example',
    'https://desk.example:8443',
    'https://DESK.example',
    'null',
    '*',
  ]) {
    const answer = await app.inject(preflight(origin))
    t.match(answer, { statusCode: 401, headers: { vary: 'origin' } }, origin)
    t.equal(answer.headers['access-control-allow-origin'], undefined)
    t.equal(answer.headers['access-control-allow-credentials'], undefined)
  }
  t.equal(
    (
      await app.inject({
        method: 'OPTIONS',
        url: '/v1/plans',
        headers: { origin: listed, authorization: `Bearer ${key}` },
      })
    ).statusCode,
    405,
    'without a question it is no preflight',
  )
})

t.test('without a list nothing is allowed', async (t) => {
  const { app } = await appOnPacks(() => '1', { access })
  t.teardown(() => app.close())
  const answer = await app.inject(preflight(listed))
  t.equal(answer.statusCode, 401)
  t.notOk(Object.keys(answer.headers).some((name) => name.startsWith('access-control')))
})

t.test('settings that would open more than was meant are refused', async (t) => {
  const bad: [Record<string, string>, RegExp][] = [
    [{ CORS_ORIGINS: '*' }, /CORS_ORIGINS/],
    [{ CORS_ORIGINS: 'https://*.example' }, /CORS_ORIGINS/],
    [{ CORS_ORIGINS: 'https://desk.example/' }, /CORS_ORIGINS/],
    [{ CORS_ORIGINS: 'null' }, /CORS_ORIGINS/],
    [{ TLS_CERT_FILE: 'cert.pem' }, /TLS_KEY_FILE/],
    [{ TLS_KEY_FILE: 'key.pem' }, /TLS_CERT_FILE/],
    [{ JWT_ISSUER: 'https://i.example' }, /JWT_AUDIENCE/],
    [{ JWT_JWKS_FILE: 'keys.json' }, /JWT_ISSUER/],
    [{ JWT_ISSUER: 'i', JWT_AUDIENCE: 'a' }, /JWT_JWKS_URL/],
    [
      { JWT_ISSUER: 'i', JWT_AUDIENCE: 'a', JWT_JWKS_FILE: 'f', JWT_JWKS_URL: 'https://i.example/keys' },
      /exclude each other/,
    ],
    [{ JWT_ISSUER: 'i', JWT_AUDIENCE: 'a', JWT_JWKS_URL: 'http://i.example/keys' }, /JWT_JWKS_URL/],
    [{ JWT_ISSUER: 'i', JWT_AUDIENCE: 'a', JWT_JWKS_URL: 'http://localhost.example/keys' }, /JWT_JWKS_URL/],
    [{ JWT_ALGORITHMS: 'HS256' }, /JWT_ALGORITHMS/],
    [{ JWT_ALGORITHMS: 'ES256,none' }, /JWT_ALGORITHMS/],
    [{ RATE_LIMIT_PER_MINUTE: '-1' }, /RATE_LIMIT_PER_MINUTE/],
  ]
  for (const [environment, words] of bad) {
    const thrown = whatIsThrown(environment)
    t.ok(thrown instanceof ConfigError)
    t.match(String(thrown), words, JSON.stringify(environment))
  }
  t.match(
    readConfig({
      CORS_ORIGINS: 'https://desk.example,http://localhost:5173',
      JWT_ISSUER: 'i',
      JWT_AUDIENCE: 'a',
      JWT_JWKS_URL: 'http://127.0.0.1:8080/keys',
    }),
    { CORS_ORIGINS: String },
  )
})
