import { setTimeout as sleep } from 'node:timers/promises'
import { verifyLog } from '../../src/decision-log/verify.js'
import { installationKeyOf, parseInstallationKey } from '../../src/sealing/installation-key.js'
import { openServer } from '../../src/store/database/server.js'
import { startAsking } from '../../test/decision-log/asking.js'
import { readWholeLog } from '../../test/decision-log/found-log.js'
import { askOnce } from '../../test/support/asked.js'
import { serviceOnLine } from '../../test/support/service-line.js'
import { noServer, unless, type FaultFound, type FaultTrial } from './fault.js'

// The database refuses these rows as it refuses a text with a NUL, wherever in the row that stands and whatever the service looks at before.
const refuses = `
  CREATE FUNCTION refuse_row () RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF NEW.request_id = 'refused-row' THEN RAISE EXCEPTION 'unsupported Unicode escape sequence' USING ERRCODE = '22P05'; END IF;
    RETURN NEW;
  END $$;
  CREATE TRIGGER refuses BEFORE INSERT ON decision_log FOR EACH ROW EXECUTE FUNCTION refuse_row()`
const mostSeconds = 15

async function tryMode(mode: 'db' | 'spool', databaseUrl: string, seconds: number): Promise<FaultFound> {
  const on = await serviceOnLine(databaseUrl, { environment: { DECISION_LOG: mode } })
  if (on === undefined) return noServer(databaseUrl)
  const owner = openServer(on.target.environment['DATABASE_URL'] ?? '')
  await owner.script(refuses)
  await owner.close()
  await on.service.ready()
  const asking = startAsking({
    ports: [on.service.port],
    clients: 8,
    authorization: on.authorization,
    pauseMs: 5,
  })
  const statuses = new Map<number, number>()
  const until = performance.now() + 1_000 * Math.min(seconds, mostSeconds)
  for (let at = 0; performance.now() < until; at++) {
    const { status } = await askOnce(on.url, on.authorization, { headers: { 'x-request-id': 'refused-row' } })
    statuses.set(status, (statuses.get(status) ?? 0) + 1)
    if (at === 20) await on.service.kill('SIGKILL').then(async () => await on.service.ready())
    await sleep(100)
  }
  await asking.stop()
  await on.service.ready()
  const { answered, unavailable, unexpected } = asking.heard
  const exit = await on.service.stop()
  const key = installationKeyOf(parseInstallationKey(on.environment['DATA_KEY'] ?? '') ?? Buffer.alloc(0))
  const { missing, faults } = await on.target.look(async (database) => {
    const log = await readWholeLog(database, 'public')
    const found = await verifyLog({
      database,
      tenantId: 'public',
      verifying: key.verifying,
      now: Date.now(),
    })
    return { missing: [...answered].filter((id) => !log.ids.has(id)).length, faults: found.faults }
  })
  await on.stop()
  const refusedRows = [...statuses].map(([status, times]) => `${status}: ${times}`).join(' ')
  return {
    figures: {
      answered: answered.size,
      refused503: unavailable,
      refusedRows,
      missing,
      faults: faults.length,
      exit: String(exit),
    },
    wrong: unless(
      [missing === 0, `${missing} answers to others are not on record`],
      [
        faults.length === 0,
        `the log has faults: ${faults
          .slice(0, 3)
          .map(({ detail }) => detail)
          .join('; ')}`,
      ],
      [unavailable === 0, `${unavailable} requests of others were refused`],
      [unexpected.size === 0, JSON.stringify([...unexpected])],
      [on.service.fell() === 0 && exit === 0, 'the process ended by itself'],
    ),
  }
}

export const refusedRows: readonly FaultTrial[] = (['db', 'spool'] as const).map((mode) => ({
  name: `refused-rows-${mode}`,
  about: `rows that the database refuses for good, under load, with a kill -9 in between, DECISION_LOG=${mode}`,
  run: async ({ databaseUrl, seconds }) => await tryMode(mode, databaseUrl, seconds),
}))
