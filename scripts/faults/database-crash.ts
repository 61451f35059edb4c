import { setTimeout as sleep } from 'node:timers/promises'
import { startAsking } from '../../test/decision-log/asking.js'
import { readWholeLog } from '../../test/decision-log/found-log.js'
import { noOwnPostgres, ownPostgres } from '../../test/support/own-postgres.js'
import { serviceOnLine } from '../../test/support/service-line.js'
import { unless, type FaultTrial } from './fault.js'

const crashes = 5

export const databaseCrash: FaultTrial = {
  name: 'database-crash',
  about: `${crashes} times pg_ctl stop -m immediate and start, under load, DECISION_LOG=db, on a server of its own`,
  async run({ say }) {
    const skipped = await noOwnPostgres()
    if (skipped !== undefined) return { figures: {}, wrong: [], skipped }
    const server = await ownPostgres()
    try {
      const on = await serviceOnLine(server.url, { environment: { DECISION_LOG: 'db' } })
      if (on === undefined) return { figures: {}, wrong: ['the server of its own does not answer'] }
      await on.service.ready()
      const asking = startAsking({
        ports: [on.service.port],
        clients: 8,
        authorization: on.authorization,
        pauseMs: 5,
      })
      let longest = 0
      for (let at = 0; at < crashes; at++) {
        await sleep(2_000)
        await server.stop('immediate')
        await sleep(1_000)
        await server.start()
        const [back, before] = [performance.now(), asking.heard.answered.size]
        while (asking.heard.answered.size === before && performance.now() - back < 30_000) await sleep(20)
        longest = Math.max(longest, performance.now() - back)
        say(
          `${at + 1} of ${crashes}, ${asking.heard.answered.size} answered, ${asking.heard.unavailable} answers 503`,
        )
      }
      await sleep(2_000)
      await asking.stop()
      const { answered, unavailable, failed, refused, unexpected } = asking.heard
      const exit = await on.service.stop()
      const log = await on.target.look(async (db) => await readWholeLog(db, 'public'))
      const missing = [...answered].filter((id) => !log.ids.has(id))
      await on.stop()
      return {
        figures: {
          crashes,
          answered: answered.size,
          refused: unavailable,
          missing: missing.length,
          doubled: log.doubled.length,
          answersAgainMs: Math.round(longest),
          exit: String(exit),
        },
        wrong: unless(
          [missing.length === 0, `${missing.length} answers are not on record`],
          [log.doubled.length + log.faults.length === 0, 'the log has faults'],
          [failed + refused === 0, `${failed + refused} requests lost their connection`],
          [unexpected.size === 0, JSON.stringify([...unexpected])],
          [longest <= 5_000, `answers again only after ${Math.round(longest)} ms`],
          [on.service.fell() === 0 && exit === 0, 'the process ended by itself'],
        ),
      }
    } finally {
      await server.remove()
    }
  },
}
