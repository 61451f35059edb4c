// A check asks the store nothing: what it needs of policy is in memory. The service is opened as at its start, on an embedded store. Each
// statement to that store is counted where it is sent by something that the request does, and not where the service polls for revisions.
import { AsyncLocalStorage } from 'node:async_hooks'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import t from 'tap'
import { buildApp } from '../../src/process/app.js'
import { readConfig } from '../../src/process/config.js'
import { createLog } from '../../src/process/log.js'
import { openParts } from '../../src/process/open-parts.js'
import { prepareDataDir } from '../support/embedded.js'
import { aCheck } from './requests.js'

const counting = new AsyncLocalStorage<{ statements: number }>()
const send = PGlite.prototype.execProtocolRaw
PGlite.prototype.execProtocolRaw = async function (...given) {
  const count = counting.getStore()
  if (count !== undefined) count.statements++
  return await send.apply(this, given)
}

const folder = await mkdtemp(join(tmpdir(), 'precert-statements-'))
await prepareDataDir(folder)
const log = createLog('silent')
const { parts, close } = await openParts(readConfig({ DATA_DIR: folder, DECISION_LOG: 'off' }), log)
const app = await buildApp({ ...parts, log })
t.teardown(async () => {
  await app.close()
  await close()
  await rm(folder, { recursive: true })
})

/** What so many equal requests send to the store, one after the other. */
async function statementsOf(
  url: string,
  times: number,
  headers: Record<string, string> = {},
): Promise<number> {
  const count = { statements: 0 }
  await counting.run(count, async () => {
    for (let time = 0; time < times; time++) {
      const { statusCode, body } = await app.inject({ method: 'POST', url, payload: aCheck(), headers })
      if (statusCode !== 200) throw new Error(body)
    }
  })
  return count.statements
}

for (const view of ['summary', 'full'])
  t.test(`${view}: a warm check sends no statement`, async (t) => {
    const url = `/v1/authorization-checks?view=${view}`
    await statementsOf(url, 1)
    t.equal(await statementsOf(url, 100), 0)
  })

t.test('a request with a key is remembered in the store, and that is counted', async (t) => {
  t.ok((await statementsOf('/v1/authorization-checks', 1, { 'idempotency-key': 'k' })) > 0)
})
