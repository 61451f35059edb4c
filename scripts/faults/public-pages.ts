import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { askOnce } from '../../test/support/asked.js'
import { serviceOnLine } from '../../test/support/service-line.js'
import { noServer, quantile, unless, type FaultTrial } from './fault.js'

const callers = 40
const inOneGo = 50
const attackMs = 4_000
const path = '/docs/static/swagger-ui-bundle.js'

/** Asks for a page many times at once on one connection and hangs up at the first bytes of an answer; rejects never. */
async function askAndHangUp(port: number): Promise<void> {
  await new Promise<void>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`.repeat(inOneGo))
    })
    socket
      .once('data', () => socket.destroy())
      .on('error', () => {})
      .once('close', () => {
        resolve()
      })
  })
}

export const publicPages: FaultTrial = {
  name: 'public-pages',
  about: `${callers} callers without a credential ask for the pages of /docs ${inOneGo} times on a connection and hang up, for ${attackMs / 1000} s`,
  async run({ databaseUrl, say }) {
    const on = await serviceOnLine(databaseUrl, { environment: { DECISION_LOG: 'off' } })
    if (on === undefined) return noServer(databaseUrl)
    const { service, url, authorization } = on
    await service.ready()
    for (let warm = 0; warm < 100; warm++) await askOnce(url, authorization)
    const before = service.descriptors()
    let [connections, most] = [0, before]
    const until = performance.now() + attackMs
    const valid: { status: number; ms: number }[] = []
    await Promise.all([
      ...Array.from({ length: callers }, async () => {
        for (; performance.now() < until; connections++) await askAndHangUp(service.port)
      }),
      (async () => {
        while (performance.now() < until) {
          valid.push(await askOnce(url, authorization))
          most = Math.max(most, service.descriptors())
          await sleep(20)
        }
      })(),
    ])
    await sleep(3_000)
    const after = service.descriptors()
    say(`${before} descriptors before, ${most} at most, ${after} three seconds after the last connection`)
    const last = await askOnce(url, authorization)
    const exit = await on.stop()
    return {
      figures: {
        connections,
        before,
        most,
        after,
        validP99Ms: quantile(
          valid.map(({ ms }) => ms),
          0.99,
        ),
        valid: valid.length,
        exit: String(exit),
      },
      wrong: unless(
        [after <= before + 10, `${after - before} descriptors more than before`],
        [most <= before + 2 * callers, `${most} descriptors at most, for ${callers} connections at a time`],
        [
          valid.every(({ status }) => status === 200),
          `valid checks: ${[...new Set(valid.map(({ status }) => status))].join(', ')}`,
        ],
        [last.status === 200, `afterwards a valid check is answered ${last.status}`],
        [service.fell() === 0 && exit === 0, `the process ended by itself, or with ${String(exit)}`],
      ),
    }
  },
}
