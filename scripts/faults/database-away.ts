import { setTimeout as sleep } from 'node:timers/promises'
import { readWholeLog } from '../../test/decision-log/found-log.js'
import { askOnce, type AskedOnce } from '../../test/support/asked.js'
import type { Fault } from '../../test/support/fault-line.js'
import { serviceOnLine } from '../../test/support/service-line.js'
import { noServer, quantile, unless, type FaultFound, type FaultSettings, type FaultTrial } from './fault.js'

const faults: ReadonlyArray<readonly [string, Fault]> = [
  ['stopped', 'refuse'],
  ['black-hole', 'hold'],
  ['half-open', 'half'],
  ['reset', 'reset'],
  ['slow', { delayMs: 5_000 }],
]
const clients = 8

/** Each way in which a database can be away, with each place where decisions are recorded first. */
export const databaseAway: readonly FaultTrial[] = (['spool', 'db'] as const).flatMap((mode) =>
  faults.map(
    ([name, fault]) =>
      ({
        name: `database-${name}-${mode}`,
        about: `the database is ${name} for --seconds, DECISION_LOG=${mode}`,
        run: async (settings) => await away(settings, mode, fault),
      }) satisfies FaultTrial,
  ),
)

async function away(
  { databaseUrl, seconds, say }: FaultSettings,
  mode: 'spool' | 'db',
  fault: Fault,
): Promise<FaultFound> {
  const on = await serviceOnLine(databaseUrl, { environment: { DECISION_LOG: mode } })
  if (on === undefined) return noServer(databaseUrl)
  const { service, line, url, authorization, target } = on
  await service.ready()
  const seen: Array<AskedOnce & { readonly at: number }> = []
  const stopping = new AbortController()
  const asking = Promise.all(
    Array.from({ length: clients }, async () => {
      while (!stopping.signal.aborted) {
        const at = performance.now()
        seen.push({ ...(await askOnce(url, authorization)), at })
        await sleep(50)
      }
    }),
  )
  await sleep(2_000)
  await line.set(fault)
  const from = performance.now()
  await sleep(seconds * 1_000)
  await line.set('pass')
  const back = performance.now()
  await sleep(8_000)
  stopping.abort()
  await asking
  say('comparing the log with what was answered')
  const answered = seen.flatMap(({ determinationId }) => determinationId ?? [])
  const exit = await service.stop()
  const log = await target.look(async (db) => await readWholeLog(db, 'public'))
  await on.stop()
  const during = seen.filter(({ at }) => at > from && at < back)
  const refused = during.filter(({ status }) => status === 503)
  const unexpected = seen.filter(({ status }) => status !== 200 && status !== 503)
  // When the last refusal was asked for, since the database was back.
  const normalAfter = Math.max(
    0,
    ...seen.filter(({ at, status }) => at >= back && status !== 200).map(({ at, ms }) => at + ms - back),
  )
  const missing = answered.filter((id) => !log.ids.has(id))
  const longest = Math.round(Math.max(0, ...refused.map(({ ms }) => ms)))
  return {
    figures: {
      seconds,
      answered: during.filter(({ status }) => status === 200).length,
      refused: refused.length,
      p99AnswerMs: quantile(
        during.filter(({ status }) => status === 200).map(({ ms }) => ms),
        0.99,
      ),
      longestRefusalMs: longest,
      normalAfterMs: Math.round(normalAfter),
      onRecord: answered.length - missing.length,
      missing: missing.length,
      doubled: log.doubled.length,
      exit: String(exit),
    },
    wrong: unless(
      [
        unexpected.length === 0,
        `${unexpected.length} answers were neither 200 nor 503: ${[...new Set(unexpected.map(({ status }) => status))].join(', ')}`,
      ],
      [
        mode === 'db' || refused.length === 0,
        `${refused.length} checks were refused although a spool was there`,
      ],
      [longest <= 2_000, `a refusal took ${longest} ms`],
      [normalAfter <= 5_000, `as before only after ${Math.round(normalAfter)} ms`],
      [missing.length === 0, `${missing.length} answers are not on record`],
      [log.doubled.length + log.faults.length === 0, 'the log has faults'],
      [service.fell() === 0, 'the process ended by itself'],
      [exit === 0, `the process ended with ${String(exit)}`],
    ),
  }
}
