// A process that lost its data folder to another stops using the store: whatever it wrote would damage what the other has.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { openEmbedded } from '../../src/store/database/embedded.js'
import { prepareDataDir } from '../support/embedded.js'

t.test('no statement is run once the lock was lost', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'precert-lost-lock-'))
  await prepareDataDir(folder)
  await rm(join(folder, 'lock.1'), { force: true })
  const db = await openEmbedded(folder)
  const { now } = Date
  t.teardown(async () => {
    Date.now = now
    await db.close()
    await rm(folder, { recursive: true, force: true })
  })
  t.strictSame(await db.query('SELECT 1 AS one'), [{ one: 1 }])
  // Who takes a folder over removes the lock of the one before, which notices after a while without a sign of life.
  await rm(join(folder, 'lock.1'))
  Date.now = () => now() + 60_000
  const lost = { code: 'data-dir-lost', message: /took the data folder over/ }
  await t.rejects(db.query('SELECT 1'), lost, 'a query')
  await t.rejects(db.script('SELECT 1'), lost, 'a script')
  await t.rejects(
    db.transaction(async (tx) => await tx.query('SELECT 1')),
    lost,
    'a transaction',
  )
})
