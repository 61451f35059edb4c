import { EventEmitter, once } from 'node:events'
import t from 'tap'
import { countsOf, createSnapshot } from '../../src/policies/loaded/snapshot.js'
import type { Database } from '../../src/store/database/database.js'
import { publishPacks } from '../../src/store/publishing/publish.js'
import { createTenant } from '../../src/store/tables/tenants.js'
import { content } from '../oracle/worked-example.js'
import { aPolicy, aVersion, everything } from '../store/sample.js'
import { openMigratedMemory } from '../support/embedded.js'

t.test('what a revision holds is counted as people count it', async (t) => {
  t.match(countsOf(everything), {
    payers: 2,
    policyVersions: 3,
    codes: 5,
    unitLimits: 3,
    procedurePairs: 5,
    ndcCodes: 4,
  })
})

t.test('an older revision is not taken', async (t) => {
  const snapshot = createSnapshot()
  t.equal(snapshot.replace({ revision: 2, content: everything }), true)
  t.equal(snapshot.replace({ revision: 2, content: everything }), false)
  t.equal(
    snapshot.current()?.view.procedurePairs('cms-ptp', 'practitioner', 'J3420', '96372')?.pairs.length,
    2,
  )
})

/** A store in which nothing was ever written, not even a tenant. */
const bare: Database = {
  kind: 'embedded',
  query: async () => [],
  script: async () => {},
  close: async () => {},
  transaction: async (work) => await work({ query: async () => [], script: async () => {} }),
  statement: async () => [],
  listen: () => ({ isConnected: () => false, stop: async () => {} }),
}

t.test('a store without anything takes nothing away, and gives nothing', async (t) => {
  const snapshot = createSnapshot()
  t.strictSame(await snapshot.load(bare), [])
  t.equal(snapshot.current(), undefined, 'no policy decides yet')
  snapshot.replace({ revision: 2, content: everything })
  t.strictSame(await snapshot.load(bare), [])
  t.equal(snapshot.current()?.revision, 2)
  t.ok(snapshot.isAheadOfStore(), 'the store has fewer revisions than are held')
})

t.test('of two loads at once the older one that ends last does not win, and progress is told', async (t) => {
  const database = await openMigratedMemory()
  t.teardown(async () => {
    await database.close()
  })
  const publish = async (tenantId: string, name: string, versions: number): Promise<unknown> =>
    await publishPacks(database, {
      tenantId,
      description: name,
      packs: [
        {
          packId: tenantId,
          content: {
            ...content,
            policySets: [
              ...content.policySets,
              { policySetId: 'cms-mcd', title: 'S', publisher: 'P', speaksTo: ['units' as const] },
            ],
            payers: content.payers.map((payer) => ({ ...payer, name })),
            policies: [
              aPolicy(
                'often-revised',
                ...Array.from({ length: versions }, (_, at) => {
                  const day = (number: number): string =>
                    new Date(Date.UTC(2000, 0, 1 + number)).toISOString().slice(0, 10)
                  return aVersion(`v${at}`, day(at), day(at + 1))
                }),
              ),
            ],
          },
        },
      ],
    })
  await publish('public', 'First', 1_100)
  const gates = new EventEmitter()
  const [reading, opened] = [once(gates, 'reading'), once(gates, 'open')]
  let transactions = 0
  // The first look sees revision 1, and reads it only when the gate is opened.
  const slow: Database = {
    ...database,
    transaction: async (work, options) => {
      if (++transactions > 1) {
        gates.emit('reading')
        await opened
      }
      return await database.transaction(work, options)
    },
  }
  const snapshot = createSnapshot()
  const progress: number[] = []
  const first = snapshot.load(slow, (read) => {
    if ('policyVersions' in read) progress.push(read.policyVersions)
  })
  await reading
  await publish('public', 'Second', 1)
  await snapshot.load(database)
  t.equal(snapshot.current()?.revision, 2)
  gates.emit('open')
  t.strictSame(await first, [], 'nothing was replaced')
  t.equal(snapshot.current()?.content.payers[0]?.name, 'Second')
  t.strictSame(progress, [1_100], 'told once for each thousand versions')
  await createTenant(database, { tenantId: 'north', name: 'North' })
  t.strictSame(await snapshot.load(database), ['north'], 'a new tenant sees what is public')
  t.equal(snapshot.current('north')?.view, snapshot.current()?.view)
})
