// What Fastify blames the request for is a problem with a code of ours, never a 500.
import { connect, type AddressInfo } from 'node:net'
import { METHODS } from 'node:http'
import { errorCodes } from 'fastify'
import t from 'tap'
import { appOnPacks } from '../../scripts/app-on-packs.js'
import { asProblem } from '../../src/protocols/http/problem-answers.js'
import { problemKind } from '../../src/protocols/http/problem.js'

t.test('every FST_ERR_* code', async (t) => {
  const codes = Object.entries(errorCodes)
  t.ok(codes.length > 60, `${codes.length} codes`)
  for (const [code, Failure] of codes) {
    const error = new Failure('a', 'b', 'c')
    const isOfTheRequest = (error.statusCode ?? 500) < 500
    const { status } = problemKind(asProblem(error).code)
    // What is said of a route that cannot be routed is the one that Fastify takes for a fault of the server.
    if (isOfTheRequest) t.equal(status < 500, true, `${code} ${error.statusCode} is ${status}`)
    else if (code !== 'FST_ERR_ASYNC_CONSTRAINT') t.equal(status, 500, code)
    if (isOfTheRequest) t.notMatch(asProblem(error).message, /undefined|^$/, 'and says what to do')
  }
})

const { app } = await appOnPacks(() => '1')
await app.listen({ host: '127.0.0.1', port: 0 })
t.teardown(() => app.close())
const { port } = app.server.address() as AddressInfo

/** Sends bytes on a bare socket and gives back all until the server ends the connection. */
async function exchange(bytes: string): Promise<string> {
  return await new Promise((resolve) => {
    let text = ''
    connect(port, '127.0.0.1')
      .on('data', (chunk) => (text += chunk.toString('latin1')))
      .on('error', () => {})
      .on('close', () => {
        resolve(text)
      })
      .end(bytes)
  })
}

for (const path of ['/v1/authorization-checks', '/v1/plans', '/nowhere'])
  t.test(`every method that Node reads, on ${path}`, async (t) => {
    const allowed =
      {
        '/v1/authorization-checks': ['POST', 'OPTIONS'],
        '/v1/plans': ['GET', 'HEAD', 'OPTIONS'],
        '/nowhere': [],
      }[path] ?? []
    for (const method of METHODS.filter((one) => one !== 'CONNECT' && !allowed.includes(one)))
      for (const headers of ['', 'Content-Type: application/json\r\nContent-Length: 2\r\n']) {
        const text = await exchange(
          `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${headers}\r\n${headers === '' ? '' : '{}'}`,
        )
        const [, status] = /^HTTP\/1\.1 (\d{3})/.exec(text) ?? []
        t.match(status, /^4\d\d$/, `${method} ${headers.slice(0, 12)}`)
        if (method !== 'HEAD') t.match(text, /application\/problem\+json/, method)
      }
  })

for (const version of ['', ' HTTP/0.9', ' HTTP/2.0'])
  t.test(`a request line that ends in "${version}" is refused`, async (t) => {
    const text = await exchange(`GET /v1/plans${version}\r\nHost: localhost\r\n\r\n`)
    t.match(text, /^HTTP\/1\.1 400 /)
    t.match(text, /"code":"unreadable-request"/)
    t.match(text, /^connection: close\r$/im)
  })
