// What clients send ahead of their answers: answered one after the other, and forgotten when the connection ends.
import { connect, type AddressInfo, type Socket } from 'node:net'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import { appOnPacks } from '../../scripts/app-on-packs.js'
import { anonymous } from '../../src/access/caller.js'
import { noDecisionLog, type DecisionLog } from '../../src/decision-log/decision-log.js'
import { requestMetrics } from '../../src/metrics/request-metrics.js'
import { aCheck } from './requests.js'

const body = JSON.stringify(aCheck())
const check = `POST /v1/authorization-checks HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`

/** A log that records nothing until it is told to: what waits for it is under way. */
function heldLog(): { log: DecisionLog; release: () => void; waiting: () => number } {
  let [release, waiting] = [() => {}, 0]
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  const record = async (): Promise<void> => {
    waiting++
    await released
  }
  return { log: { ...noDecisionLog, records: true, record }, release, waiting: () => waiting }
}

interface Listening {
  readonly app: FastifyInstance
  readonly port: number
  readonly underWay: () => number
}

async function listening(t: Test, options: Parameters<typeof appOnPacks>[1]): Promise<Listening> {
  const metrics = requestMetrics()
  const gauge = metrics.families.at(-1)
  const { app } = await appOnPacks(() => '1', { metrics: { requests: metrics }, ...options })
  await app.listen({ port: 0, host: '127.0.0.1' })
  t.teardown(() => app.close())
  const underWay = (): number => Number(/ (\d+)$/m.exec(gauge?.render() ?? '')?.[1])
  return { app, port: (app.server.address() as AddressInfo).port, underWay }
}

async function opened(port: number): Promise<{ socket: Socket; text: () => string }> {
  const socket = connect(port, '127.0.0.1')
  let text = ''
  socket.on('data', (bytes) => (text += bytes.toString('latin1'))).on('error', () => {})
  await once(socket, 'connect')
  return { socket, text: () => text }
}

/** Waits for what must come; false when it does not in ten seconds. */
async function comes(holds: () => boolean | Promise<boolean>): Promise<boolean> {
  for (let tries = 0; tries < 1_000; tries++) {
    if (await holds()) return true
    await sleep(10)
  }
  return false
}

const statusesIn = (text: string): string[] =>
  [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => status ?? '')
const answers = async ({ app }: Listening): Promise<boolean> =>
  (await app.inject({ method: 'POST', url: '/v1/authorization-checks', payload: aCheck() })).statusCode ===
  200

t.test(
  'requests that hang up in front of their answers free their places, and are under way no more',
  async (t) => {
    const { log, release, waiting } = heldLog()
    const service = await listening(t, { pressure: { atOnce: 8 }, decisionLog: log })
    for (let round = 1; round <= 6; round++) {
      const { socket } = await opened(service.port)
      socket.write(check.repeat(20))
      t.ok(await comes(() => waiting() >= round), `the first of connection ${round} is worked on`)
      socket.destroy()
    }
    release()
    t.ok(
      await comes(async () =>
        (await Promise.all(Array.from({ length: 8 }, () => answers(service)))).every(Boolean),
      ),
      'there is room for as many as before',
    )
    t.ok(await comes(() => service.underWay() === 0), 'and nothing is under way')
  },
)

t.test(
  'of a connection one request is under way; answers come in order, also behind a long one',
  async (t) => {
    const { log, release, waiting } = heldLog()
    const service = await listening(t, { decisionLog: log })
    const { socket, text } = await opened(service.port)
    socket.write(`${check.repeat(150)}${get('/health/live')}${get('/nowhere')}`)
    t.ok(await comes(() => waiting() > 0))
    for (let turn = 0; turn < 50; turn++) await sleep(1)
    t.equal(waiting(), 1)
    t.equal(service.underWay(), 1)
    release()
    t.ok(await comes(() => statusesIn(text()).length === 152), `${statusesIn(text()).length} answers`)
    t.same(statusesIn(text()), [...Array.from({ length: 150 }, () => '200'), '200', '404'])
    socket.destroy()
  },
)

t.test('a batch with pipelined health checks, and then a connection that is kept', async (t) => {
  const service = await listening(t, {})
  const { socket, text } = await opened(service.port)
  const lines = `${body}\n`.repeat(300)
  socket.write(
    `POST /v1/authorization-checks/batch HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\nContent-Length: ${Buffer.byteLength(lines)}\r\n\r\n${lines}${get('/health/live').repeat(5)}`,
  )
  t.ok(await comes(() => statusesIn(text()).length === 6))
  const [batch = '', ...health] = text().split(/(?=HTTP\/1\.1 )/)
  t.equal(batch.split('"determinationId"').length - 1, 300, 'the whole batch comes first')
  t.ok(health.every((one) => one.includes('{"status":"live"}')))
  for (let next = 7; next <= 9; next++) {
    socket.write(check)
    t.ok(await comes(() => statusesIn(text()).length === next), 'and the connection goes on')
  }
  socket.destroy()
})

t.test('who sends hundreds ahead of an answer is cut; others are answered', async (t) => {
  const { log, release, waiting } = heldLog()
  const service = await listening(t, { decisionLog: log })
  const { socket } = await opened(service.port)
  socket.write(check)
  t.ok(await comes(() => waiting() > 0))
  const closed = new Promise((resolve) => socket.once('close', resolve))
  for (let more = 0; more < 50 && !socket.destroyed; more++) socket.write(get('/health/live').repeat(100))
  await closed
  release()
  t.ok(await answers(service))
  t.ok(await comes(() => service.underWay() === 0))
})

t.test('URLs that cannot be read, behind an answer that is never given', async (t) => {
  const { log, release, waiting } = heldLog()
  const service = await listening(t, { decisionLog: log })
  const { socket } = await opened(service.port)
  socket.write(`${check}${get('/Jane%zz').repeat(12)}`)
  t.ok(await comes(() => waiting() > 0 && service.underWay() > 1))
  socket.destroy()
  release()
  t.ok(await comes(() => service.underWay() === 0))
})

t.test('what is no HTTP behind a request gets no answer that could be taken for its own', async (t) => {
  const { log, release, waiting } = heldLog()
  const { port } = await listening(t, { decisionLog: log })
  const { socket, text } = await opened(port)
  const closed = new Promise((resolve) => socket.once('close', resolve))
  socket.write(check)
  t.ok(await comes(() => waiting() > 0))
  socket.write('Jane Doe\r\n\r\n')
  await closed
  t.equal(text(), '')
  release()
})

t.test('who went away while the credential was looked at takes no place', async (t) => {
  let [admit, asked] = [(_caller: typeof anonymous) => {}, 0]
  const access = {
    isOpen: () => true,
    authenticate: (authorization: string | undefined) =>
      authorization === undefined
        ? anonymous
        : new Promise<typeof anonymous>((resolve) => {
            ;[admit, asked] = [resolve, asked + 1]
          }),
  }
  const service = await listening(t, { access, pressure: { atOnce: 1 } })
  const { socket } = await opened(service.port)
  socket.write(check.replace('\r\n', '\r\nAuthorization: Bearer x\r\n'))
  t.ok(await comes(() => asked === 1))
  socket.destroy()
  t.ok(await comes(() => service.underWay() === 0))
  admit(anonymous)
  await sleep(1)
  t.ok(await answers(service))
})
