// A check asks the store nothing: what it needs of policy is in memory. The service is opened as at its start, on an embedded store. Each
// message of a statement to that store is counted if the request caused it. The service also polls for revisions, which does not count.
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

const counting = new AsyncLocalStorage<{ messages: number }>()
const send = PGlite.prototype.execProtocolRaw
PGlite.prototype.execProtocolRaw = async function (...given) {
  const count = counting.getStore()
  if (count !== undefined) count.messages++
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

/** How many messages some equal requests, one after the other, send to the store. */
async function messagesOf(url: string, times: number, headers: Record<string, string> = {}): Promise<number> {
  const count = { messages: 0 }
  await counting.run(count, async () => {
    for (let time = 0; time < times; time++) {
      const { statusCode, body } = await app.inject({ method: 'POST', url, payload: aCheck(), headers })
      if (statusCode !== 200) throw new Error(body)
    }
  })
  return count.messages
}

for (const view of ['summary', 'full'])
  t.test(`${view}: a warm check sends no statement`, async (t) => {
    const url = `/v1/authorization-checks?view=${view}`
    await messagesOf(url, 1)
    t.equal(await messagesOf(url, 100), 0)
  })

t.test('a request with a key is remembered in the store, and that is counted', async (t) => {
  t.ok((await messagesOf('/v1/authorization-checks', 1, { 'idempotency-key': 'k' })) > 0)
})
