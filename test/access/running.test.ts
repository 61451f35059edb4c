// A process on PostgreSQL as an operator runs it: HTTPS on all addresses in production, keys made and revoked beside it, nothing secret in its log.
import { execFile, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { request, type RequestOptions } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Client } from 'pg'
import t from 'tap'
import { programArguments } from '../support/program.js'
import { audience, issuer, signer } from './credentials.js'

const server = process.env.TEST_DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres'
const admin = new Client({ connectionString: server, connectionTimeoutMillis: 2000 })
const reachable = await admin.connect().then(
  () => true,
  () => false,
)
const openssl = spawnSync('openssl', ['version']).status === 0
const required = process.env.CI === 'true' || process.env.TEST_DATABASE_URL !== undefined

if (reachable && openssl) await onOwnDatabase()
else if (required)
  t.fail(
    `PostgreSQL at ${new URL(server).host}: ${reachable ? 'there' : 'not there'}; openssl: ${openssl ? 'there' : 'not there'}`,
  )
else t.pass('NOT RUN: needs PostgreSQL at 127.0.0.1:5432 and openssl')
await admin.end().catch(() => {})

async function onOwnDatabase(): Promise<void> {
  const name = `precert_access_${randomBytes(6).toString('hex')}`
  await admin.query(`CREATE DATABASE ${name}`)
  try {
    await t.test(
      'keys, a token and HTTPS',
      async (t) => await withKeys(t, Object.assign(new URL(server), { pathname: `/${name}` }).href),
    )
  } finally {
    await admin.query(`DROP DATABASE ${name} WITH (FORCE)`)
  }
}

async function withKeys(
  t: Pick<typeof import('tap').default, 'equal' | 'ok' | 'notOk' | 'match' | 'teardown'>,
  databaseUrl: string,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'precert-access-'))
  const [cert, tlsKey, jwks] = ['cert.pem', 'key.pem', 'jwks.json'].map((file) => join(folder, file)) as [
    string,
    string,
    string,
  ]
  await promisify(execFile)('openssl', [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-days',
    '2',
    '-subj',
    '/CN=localhost',
    '-addext',
    'subjectAltName=DNS:localhost',
    '-keyout',
    tlsKey,
    '-out',
    cert,
  ])
  const issuing = await signer('ES256', 'one')
  await writeFile(jwks, JSON.stringify({ keys: [issuing.jwk] }))
  const keys = async (...args: string[]): Promise<{ key: string; keyId: string }> =>
    JSON.parse(
      (
        await promisify(execFile)(process.execPath, [...programArguments('keys'), ...args, '--json'], {
          env: { DATABASE_URL: databaseUrl },
        })
      ).stdout,
    ) as { key: string; keyId: string }

  const made = await keys('create', '--name', 'billing', '--scopes', 'policies:read')
  const child = spawn(process.execPath, programArguments('serve'), {
    env: {
      DATABASE_URL: databaseUrl,
      DATA_KEY: randomBytes(32).toString('hex'),
      HOST: '0.0.0.0',
      PORT: '0',
      NODE_ENV: 'production',
      LOG_LEVEL: 'trace',
      TLS_CERT_FILE: cert,
      TLS_KEY_FILE: tlsKey,
      JWT_ISSUER: issuer,
      JWT_AUDIENCE: audience,
      JWT_JWKS_FILE: jwks,
    },
  })
  t.teardown(() => {
    child.kill('SIGKILL')
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      output += String(chunk)
    })
  const port = await waitFor(
    () => /https:\/\/127\.0\.0\.1:(\d+)/.exec(output)?.[1],
    60_000,
    () => output,
  )
  const ca = await readFile(cert)
  const ask = async (credential?: string, path = '/v1/plans', method = 'GET') =>
    await answerOf({
      host: 'localhost',
      port,
      path,
      method,
      ca,
      headers: credential === undefined ? {} : { authorization: `Bearer ${credential}` },
    })

  t.match(await ask(), { status: 401, headers: { 'strict-transport-security': /max-age/ } })
  t.equal((await ask(undefined, '/health/ready')).status, 200)
  t.equal((await ask(made.key)).status, 200)
  t.equal((await ask(made.key, '/v1/authorization-checks', 'POST')).status, 403)
  const seconds = Math.floor(Date.now() / 1000)
  const token = await issuing.sign({ iat: seconds, exp: seconds + 60 })
  t.equal((await ask(token)).status, 200)
  t.equal((await ask(`${made.key.slice(0, -1)}~`)).status, 401)
  await ask(undefined, `/v1/plans?key=${made.key}`)

  const second = await keys('create', '--name', 'billing', '--scopes', 'policies:read')
  await waitFor(async () => (await ask(second.key)).status === 200 || undefined, 5_000)
  t.ok(true, 'a second key of the same name counts within 5 seconds')
  await keys('revoke', made.keyId)
  const revokedAt = performance.now()
  await waitFor(async () => (await ask(made.key)).status === 401 || undefined, 20_000)
  const took = performance.now() - revokedAt
  t.ok(took < 5_000, `revoked within 5 seconds: ${Math.round(took)} ms`)
  t.equal((await ask(second.key)).status, 200, 'and the other goes on')
  child.kill('SIGTERM')
  await waitFor(() => child.exitCode ?? undefined, 15_000)
  for (const secret of [made.key, second.key, token])
    for (const piece of [secret, secret.slice(-30), secret.slice(22, 60)])
      t.notOk(output.includes(piece), 'no secret in the log')
  t.notOk(
    /authorization|bearer|-----BEGIN/i.test(output.replace(/authorization-checks/g, '')),
    'and no header or private key',
  )
  t.match(output, /"route":"\/v1\/plans"/)
}

async function waitFor<T>(
  look: () => T | undefined | Promise<T | undefined>,
  limitMs: number,
  why: () => string = () => 'too late',
): Promise<T> {
  const started = performance.now()
  while (performance.now() - started < limitMs) {
    const found = await look()
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(why())
}

async function answerOf(options: RequestOptions): Promise<{ status: number | undefined; headers: object }> {
  return await new Promise((resolve, reject) => {
    const sent = request({ ...options, agent: false }, (answer) => {
      answer.resume().on('end', () => {
        resolve({ status: answer.statusCode, headers: answer.headers })
      })
    })
    sent.on('error', reject).end()
  })
}
