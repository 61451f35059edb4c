import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { checkBody } from '../../bench/asking-service.js'
import { freePort } from '../../test/decision-log/kept-service.js'
import { askOnce } from '../../test/support/asked.js'
import { serviceOnLine } from '../../test/support/service-line.js'
import { noServer, unless, type FaultTrial } from './fault.js'

const mebibyte = 1024 * 1024
const readers = 60
const waitAtMostMs = 150_000
// Twice WRITE_TIMEOUT_SECONDS, and what the answers take to be made until they are stuck.
const endedWithinMs = 110_000

/** How many requests the process says are under way. */
async function underWay(adminPort: number): Promise<number> {
  const metrics = await (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text()
  return Number(/^precert_http_requests_under_way (\d+)$/m.exec(metrics)?.[1])
}

/** A batch of requests of several lines, all in one array: little to send, much to answer. */
function batchRequest(authorization: string): { readonly text: string; readonly bytes: number } {
  const { serviceLines, ...rest } = JSON.parse(checkBody) as { serviceLines: object[] }
  const lines = Array.from({ length: 50 }, (_, at) => ({ ...serviceLines[0], lineNumber: at + 1 }))
  const array = JSON.stringify(Array.from({ length: 40 }, () => ({ ...rest, serviceLines: lines })))
  return {
    bytes: array.length,
    text: `POST /v1/authorization-checks/batch HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${authorization}\r\nContent-Type: application/json\r\nContent-Length: ${array.length}\r\n\r\n${array}`,
  }
}

export const stoppedReaders: FaultTrial = {
  name: 'stopped-readers',
  about: `${readers} connections that ask for megabytes and read nothing; when each is ended, and what the process holds meanwhile`,
  async run({ databaseUrl, say }) {
    const adminPort = await freePort()
    const on = await serviceOnLine(databaseUrl, {
      environment: { DECISION_LOG: 'off', ADMIN_HOST: '127.0.0.1', ADMIN_PORT: String(adminPort) },
    })
    if (on === undefined) return noServer(databaseUrl)
    await on.service.ready()
    for (let warm = 0; warm < 200; warm++) await askOnce(on.url, on.authorization)
    const { text, bytes } = batchRequest(on.authorization)
    const whole = await fetch(`${on.url}/v1/authorization-checks/batch`, {
      method: 'POST',
      headers: { authorization: on.authorization, 'content-type': 'application/json' },
      body: text.slice(text.indexOf('\r\n\r\n') + 4),
    }).then(async (answer) => (await answer.arrayBuffer()).byteLength)
    const before = on.service.resident()
    let most = before
    const watching = setInterval(() => {
      most = Math.max(most, on.service.resident())
    }, 250)
    const began = performance.now()
    const sockets = Array.from({ length: readers }, () => {
      const socket = connect(on.service.port, '127.0.0.1').on('error', () => {})
      socket.write(text)
      return socket
    })
    await sleep(20_000)
    const meanwhile = await askOnce(on.url, on.authorization)
    say(`${await underWay(adminPort)} of ${readers} are under way after 20 s`)
    while ((await underWay(adminPort)) > 0 && performance.now() - began < waitAtMostMs) await sleep(500)
    const took = Math.round(performance.now() - began)
    const left = await underWay(adminPort)
    clearInterval(watching)
    for (const socket of sockets) socket.destroy()
    const exit = await on.stop()
    return {
      figures: {
        readers,
        requestKiB: Math.round(bytes / 1024),
        answerKiB: Math.round(whole / 1024),
        heldMiB: Math.round((most - before) / mebibyte),
        checkMeanwhile: meanwhile.status,
        leftUnderWay: left,
        lastEndedMs: took,
        exit: String(exit),
      },
      wrong: unless(
        [left === 0 && took < endedWithinMs, `${left} were still under way after ${took} ms`],
        [exit === 0, `ended with ${String(exit)}`],
      ),
    }
  },
}
