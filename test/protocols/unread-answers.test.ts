// Answers that nobody reads: given up after a time, counted meanwhile, and never those of a reader who is only slow.
import { connect, type AddressInfo, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { appOnPacks } from '../../scripts/app-on-packs.js'
import { noDecisionLog } from '../../src/decision-log/decision-log.js'
import { requestMetrics } from '../../src/metrics/request-metrics.js'
import { accessWith, aKey } from '../access/credentials.js'
import { aCheck } from './requests.js'

const line = JSON.stringify(aCheck())
const array = `[${Array.from({ length: 1_000 }, () => line).join()}]`

interface Listening {
  readonly app: Awaited<ReturnType<typeof appOnPacks>>['app']
  readonly port: number
  readonly underWay: () => number
}

async function listening(t: Test, options: Parameters<typeof appOnPacks>[1]): Promise<Listening> {
  const metrics = requestMetrics()
  const gauge = metrics.families.at(-1)
  const { app } = await appOnPacks(() => '1', {
    metrics: { requests: metrics },
    writeTimeoutSeconds: 1,
    ...options,
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  t.teardown(() => app.close())
  const underWay = (): number => Number(/ (\d+)$/m.exec(gauge?.render() ?? '')?.[1])
  return { app, port: (app.server.address() as AddressInfo).port, underWay }
}

/** Asks a batch over a bare socket and reads nothing of its answer. */
function askBatch(
  t: Test,
  port: number,
  { body = array, type = 'application/json', authorization = '' } = {},
): Socket {
  const socket = connect(port, '127.0.0.1').on('error', () => {})
  socket.write(
    `POST /v1/authorization-checks/batch?view=full HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: ${type}\r\n${authorization}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
  t.teardown(() => socket.destroy())
  return socket
}

/** Waits for what must come; false when it does not in twenty seconds. */
async function comes(holds: () => boolean | Promise<boolean>): Promise<boolean> {
  for (let tries = 0; tries < 400; tries++) {
    if (await holds()) return true
    await sleep(50)
  }
  return false
}

const statusOf = async ({ app }: Listening, url = '/v1/plans'): Promise<number> =>
  (await app.inject({ url })).statusCode

for (const [title, given] of [
  ['an array', {}],
  ['lines', { body: `${line}\n`.repeat(3_000), type: 'application/x-ndjson' }],
] as const)
  t.test(`nobody reads the answers to ${title}: the connection is ended`, async (t) => {
    const service = await listening(t, { pressure: { atOnce: 3 } })
    for (let reader = 0; reader < 3; reader++) askBatch(t, service.port, given)
    t.ok(await comes(async () => (await statusOf(service)) === 503), 'every place is taken')
    t.ok(await comes(() => service.underWay() === 0), 'and given back')
    t.equal(await statusOf(service), 200)
  })

t.test('who reads slowly gets all of it', async (t) => {
  const service = await listening(t, {})
  const socket = askBatch(t, service.port)
  let text = ''
  let unpaused = 0
  socket.on('data', (bytes: Buffer) => {
    text += bytes.toString('latin1')
    unpaused += bytes.length
    if (unpaused < 1024 * 1024) return
    unpaused = 0
    socket.pause()
    setTimeout(() => socket.resume(), 600)
  })
  await new Promise((resolve) => socket.once('close', resolve))
  t.equal(text.split('"determinationId"').length - 1, 1_000)
  t.match(text.slice(-20), /\]\r\n0\r\n\r\n$/, 'to its last byte')
})

t.test('an answer that we are slow to give is not taken for one that nobody reads', async (t) => {
  const service = await listening(t, {
    decisionLog: {
      ...noDecisionLog,
      records: true,
      record: async () => {
        await sleep(3_000)
      },
    },
  })
  const answer = await fetch(`http://127.0.0.1:${service.port}/v1/authorization-checks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: line,
  })
  t.equal(answer.status, 200)
})

t.test('nor is a batch that waits for its rate limit', async (t) => {
  const { key, stored } = aKey({ scopes: ['checks:write'] })
  const service = await listening(t, {
    access: accessWith([stored], []).access,
    limits: { linesPerMinute: 60 },
  })
  const socket = askBatch(t, service.port, {
    body: `${line}\n`.repeat(62),
    type: 'application/x-ndjson',
    authorization: `Authorization: Bearer ${key}\r\n`,
  })
  let text = ''
  socket.on('data', (bytes: Buffer) => (text += bytes.toString('latin1')))
  await new Promise((resolve) => socket.once('close', resolve))
  t.equal(text.split('"determinationId"').length - 1, 62)
})

t.test('bytes that nobody has read leave no room for others, until they are given up', async (t) => {
  const service = await listening(t, { pressure: { unsentBytes: 100_000 }, writeTimeoutSeconds: 60 })
  for (let reader = 0; reader < 3; reader++) askBatch(t, service.port)
  t.ok(await comes(async () => (await statusOf(service)) === 503))
  t.equal(await statusOf(service, '/health/ready'), 200)
  t.ok(
    await comes(async () => (await statusOf(service)) === 200),
    'those who do not read are cut, long before their time',
  )
})

t.test('readiness tells of an overload that lasts, and of its end', async (t) => {
  let release = (): void => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  const service = await listening(t, {
    pressure: { atOnce: 1, lastingMs: 1_000 },
    decisionLog: {
      ...noDecisionLog,
      records: true,
      record: async () => {
        await released
      },
    },
  })
  const check = service.app.inject({ method: 'POST', url: '/v1/authorization-checks', payload: aCheck() })
  t.equal(await statusOf(service, '/health/ready'), 200, 'not at once')
  t.ok(await comes(async () => (await statusOf(service, '/health/ready')) === 503))
  t.match((await service.app.inject('/health/ready')).json(), { code: 'overloaded', retryable: true })
  t.equal(await statusOf(service, '/health/live'), 200, 'whoever restarts a busy process makes it worse')
  release()
  await check
  t.ok(await comes(async () => (await statusOf(service, '/health/ready')) === 200))
})
