// A batch lasts as long as lines come and answers are taken, and no longer. Real sockets, since that is what is bounded.
import { request as send, type ClientRequest, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { appOnPacks } from '../../../scripts/app-on-packs.js'
import { createLog } from '../../../src/process/log.js'
import { aCheck } from '../requests.js'

const url = '/v1/authorization-checks/batch'
const good = `${JSON.stringify(aCheck())}\n`

let decided = 0
let closing = false
const logged: Array<Record<string, unknown>> = []
const { app } = await appOnPacks(() => `${++decided}`, {
  isClosing: () => closing,
  log: createLog('info', {
    write: (line) => {
      logged.push(JSON.parse(line) as Record<string, unknown>)
    },
  }),
})
// The bound on a whole request, short here: a batch must outlast it, and nothing else may.
app.server.requestTimeout = 1_000
await app.listen({ host: '127.0.0.1', port: 0 })
const { port } = app.server.address() as AddressInfo
t.teardown(() => app.close())

function batch(path = url): { readonly sent: ClientRequest; readonly answer: Promise<IncomingMessage> } {
  const sent = send({ port, path, method: 'POST', headers: { 'content-type': 'application/x-ndjson' } })
  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    sent.once('response', resolve).on('error', reject)
  })
  answer.catch(() => {})
  return { sent, answer }
}

async function linesOf(answer: IncomingMessage): Promise<Array<Record<string, unknown>>> {
  let text = ''
  for await (const piece of answer.setEncoding('utf8')) text += String(piece)
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(10)
}

/** Waits until something that counts has stopped counting. */
async function settled(count: () => number): Promise<number> {
  for (let before = -1; before !== count();) {
    before = count()
    await sleep(500)
  }
  return count()
}

t.test(
  'each line is answered when it comes, for longer than a request may take to arrive',
  { timeout: 60_000 },
  async (t) => {
    const { sent, answer } = batch()
    sent.write(good)
    const got = (await answer).setEncoding('utf8')
    let text = ''
    got.on('data', (piece) => {
      text += String(piece)
    })
    for (let line = 1; line <= 6; line++) {
      await until(() => text.split('\n').length > line || got.destroyed)
      await sleep(500)
      if (line < 6) sent.write(good)
    }
    sent.end()
    await new Promise((resolve) => {
      got.once('end', resolve)
    })
    t.equal(text.trimEnd().split('\n').length, 6)
  },
)

t.test('no other request gets that time', async (t) => {
  const { sent, answer } = batch('/v1/authorization-checks')
  sent.setHeader('content-type', 'application/json')
  sent.write('{')
  const { statusCode } = await answer
  t.equal(statusCode, 408)
  sent.destroy()
})

t.test(
  'who sends nothing that completes a line is cut after 10 seconds, and told where',
  { timeout: 60_000 },
  async (t) => {
    const { sent, answer } = batch()
    sent.write(good + good.slice(0, 20))
    const trickle = setInterval(() => {
      sent.write(' ')
    }, 700)
    const lines = await linesOf(await answer)
    clearInterval(trickle)
    t.equal(lines.length, 2)
    t.match(lines[1], { code: 'request-timeout', retryable: true, line: 2 })
    await new Promise((resolve) => {
      sent.once('close', resolve)
    })
    t.pass('and the connection is closed')
  },
)

t.test('who takes no answers stops the work; what waits does not grow with what is sent', async (t) => {
  const { sent, answer } = batch(`${url}?view=full`)
  const before = decided
  const most = 4_000
  let flowing = true
  // As much as the connection takes.
  for (let line = 0; line < most && flowing; line++) {
    if (!sent.write(good))
      flowing = await Promise.race([
        new Promise<boolean>((resolve) => {
          sent.once('drain', () => {
            resolve(true)
          })
        }),
        sleep(3_000, false),
      ])
  }
  const got = await answer
  const stopped = await settled(() => decided - before)
  t.ok(stopped < most / 2, `${stopped} of ${most} lines decided`)
  got.resume()
  await settled(() => decided - before)
  t.ok(decided - before > stopped, 'and goes on when they are taken')
  sent.destroy()
})

t.test('a client that goes away stops the work, and the log says how far it came', async (t) => {
  const { sent, answer } = batch()
  const before = decided
  const feeding = setInterval(() => {
    sent.write(good.repeat(20))
  }, 10)
  sent.on('error', () => {})
  const got = await answer
  got.on('error', () => {}).resume()
  await until(() => decided - before >= 50)
  clearInterval(feeding)
  logged.length = 0
  sent.destroy()
  const stopped = await settled(() => decided)
  await sleep(300)
  t.equal(decided, stopped)
  t.match(
    logged.find(({ msg }) => msg === 'batch broken off by its sender'),
    { route: url, lines: { answered: Number, refused: 0 } },
  )
})

t.test('a process that is told to stop answers what it read and says from where to go on', async (t) => {
  const { sent, answer } = batch()
  sent.write(good + good)
  const got = await answer
  const all = linesOf(got)
  await sleep(300)
  closing = true
  const lines = await all
  closing = false
  t.equal(lines.length, 3)
  t.match(lines[2], { code: 'shutting-down', retryable: true, line: 3 })
  sent.destroy()
})
