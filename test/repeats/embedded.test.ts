import t from 'tap'
import { openMigratedMemory } from '../support/embedded.js'
import { appOnPacks } from '../../scripts/app-on-packs.js'
import { aCheck } from '../protocols/requests.js'
import { aProcess, atTheSameMoment, repeatsContract } from './contract.js'

const database = await openMigratedMemory()
t.teardown(async () => await database.close())
await repeatsContract(t, database)
await t.test('50 at the same moment', async (t) => await atTheSameMoment(t, database, database))

t.test('a store that does not answer: 503 for what carries a key, and for nothing else', async (t) => {
  const closed = await openMigratedMemory()
  const { app, send, decided } = await aProcess(closed)
  t.teardown(() => app.close())
  await closed.close()
  const refused = await send({ key: 'k' })
  t.match(refused, { status: 503, code: 'store-unavailable' })
  t.match(JSON.parse(refused.text), { retryable: true })
  t.equal(decided(), 0, 'nothing was decided')
  t.equal((await send({})).status, 200)
})

t.test('without a store no key is taken', async (t) => {
  const { app } = await appOnPacks(() => '1')
  t.teardown(() => app.close())
  t.match(
    await app.inject({
      method: 'POST',
      url: '/v1/authorization-checks',
      payload: aCheck(),
      headers: { 'idempotency-key': 'k' },
    }),
    { statusCode: 503 },
  )
})
