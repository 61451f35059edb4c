import { setTimeout as sleep } from 'node:timers/promises'
import { startAsking } from '../../test/decision-log/asking.js'
import { readWholeLog } from '../../test/decision-log/found-log.js'
import { freePort, keepService } from '../../test/decision-log/kept-service.js'
import { openServer } from '../../src/store/database/server.js'
import { openBalancer } from '../../test/support/balancer.js'
import { noOwnPostgres, ownPostgres, type OwnPostgres } from '../../test/support/own-postgres.js'
import { serviceOnLine } from '../../test/support/service-line.js'
import { unless, type FaultTrial } from './fault.js'

export const failover: FaultTrial = {
  name: 'failover',
  about:
    'two processes behind a balancer; the primary is lost under load and its streaming standby takes over (synchronous_commit=remote_apply)',
  async run({ say }) {
    const skipped = await noOwnPostgres()
    if (skipped !== undefined) return { figures: {}, wrong: [], skipped }
    const primary = await ownPostgres()
    let standby: OwnPostgres | undefined
    try {
      standby = await primary.standby()
      // What is committed is on both, or is not answered.
      const admin = openServer(primary.url)
      await admin.query("ALTER SYSTEM SET synchronous_standby_names = '*'")
      await admin.query("ALTER SYSTEM SET synchronous_commit = 'remote_apply'")
      await admin.query('SELECT pg_reload_conf()')
      await admin.close()
      const on = await serviceOnLine(primary.url, { environment: { DECISION_LOG: 'db' } })
      if (on === undefined) return { figures: {}, wrong: ['the server of its own does not answer'] }
      await on.service.ready()
      const through = Object.assign(new URL(on.environment['DATABASE_URL'] ?? ''), {
        port: String(on.line.port),
      }).href
      const other = keepService({ ...on.environment, DATABASE_URL: through }, await freePort())
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
      await sleep(4_000)
      const began = performance.now()
      await on.line.set('refuse')
      await primary.stop('immediate')
      await standby.promote()
      const after = openServer(standby.url)
      await after.query("ALTER SYSTEM SET synchronous_standby_names = ''")
      await after.query('SELECT pg_reload_conf()')
      await after.close()
      on.line.leadTo(standby.port)
      await on.line.set('pass')
      const [back, before] = [performance.now(), asking.heard.answered.size]
      say(`the standby took over after ${Math.round(back - began)} ms`)
      while (asking.heard.answered.size === before && performance.now() - back < 30_000) await sleep(20)
      const again = performance.now() - back
      await sleep(5_000)
      await asking.stop()
      const exits = [await other.stop(), await on.service.stop()]
      balancer.close()
      const { answered, unavailable, failed, refused, unexpected } = asking.heard
      // The database of the service, where the standby has it.
      const store = openServer(
        Object.assign(new URL(on.environment['DATABASE_URL'] ?? ''), { port: String(standby.port) }).href,
      )
      const log = await readWholeLog(store, 'public')
      await store.close()
      await on.line.close()
      const missing = [...answered].filter((id) => !log.ids.has(id))
      return {
        figures: {
          answered: answered.size,
          refused: unavailable,
          takeoverMs: Math.round(back - began),
          answersAgainMs: Math.round(again),
          missing: missing.length,
          doubled: log.doubled.length,
          exits: exits.join(' '),
        },
        wrong: unless(
          [missing.length === 0, `${missing.length} answers are not on record`],
          [
            log.doubled.length + log.faults.length === 0,
            `the log has faults: ${log.faults.slice(0, 3).join('; ')}`,
          ],
          [failed + refused === 0, `${failed + refused} requests lost their connection`],
          [unexpected.size === 0, JSON.stringify([...unexpected])],
          [again <= 5_000, `answers again only after ${Math.round(again)} ms`],
          [
            services.every((one) => one.fell() === 0) && exits.every((code) => code === 0),
            'a process ended by itself',
          ],
        ),
      }
    } finally {
      await standby?.remove()
      await primary.remove()
    }
  },
}
