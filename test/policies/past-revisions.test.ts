// Past revisions by number and by instant, revisions that never were, a store that is away, and a process without a store.
import t from 'tap'
import { createPastRevisions, withoutPast } from '../../src/policies/loaded/past-revisions.js'
import { createSnapshot } from '../../src/policies/loaded/snapshot.js'
import type { Database } from '../../src/store/database/database.js'
import { publishPacks } from '../../src/store/publishing/publish.js'
import { content } from '../oracle/worked-example.js'
import { asOwner } from '../store/emptied.js'
import { openMigratedMemory } from '../support/embedded.js'

const database = await openMigratedMemory()
t.teardown(async () => {
  await database.close()
})
const snapshot = createSnapshot()
for (const name of ['First', 'Second', 'Third'])
  await publishPacks(database, {
    tenantId: 'public',
    description: name,
    packs: [
      {
        packId: 'example',
        content: { ...content, payers: content.payers.map((payer) => ({ ...payer, name })) },
      },
    ],
  })
await snapshot.load(database)
const [second] = await asOwner(database).query<{ at: string }>(
  'SELECT created_at AS at FROM policy_revision WHERE revision = 2',
)
const instant = second?.at ?? ''

t.test('by number, and by an instant at which it was the newest', async (t) => {
  const past = createPastRevisions(database, snapshot)
  const nameAt = async (knownAt: Parameters<typeof past.at>[1]): Promise<string | undefined> =>
    (await past.at('public', knownAt))?.content.payers[0]?.name
  t.strictSame(
    [await nameAt(1), await nameAt(2), await nameAt(3)],
    ['First', 'Second', 'Third'],
    'the newest is the one that is held',
  )
  t.equal(await past.at('public', 3), snapshot.current())
  t.equal(await nameAt({ instant }), 'Second')
  t.equal(await nameAt({ instant: new Date(Date.parse(instant) - 1).toISOString() }), 'First')
  t.equal(await nameAt({ instant: '1999-01-01T00:00:00Z' }), undefined, 'before there was any')
  for (const never of [0, -1, 4, 99]) t.equal(await past.at('public', never), undefined, String(never))
})

t.test('a store that is away is told, and asked again the next time', async (t) => {
  const state = { away: true }
  const guarded: Database = {
    ...database,
    transaction: async (work, options) => {
      if (state.away) throw Object.assign(new Error('gone'), { code: 'ECONNREFUSED' })
      return await database.transaction(work, options)
    },
  }
  const past = createPastRevisions(guarded, snapshot)
  await t.rejects(past.at('public', 1), { code: 'store-unavailable' })
  await t.rejects(past.at('public', { instant }), { code: 'store-unavailable' })
  t.equal((await past.at('public', 3))?.revision, 3, 'what is held needs no store')
  state.away = false
  t.equal((await past.at('public', 1))?.revision, 1)
})

t.test('without a store only the current revision is known, whatever the instant', async (t) => {
  const past = withoutPast(snapshot)
  t.equal(await past.at('public', 3), snapshot.current())
  t.equal(await past.at('public', { instant }), snapshot.current())
  t.equal(await past.at('public', 2), undefined)
  t.equal(await past.at('nobody', 3), undefined)
})
