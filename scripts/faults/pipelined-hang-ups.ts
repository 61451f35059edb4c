import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { checkBody } from '../../bench/asking-service.js'
import { askOnce } from '../../test/support/asked.js'
import { serviceOnLine } from '../../test/support/service-line.js'
import { noServer, unless, type FaultTrial } from './fault.js'

const connections = 120
const behind = 25

/** Sends checks behind one another on a connection and hangs up before any of them is answered. */
async function hangUp(port: number, authorization: string): Promise<void> {
  const check = `POST /v1/authorization-checks HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${authorization}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(checkBody)}\r\n\r\n${checkBody}`
  const socket = connect(port, '127.0.0.1').on('error', () => {})
  await once(socket, 'connect')
  await new Promise((resolve) => socket.write(check.repeat(behind), resolve))
  await sleep(15)
  socket.resetAndDestroy()
}

export const pipelinedHangUps: FaultTrial = {
  name: 'pipelined-hang-ups',
  about: `${connections} connections that send ${behind} checks behind one another and hang up, within the limits of one key`,
  async run({ databaseUrl }) {
    const on = await serviceOnLine(databaseUrl, {
      environment: { DECISION_LOG: 'db', RATE_LIMIT_PER_MINUTE: '6000' },
    })
    if (on === undefined) return noServer(databaseUrl)
    await on.service.ready()
    for (let warm = 0; warm < 50; warm++) await askOnce(on.url, on.authorization)
    const began = performance.now()
    for (let at = 0; at < connections; at++) await hangUp(on.service.port, on.authorization)
    const ms = Math.round(performance.now() - began)
    await sleep(5_000)
    const after = []
    for (let one = 0; one < 20; one++) after.push(await askOnce(on.url, on.authorization))
    const ready = await fetch(`${on.url}/health/ready`)
    const answered = after.filter(({ status }) => status === 200).length
    const exit = await on.stop()
    return {
      figures: {
        sent: connections * behind,
        ms,
        answeredAfterwards: `${answered} of ${after.length}`,
        ready: ready.status,
        exit: String(exit),
      },
      wrong: unless(
        [
          answered === after.length,
          `${after.length - answered} of ${after.length} checks refused five seconds later`,
        ],
        [(ready.status === 200) === answered > 0, `ready says ${ready.status} meanwhile`],
        [exit === 0, `ended with ${String(exit)}`],
      ),
    }
  },
}
