// The program as an operator runs it: started for real on each store, asked over the network, stopped by a signal.
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Client } from 'pg'
import t from 'tap'
import { programArguments } from './support/program.js'

const server = process.env.TEST_DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres'

interface Running {
  readonly url: string
  readonly child: ChildProcess
  readonly stop: () => Promise<number | null>
  readonly output: () => string
}

async function start(environment: Record<string, string>): Promise<Running> {
  const child = spawn(process.execPath, programArguments('serve'), {
    env: { PATH: process.env.PATH ?? '', PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout.on('data', (text: Buffer) => {
    output += text.toString()
  })
  child.stderr.on('data', (text: Buffer) => {
    output += text.toString()
  })
  const exit = once(child, 'exit') as Promise<[number | null]>
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', () => {
      const [, found] = /listening at (http:\/\/[0-9.:]+)/.exec(output) ?? []
      if (found !== undefined) resolve(found)
    })
    exit.then(([code]) => {
      reject(new Error(`exited with ${code}: ${output}`))
    }, reject)
  })
  const stop = async (): Promise<number | null> => {
    child.kill('SIGTERM')
    const [code] = await exit
    return code
  }
  return { url, child, stop, output: () => output }
}

const question = {
  coverage: { planId: 'medicare-part-b', state: 'FL' },
  claimType: 'professional',
  diagnosisCodes: ['D51.0'],
  serviceLines: [
    {
      lineNumber: 1,
      procedureCode: 'J3420',
      units: 1,
      modifiers: [],
      diagnosisPointers: [1],
      dateOfService: '2026-11-03',
      placeOfService: '11',
    },
  ],
  serviceHistory: [],
  serviceHistorySince: '2023-01-01',
  serviceHistoryScope: 'practice',
}

async function ask(
  url: string,
  key?: string,
): Promise<{ status: number; answer: { outcome: string; policyRevision: number; lines: unknown } }> {
  const response = await fetch(`${url}/v1/authorization-checks`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
    },
    body: JSON.stringify(question),
  })
  return {
    status: response.status,
    answer: (await response.json()) as { outcome: string; policyRevision: number; lines: unknown },
  }
}

const answers: unknown[] = []

t.test('on the embedded store: first start, second start, a second process', async (t) => {
  const folder = join(await mkdtemp(join(tmpdir(), 'precert-start-')), 'data')
  const first = await start({ DATA_DIR: folder })
  const { status, answer } = await ask(first.url)
  t.strictSame([status, answer.outcome, answer.policyRevision], [200, 'proceed', 1])
  answers.push(answer.lines)
  await t.rejects(
    start({ DATA_DIR: folder }),
    { message: new RegExp(`${first.child.pid}`) },
    'a second process refuses and names the holder',
  )
  t.equal(await first.stop(), 0)
  const second = await start({ DATA_DIR: folder })
  t.equal((await ask(second.url)).answer.policyRevision, 1, 'the same packs make no new revision')
  t.equal(await second.stop(), 0)
  t.equal(
    (await stat(join(folder, 'data.key'))).mode & 0o777,
    0o600,
    'what callers send is sealed with a key that only its owner can read',
  )
  t.match(
    first.output(),
    /no credentials are configured: open to every program on this machine/,
    'one line says that it is open',
  )
  t.notMatch(first.output() + second.output(), /J3420|D51|E44/, 'no code of a request is logged')
})

t.test('on a server', async (t) => {
  const name = `precert_start_${randomBytes(6).toString('hex')}`
  const admin = new Client({ connectionString: server, connectionTimeoutMillis: 2000 })
  try {
    await admin.connect()
  } catch (error) {
    if (process.env.CI === 'true' || process.env.TEST_DATABASE_URL !== undefined) throw error
    t.pass(`no PostgreSQL at ${new URL(server).host}: not run`)
    return
  }
  t.teardown(async () => {
    await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
    await admin.end()
  })
  await admin.query(`CREATE DATABASE ${name}`)
  const databaseUrl = Object.assign(new URL(server), { pathname: `/${name}` }).href
  await t.rejects(start({ DATABASE_URL: databaseUrl }), {
    message:
      /exited with 78: [^]*precert: does not start: DATABASE_URL asks for credentials[^]*precert keys create/,
  })
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...programArguments('keys'), 'create', '--name', 'start', '--scopes', 'checks:write', '--json'],
    { env: { DATABASE_URL: databaseUrl } },
  )
  const { key } = JSON.parse(stdout) as { key: string }
  await t.rejects(start({ DATABASE_URL: databaseUrl }), {
    message:
      /exited with 78: [^]*precert: does not start: DATABASE_URL asks for DATA_KEY[^]*openssl rand -base64 32/,
  })
  const dataKey = randomBytes(32).toString('base64')
  const running = await start({ DATABASE_URL: databaseUrl, DATA_KEY: dataKey })
  t.equal((await ask(running.url)).status, 401)
  const { status, answer } = await ask(running.url, key)
  t.strictSame([status, answer.outcome, answer.policyRevision], [200, 'proceed', 1])
  answers.push(answer.lines)
  t.strictSame(answers[1], answers[0], 'both stores give the same answer')
  t.equal(await running.stop(), 0)
  await t.rejects(
    start({ DATABASE_URL: databaseUrl, DATA_KEY: randomBytes(32).toString('base64') }),
    { message: /exited with 78: [^]*not the key with which this store was begun/ },
    'what is on record cannot be read with another key',
  )
})

t.test('bad configuration ends with one line and exit code 78', async (t) => {
  await t.rejects(start({ PORT: 'abc' }), {
    message: /exited with 78: precert serve: bad configuration: PORT/,
  })
})
