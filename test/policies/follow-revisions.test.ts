// Another process publishes: the running one takes the new revision, and keeps its own while the store is away.
import t from 'tap'
import { followRevisions } from '../../src/policies/follow-revisions.js'
import { createSnapshot } from '../../src/policies/snapshot.js'
import type { Database } from '../../src/store/database.js'
import { publishPacks } from '../../src/store/publish.js'
import { openMigratedMemory } from '../support/embedded.js'
import type { PolicyContent } from '../../src/decision/policy.js'
import { content } from '../oracle/worked-example.js'

const until = async (holds: () => boolean): Promise<void> => {
  for (let tries = 0; tries < 500 && !holds(); tries++) await new Promise(resolve => setTimeout(resolve, 10))
}

t.test('a revision published elsewhere is taken; a store that is away is said once', async t => {
  const database = await openMigratedMemory()
  const snapshot = createSnapshot()
  const said: string[] = []
  let away = false
  const guarded: Database = {
    ...database, kind: database.kind, script: database.script.bind(database), close: database.close.bind(database),
    query: database.query.bind(database), listen: () => ({ isConnected: () => false, stop: async () => {} }),
    transaction: async (work, options) => { if (away) throw Object.assign(new Error('gone'), { code: 'ECONNREFUSED' }); return await database.transaction(work, options) }
  }
  const log = { info: (_: object, message: string) => { said.push(message) }, warn: (_: object, message: string) => { said.push(message) } }
  const following = followRevisions(guarded, snapshot, log, { intervalMs: 10 })
  t.teardown(async () => { await following.stop(); await database.close() })
  await publishPacks(database, { tenantId: 'public', description: 'first', packs: [{ packId: 'example', content }] })
  await until(() => snapshot.current()?.revision === 1)
  t.equal(snapshot.current()?.revision, 1)
  away = true
  await until(() => said.some(message => message.includes('cannot be reached')))
  await new Promise(resolve => setTimeout(resolve, 60))
  t.equal(said.filter(message => message.includes('cannot be reached')).length, 1)
  t.equal(snapshot.current()?.revision, 1, 'the revision that is held goes on answering')
  away = false
  await publishPacks(database, { tenantId: 'public', description: 'second', packs: [{ packId: 'example', content: { ...content, payers: content.payers.map(payer => ({ ...payer, name: 'Another name' })) } }] })
  await until(() => snapshot.current()?.revision === 2)
  t.equal(snapshot.current()?.revision, 2)
  t.notOk(snapshot.replace({ revision: 1, content }), 'an older revision is not taken')
})

t.test('what did not change is neither read nor compiled again', async t => {
  const database = await openMigratedMemory()
  t.teardown(async () => { await database.close() })
  const snapshot = createSnapshot()
  const publish = async (payers: PolicyContent['payers']): Promise<unknown> =>
    await publishPacks(database, { tenantId: 'public', description: 'again', packs: [{ packId: 'example', content: { ...content, payers } }] })
  await publish(content.payers)
  t.same(await snapshot.load(database), ['public'])
  const before = snapshot.current()
  await publish(content.payers.map(payer => ({ ...payer, name: 'Another name' })))
  t.same(await snapshot.load(database), ['public'])
  const after = snapshot.current()
  t.equal(after?.content.payers[0]?.name, 'Another name')
  const shared = (family: keyof PolicyContent): boolean => {
    const [now, then] = [[...after?.content[family] ?? []], [...before?.content[family] ?? []]]
    return content[family].length > 0 && now.length === then.length && now.every((one, at) => one === then[at])
  }
  for (const family of ['plans', 'policySets', 'policies', 'codeSets', 'unitLimits', 'codeTables'] as const) t.ok(shared(family), family)
  t.notOk(shared('payers'))
  for (const system of ['icd-10-cm', 'hcpcs'] as const) t.equal(after?.view.codeTable(system), before?.view.codeTable(system), `${system} is compiled once`)
  t.same(await snapshot.load(database), [], 'the same revision is not taken twice')
})
