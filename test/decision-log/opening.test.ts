// How the log is opened and closed: turned off, and with rows that the store did not take before the end.
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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
const state = { away: false }
const interrupted: Database = {
  ...database,
  transaction: async (work, options) => {
    if (state.away) throw Object.assign(new Error('away'), { code: 'ECONNREFUSED' })
    return await database.transaction(work, options)
  },
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
  'a process that ends while the store is away does not sign its chain as ended; the next one ships it',
  async (t) => {
    const first = await open('spool')
    state.away = true
    await first.log.recordReading(asker, 'reading', null, {})
    t.ok(first.lag().waitingBytes > 0)
    said.length = 0
    await first.close()
    t.strictSame(
      said,
      ['the decision log cannot be shipped to the store; rows wait in the spool'],
      'told once, however often it was tried',
    )
    state.away = false
    t.strictSame(await readCheckpoints(database, 'public'), [], 'a row of it is not in the store yet')
    const next = await open('spool')
    await next.close()
    t.match(await readCheckpoints(database, 'public'), [{ seq: 1, closing: false }])
    t.match(
      await verifyLog({
        database,
        tenantId: 'public',
        verifying: key.verifying,
        now: Date.now() + 3_600_000,
      }),
      { rows: 1, chains: 1, unsignedRows: 0, faults: [] },
    )
  },
)
