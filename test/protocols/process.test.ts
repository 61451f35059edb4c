import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { Config, ConfigError, readConfig } from '../../src/process/config.js'
import { prepareDataDir } from '../support/embedded.js'
import { programArguments } from '../support/program.js'

t.test('the environment is read once, checked and frozen', async (t) => {
  const config = readConfig({ PATH: '/bin', PORT: '8080', DATABASE_URL: '', DRAIN_SECONDS: '2.5' })
  t.same(config, {
    HOST: '127.0.0.1',
    PORT: 8080,
    ADMIN_HOST: '127.0.0.1',
    DATA_DIR: './.precert',
    POLICY_MAX_UNCONFIRMED_MINUTES: 15,
    LOG_LEVEL: 'info',
    JWT_ALGORITHMS: 'ES256,ES384,RS256,RS384,EdDSA',
    RATE_LIMIT_PER_MINUTE: 6000,
    RATE_LIMIT_PUBLIC_PER_MINUTE: 600,
    API_DOCS: 'on',
    MAX_CONCURRENT_REQUESTS: 1000,
    MAX_UNSENT_MIB: 128,
    WRITE_TIMEOUT_SECONDS: 30,
    DECISION_LOG: 'db',
    SPOOL_MAX_MIB: 1024,
    SPOOL_FLUSH: 'grouped',
    DRAIN_SECONDS: 2.5,
  })
  t.ok(Object.isFrozen(config))
  for (const [key, setting] of Object.entries(Config.properties))
    t.ok((setting as { description?: string }).description, key)
})

t.test('a bad environment is one line that names the key and never the value', async (t) => {
  const bad: [NodeJS.ProcessEnv, RegExp][] = [
    [{ PORT: 'abc' }, /^PORT must be integer$/],
    [{ PORT: '65536' }, /^PORT /],
    [{ OPEN_HOSTS: 'desk.example:3000' }, /^OPEN_HOSTS /],
    [{ OPEN_HOSTS: 'a,*' }, /^OPEN_HOSTS /],
    [{ API_DOCS: 'no' }, /^API_DOCS .*on, off/],
    [{ LOG_LEVEL: 'loud' }, /^LOG_LEVEL .*fatal, error/],
    [{ DATABASE_URL: 'mysql://user:secret@x/y' }, /^DATABASE_URL /],
  ]
  for (const [environment, words] of bad) {
    try {
      readConfig(environment)
      t.fail('was taken')
    } catch (error) {
      t.ok(error instanceof ConfigError)
      t.match((error as Error).message, words)
      t.notMatch((error as Error).message, /secret|loud|abc|\n/)
    }
  }
})

/** Folders of processes that have ended: what the next one starts on, since a store that holds the packs opens in half the time. */
const left: string[] = []

async function newFolder(): Promise<string> {
  const dataFolder = join(await mkdtemp(join(tmpdir(), 'precert-')), 'data')
  await prepareDataDir(dataFolder)
  return dataFolder
}

async function startMain(
  environment: Record<string, string>,
): Promise<{ child: ChildProcess; out: () => string; err: () => string; exit: Promise<number | null> }> {
  const dataFolder = left.pop() ?? (await newFolder())
  const child = spawn(process.execPath, programArguments('serve'), {
    env: { PATH: process.env.PATH ?? '', DATA_DIR: dataFolder, PORT: '0', ...environment },
  })
  let [out, err] = ['', '']
  child.stdout.on('data', (chunk) => {
    out += String(chunk)
  })
  child.stderr.on('data', (chunk) => {
    err += String(chunk)
  })
  const exit = once(child, 'exit').then(([code]) => {
    left.push(dataFolder)
    return code as number | null
  })
  t.teardown(() => child.kill('SIGKILL'))
  return { child, out: () => out, err: () => err, exit }
}

async function listening(main: { child: ChildProcess; out: () => string }): Promise<string> {
  for (let tries = 0; tries < 600 && main.child.exitCode === null; tries++) {
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(main.out())?.[0]
    if (url !== undefined) return url
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`does not listen: ${main.out()}`)
}

t.test('a bad configuration ends with 78 and one line', async (t) => {
  const main = await startMain({ PORT: 'abc' })
  t.equal(await main.exit, 78)
  t.equal(main.err(), 'precert serve: bad configuration: PORT must be integer\n')
})

t.test('a port that is taken ends with 1 and one line', async (t) => {
  const holder = createServer().listen(0, '127.0.0.1')
  await once(holder, 'listening')
  const main = await startMain({ PORT: String((holder.address() as AddressInfo).port) })
  t.equal(await main.exit, 1)
  t.match(main.err(), /^precert: cannot start: port \d+ of 127\.0\.0\.1 is taken; set PORT to another one\n$/)
  holder.close()
})

t.test('SIGTERM: not ready at once, answering on, then out with 0', async (t) => {
  const main = await startMain({ DRAIN_SECONDS: '1.5' })
  const url = await listening(main)
  t.equal((await fetch(`${url}/health/live`)).status, 200)
  main.child.kill('SIGHUP')
  await new Promise((resolve) => setTimeout(resolve, 200))
  t.equal((await fetch(`${url}/health/ready`)).status, 200, 'SIGHUP ends nothing')
  main.child.kill('SIGTERM')
  await new Promise((resolve) => setTimeout(resolve, 500))
  const [live, ready] = [await fetch(`${url}/health/live`), await fetch(`${url}/health/ready`)]
  t.equal(live.status, 200)
  t.equal(live.headers.get('connection'), 'close')
  t.equal(ready.status, 503)
  t.match(await ready.json(), { code: 'shutting-down', retryable: true })
  const started = performance.now()
  t.equal(await main.exit, 0)
  t.ok(performance.now() - started < 8000)
})

t.test('metrics are served beside: where the log says, on the port that is set, or not at all', async (t) => {
  const main = await startMain({})
  const url = await listening(main)
  const port = await (async () => {
    for (let tries = 0; tries < 100; tries++) {
      const found = /"port":(\d+),"msg":"metrics and health are served"/.exec(main.out())?.[1]
      if (found !== undefined) return found
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    throw new Error(main.out())
  })()
  t.equal((await fetch(`${url}/metrics`)).status, 404)
  t.equal((await fetch(`${url}/v1/plans`)).status, 200)
  t.match(
    await (await fetch(`http://127.0.0.1:${port}/metrics`)).text(),
    /precert_http_requests_total\{method="GET",route="\/v1\/plans",status="2xx"\} 1\n/,
  )
  const second = await startMain({ ADMIN_PORT: port })
  t.equal(await second.exit, 1)
  t.match(
    second.err(),
    new RegExp(
      `^precert: cannot start: port ${port} of 127\\.0\\.0\\.1 is taken; set ADMIN_PORT to another one\n$`,
    ),
  )
  const without = await startMain({ ADMIN_HOST: 'none' })
  await listening(without)
  t.notMatch(without.out(), /metrics and health/)
  const open = await startMain({ ADMIN_HOST: '0.0.0.0' })
  t.equal(await open.exit, 78)
  t.match(open.err(), /does not start: ADMIN_HOST=0\.0\.0\.0 asks for credentials/)
})
