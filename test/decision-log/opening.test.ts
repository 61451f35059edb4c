// How the log is opened and closed: turned off, and with rows that the store did not take before the end.
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { openDecisionLog, type OpenedDecisionLog } from '../../src/decision-log/open-decision-log.js'
import { verifyLog } from '../../src/decision-log/verify.js'
import { createSeals } from '../../src/sealing/data-keys.js'
import { installationKeyOf } from '../../src/sealing/installation-key.js'
import type { Database } from '../../src/store/database/database.js'
import { readCheckpoints } from '../../src/store/log/checkpoints.js'
import { openMigratedMemory } from '../support/embedded.js'

const key = installationKeyOf(Buffer.alloc(32, 5))
const database = await openMigratedMemory()
t.teardown(async () => {
  await database.close()
})
/** Whether the database takes rows of the log; anything else it takes. */
const state = { away: false }
const interrupted: Database = {
  ...database,
  statement: async (sql, ...given) => {
    if (state.away && sql.includes('add_to_decision_log'))
      throw Object.assign(new Error('away'), { code: 'ECONNREFUSED' })
    return await database.statement(sql, ...given)
  },
}
const until = async (holds: () => boolean): Promise<void> => {
  for (let tries = 0; tries < 500 && !holds(); tries++) await sleep(10)
}
const said: string[] = []
const seals = createSeals(database, key)
const folder = await mkdtemp(join(tmpdir(), 'precert-spool-'))
const open = async (mode: 'spool' | 'off'): Promise<OpenedDecisionLog> =>
  await openDecisionLog(
    { mode, spool: { folder, maxBytes: 64 * 1024 * 1024, strict: false } },
    {
      database: interrupted,
      seals,
      key,
      tenants: () => ['public'],
      log: { info: () => {}, warn: (_fields, message) => void said.push(message) },
    },
  )
const asker = { tenantId: 'public', callerId: 'key-1', channel: 'rest', requestId: 'request-1' }

t.test('turned off it says so, records nothing, and nothing of it is ever late', async (t) => {
  const opened = await open('off')
  t.match(said, [/answers are not recorded \(DECISION_LOG=off\)/])
  t.equal(opened.log.records, false)
  await opened.log.recordReading(asker, 'reading', null, {})
  t.strictSame(opened.lag(), {
    waitingBytes: 0,
    mostWaitingBytes: undefined,
    oldestWaiting: undefined,
    waitingRows: 0,
    refusedRows: 0,
  })
  t.ok(opened.isWritable())
  await opened.close()
})

t.test(
  'a process that ends while rows wait does not sign its chain as ended; the next one ships them',
  async (t) => {
    const first = await open('spool')
    await first.log.recordReading(asker, 'reading', null, {})
    await until(() => first.lag().waitingBytes === 0)
    state.away = true
    said.length = 0
    await first.log.recordReading(asker, 'reading', null, {})
    t.ok(first.lag().waitingBytes > 0)
    await until(() => said.length > 0)
    await first.close()
    t.strictSame(
      said,
      ['the decision log cannot be shipped to the store; rows wait in the spool'],
      'told once, however often it was tried',
    )
    t.match(await readCheckpoints(database, 'public'), [{ seq: 1, closing: false }], 'row 2 is still to come')
    state.away = false
    const next = await open('spool')
    await next.close()
    t.match(await readCheckpoints(database, 'public'), [
      { seq: 1, closing: false },
      { seq: 2, closing: false },
    ])
    t.match(
      await verifyLog({
        database,
        tenantId: 'public',
        verifying: key.verifying,
        now: Date.now() + 3_600_000,
      }),
      { rows: 2, chains: 1, unsignedRows: 0, faults: [] },
    )
  },
)
