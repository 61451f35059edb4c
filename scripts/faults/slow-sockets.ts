import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { askOnce } from '../../test/support/asked.js'
import { serviceOnLine } from '../../test/support/service-line.js'
import { noServer, quantile, unless, type FaultTrial } from './fault.js'

const cutWithinMs = 12_000

/** Opens `count` sockets that send headers or a body a byte a second; answers after how many milliseconds each was cut. */
export async function openSlowSockets(
  port: number,
  authorization: string,
  count: number,
): Promise<{ readonly cut: Promise<number[]>; readonly refused: () => number }> {
  let refused = 0
  const head = `POST /v1/authorization-checks HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${authorization}\r\nContent-Type: application/json\r\n`
  const one = async (at: number): Promise<number> =>
    await new Promise((resolve) => {
      const began = performance.now()
      const socket: Socket = connect(port, '127.0.0.1', () => {
        socket.write(at % 2 === 0 ? head : `${head}Content-Length: 1000\r\n\r\n{`)
      })
      const drip = setInterval(() => {
        if (socket.writable) socket.write(at % 2 === 0 ? 'x' : ' ')
      }, 1_000)
      socket
        .on('error', () => {
          refused += socket.bytesWritten === 0 ? 1 : 0
        })
        .on('data', () => {})
        .on('close', () => {
          clearInterval(drip)
          resolve(performance.now() - began)
        })
    })
  const cut: Array<Promise<number>> = []
  for (let at = 0; at < count; at++) {
    cut.push(one(at))
    if (at % 100 === 99) await sleep(20)
  }
  return { cut: Promise.all(cut), refused: () => refused }
}

export const slowSockets: FaultTrial = {
  name: 'slow-sockets',
  about: '2,000 sockets that send headers or bodies a byte a second; valid checks meanwhile',
  async run({ databaseUrl }) {
    const on = await serviceOnLine(databaseUrl, { environment: { DECISION_LOG: 'spool' } })
    if (on === undefined) return noServer(databaseUrl)
    await on.service.ready()
    for (let warm = 0; warm < 200; warm++) await askOnce(on.url, on.authorization)
    const alone = await asked(on.url, on.authorization, 3_000)
    const { cut, refused } = await openSlowSockets(on.service.port, on.authorization, 2_000)
    const [meanwhile, took] = await Promise.all([asked(on.url, on.authorization, 12_000), cut])
    const exit = await on.stop()
    const [p99, longest, others] = [
      quantile(
        meanwhile.map(({ ms }) => ms),
        0.99,
      ),
      Math.round(Math.max(...took)),
      meanwhile.filter(({ status }) => status !== 200).length,
    ]
    return {
      figures: {
        sockets: took.length,
        aloneP99Ms: quantile(
          alone.map(({ ms }) => ms),
          0.99,
        ),
        meanwhileP99Ms: p99,
        asked: meanwhile.length,
        lastCutMs: longest,
        exit: String(exit),
      },
      wrong: unless(
        [p99 <= 250, `valid checks: p99 ${p99} ms`],
        [longest <= cutWithinMs, `the last was cut after ${longest} ms`],
        [others === 0, `${others} valid checks were not answered 200`],
        [refused() === 0, `${refused()} sockets were not even taken`],
        [exit === 0, `ended with ${String(exit)}`],
      ),
    }
  },
}

async function asked(
  url: string,
  authorization: string,
  ms: number,
): Promise<Array<{ status: number; ms: number }>> {
  const until = performance.now() + ms
  const seen: Array<{ status: number; ms: number }> = []
  while (performance.now() < until) {
    seen.push(await askOnce(url, authorization))
    await sleep(10)
  }
  return seen
}
