import { setTimeout as sleep } from 'node:timers/promises'
import { startAsking } from '../../test/decision-log/asking.js'
import { freePort, keepService } from '../../test/decision-log/kept-service.js'
import { openBalancer } from '../../test/support/balancer.js'
import { serviceOnLine } from '../../test/support/service-line.js'
import { noServer, unless, type FaultTrial } from './fault.js'

const restarts = 20

export const rollingRestarts: FaultTrial = {
  name: 'rolling-restarts',
  about: `${restarts} times SIGTERM to one of two processes behind a balancer, under load`,
  async run({ databaseUrl, say }) {
    const settings = { DECISION_LOG: 'db', DRAIN_SECONDS: '1' }
    const on = await serviceOnLine(databaseUrl, { environment: settings })
    if (on === undefined) return noServer(databaseUrl)
    await on.service.ready()
    const other = keepService(on.environment, await freePort())
    await other.ready()
    const services = [on.service, other]
    const balancer = await openBalancer(services.map(({ port }) => port))
    while (balancer.ready() < services.length) await sleep(50)
    const asking = startAsking({
      ports: [balancer.port],
      clients: 8,
      authorization: on.authorization,
      pauseMs: 5,
    })
    const exits = new Map<string, number>()
    let longest = 0
    for (let at = 0; at < restarts; at++) {
      const service = services[at % services.length] as typeof other
      const began = performance.now()
      const code = await service.kill('SIGTERM')
      longest = Math.max(longest, performance.now() - began)
      exits.set(String(code), (exits.get(String(code)) ?? 0) + 1)
      await service.ready()
      while (balancer.ready() < services.length) await sleep(50)
      await sleep(300)
      say(`${at + 1} of ${restarts}, ${asking.heard.answered.size} answered, ${asking.heard.failed} failed`)
    }
    await asking.stop()
    balancer.close()
    await other.stop()
    await on.stop()
    const { answered, failed, refused, unavailable, unexpected } = asking.heard
    return {
      figures: {
        restarts,
        answered: answered.size,
        resets: failed + refused,
        non2xx: unavailable + [...unexpected.values()].reduce((a, b) => a + b, 0),
        longestExitMs: Math.round(longest),
        exits: [...exits].map(([code, count]) => `${code} x${count}`).join(' '),
      },
      wrong: unless(
        [failed + refused === 0, `${failed + refused} requests lost their connection`],
        [
          unavailable === 0 && unexpected.size === 0,
          `${unavailable} answers 503, and ${JSON.stringify([...unexpected])}`,
        ],
        [longest <= 10_000, `an exit took ${Math.round(longest)} ms`],
        [exits.get('0') === restarts, 'not every process ended with 0'],
      ),
    }
  },
}
