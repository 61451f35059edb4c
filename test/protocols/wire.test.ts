import { connect, type AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { appOnPacks } from '../../scripts/app-on-packs.js'
import { aCheck } from './requests.js'

const { app } = await appOnPacks(() => '1')
await app.listen({ host: '127.0.0.1', port: 0 })
const port = (app.server.address() as AddressInfo).port
t.teardown(() => app.close())

/** Sends bytes on a bare socket and gives back everything until the server closes, and how long that took. */
async function exchange(
  bytes: string,
  options: { pieces?: number; every?: number } = {},
): Promise<{ text: string; ms: number }> {
  const started = performance.now()
  const socket = connect(port, '127.0.0.1')
  let text = ''
  socket.on('data', (chunk) => {
    text += String(chunk)
  })
  socket.on('error', () => {})
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  if (options.every === undefined) socket.write(bytes)
  else {
    for (const piece of bytes) {
      if (socket.destroyed) break
      socket.write(piece)
      await Promise.race([sleep(options.every), closed])
    }
  }
  await Promise.race([closed, sleep(15_000)])
  socket.destroy()
  return { text, ms: performance.now() - started }
}

const head = (text: string): string => text.slice(0, text.indexOf('\r\n\r\n'))
const problem = (text: string): Record<string, unknown> =>
  JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4).replace(/^[0-9a-f]+\r\n|\r\n0\r\n\r\n$/g, ''))
const body = JSON.stringify(aCheck())
const chunked = (text: string) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n0\r\n\r\n`
const post = (headers: string, sent = body) =>
  `POST /v1/authorization-checks HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${headers}\r\n${sent}`

const broken: [title: string, bytes: string, status: number, code: string][] = [
  ['not HTTP at all', 'Jane Doe 1950\r\n\r\n', 400, 'unreadable-request'],
  ['a header that is none', 'GET / HTTP/1.1\r\nJane Doe\r\n\r\n', 400, 'unreadable-request'],
  [
    'both Content-Length and chunks',
    post(
      `Content-Type: application/json\r\nContent-Length: ${body.length}\r\nTransfer-Encoding: chunked\r\n`,
    ),
    400,
    'unreadable-request',
  ],
  [
    'two different lengths',
    post('Content-Type: application/json\r\nContent-Length: 5\r\nContent-Length: 6\r\n'),
    400,
    'unreadable-request',
  ],
  ['no Host', 'GET /v1/plans HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'unreadable-request'],
  [
    '20 KiB of headers',
    `GET /v1/plans HTTP/1.1\r\nHost: localhost\r\nX-Name: ${'Jane'.repeat(5000)}\r\n\r\n`,
    431,
    'headers-too-large',
  ],
  [
    '20 KiB of URL',
    `GET /v1/plans?q=${'Jane'.repeat(5000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
    431,
    'headers-too-large',
  ],
  [
    'an expectation',
    post('Expect: the-unexpected\r\nContent-Type: application/json\r\nContent-Length: 2\r\n', '{}'),
    417,
    'expectation-failed',
  ],
  [
    '100 MB announced and none sent',
    post('Content-Type: application/json\r\nContent-Length: 100000000\r\n', ''),
    413,
    'body-too-large',
  ],
  [
    'a path that is not well formed',
    'GET /Jane%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
    400,
    'malformed-url',
  ],
  [
    'a fragment',
    'GET /v1/plans#Jane HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
    400,
    'malformed-url',
  ],
  [
    'a control character in the path',
    'GET /v1/\u0001 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
    400,
    'unreadable-request',
  ],
]
for (const [title, bytes, status, code] of broken) {
  t.test(`${title}: ${status} ${code}`, async (t) => {
    const { text, ms } = await exchange(bytes)
    t.match(head(text), new RegExp(`^HTTP/1.1 ${status} `))
    t.match(head(text), /application\/problem\+json/i)
    t.match(head(text), /x-content-type-options: nosniff/i)
    t.match(problem(text), { code, status, requestId: /^req_/ })
    t.notMatch(text, /Jane/, 'repeats nothing of what was sent')
    t.ok(ms < 3000)
  })
}

t.test('100-continue is known', async (t) => {
  const { text } = await exchange(
    post(
      `Content-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`,
    ),
  )
  t.match(text, /^HTTP\/1.1 100 Continue/)
  t.match(text, /HTTP\/1.1 200 OK/)
})

t.test('a chunked body is read, and cut off at 1 MiB', async (t) => {
  t.match(
    (await exchange(post('Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n', chunked(body))))
      .text,
    /^HTTP\/1.1 200 /,
  )
  t.match(
    (
      await exchange(
        post(
          'Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n',
          chunked(`"${'a'.repeat(1_200_000)}"`),
        ),
      )
    ).text,
    /^HTTP\/1.1 413 /,
  )
})

t.test(
  'a body shorter than announced ends with the connection, not with an answer to half of it',
  async (t) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => {})
    socket.write(post(`Content-Type: application/json\r\nContent-Length: ${body.length + 50}\r\n`))
    await sleep(100)
    socket.destroy()
    await sleep(100)
    t.equal((await fetch(`http://127.0.0.1:${port}/health/live`)).status, 200)
  },
)

t.test('slow headers and slow bodies are cut off, while others are answered', async (t) => {
  const slow = Promise.all([
    exchange(`GET /v1/plans HTTP/1.1\r\nHost: localhost\r\nX-Slow: ${'a'.repeat(100)}`, { every: 400 }),
    exchange(post('Content-Type: application/json\r\nContent-Length: 2000\r\n', ' '.repeat(100)), {
      every: 130,
    }),
  ])
  const started = performance.now()
  t.equal((await fetch(`http://127.0.0.1:${port}/v1/plans`)).status, 200)
  t.ok(performance.now() - started < 1000)
  for (const { text, ms } of await slow) {
    t.match(head(text), /^HTTP\/1.1 408 /)
    t.match(problem(text), { code: 'request-timeout', retryable: true })
    t.ok(ms < 12_500, `${Math.round(ms)} ms`)
  }
})

t.test('500 broken requests leave nothing open and nothing failing', async (t) => {
  const answers = await Promise.all(
    Array.from({ length: 500 }, (_, at) => exchange(broken[at % 5]?.[1] ?? '')),
  )
  t.ok(answers.every(({ text }) => /^HTTP\/1.1 4/.test(text)))
  const open = await new Promise<number>((resolve) =>
    app.server.getConnections((_error, count) => resolve(count)),
  )
  t.ok(open <= 5, `${open} connections`)
})
