// Another process publishes: the running one takes the new revision, and keeps its own while the store is away.
import t from 'tap'
import { confirmedWithin } from '../../src/policies/loaded/confirmed.js'
import { followRevisions } from '../../src/policies/loaded/follow-revisions.js'
import { createSnapshot } from '../../src/policies/loaded/snapshot.js'
import type { Database } from '../../src/store/database/database.js'
import { publishPacks } from '../../src/store/publishing/publish.js'
import { openMigratedMemory } from '../support/embedded.js'
import type { PolicyContent } from '../../src/decision/shapes/policy.js'
import { content } from '../oracle/worked-example.js'

const until = async (holds: () => boolean): Promise<void> => {
  for (let tries = 0; tries < 500 && !holds(); tries++)
    await new Promise((resolve) => setTimeout(resolve, 10))
}

/** A log, and what it was told. */
function heard(): { said: string[]; log: Parameters<typeof followRevisions>[2] } {
  const said: string[] = []
  const hear = (_: object, message: string): void => {
    said.push(message)
  }
  return { said, log: { info: hear, warn: hear } }
}

t.test('a revision published elsewhere is taken; a store that is away is said once', async (t) => {
  const database = await openMigratedMemory()
  const snapshot = createSnapshot()
  const { said, log } = heard()
  let away = false
  const guarded: Database = {
    ...database,
    kind: database.kind,
    script: database.script.bind(database),
    close: database.close.bind(database),
    query: database.query.bind(database),
    listen: () => ({ isConnected: () => false, stop: async () => {} }),
    transaction: async (work, options) => {
      if (away) throw Object.assign(new Error('gone'), { code: 'ECONNREFUSED' })
      return await database.transaction(work, options)
    },
  }
  const following = followRevisions(guarded, snapshot, log, { intervalMs: 10 })
  t.teardown(async () => {
    await following.stop()
    await database.close()
  })
  await publishPacks(database, {
    tenantId: 'public',
    description: 'first',
    packs: [{ packId: 'example', content }],
  })
  await until(() => snapshot.current()?.revision === 1)
  t.equal(snapshot.current()?.revision, 1)
  away = true
  await until(() => said.some((message) => message.includes('cannot be reached')))
  await new Promise((resolve) => setTimeout(resolve, 60))
  t.equal(said.filter((message) => message.includes('cannot be reached')).length, 1)
  t.ok(following.silentForMs() >= 60, `the store has been silent for ${following.silentForMs()} ms`)
  t.equal(snapshot.current()?.revision, 1, 'the revision that is held goes on answering')
  away = false
  await publishPacks(database, {
    tenantId: 'public',
    description: 'second',
    packs: [
      {
        packId: 'example',
        content: { ...content, payers: content.payers.map((payer) => ({ ...payer, name: 'Another name' })) },
      },
    ],
  })
  await until(() => snapshot.current()?.revision === 2)
  t.equal(snapshot.current()?.revision, 2)
  t.notOk(snapshot.replace({ revision: 1, content }), 'an older revision is not taken')
})

t.test('whoever needs a revision waits for it, as long as that may take and no longer', async (t) => {
  const database = await openMigratedMemory()
  const snapshot = createSnapshot()
  const following = followRevisions(database, snapshot, heard().log, { intervalMs: 3_600_000, waitMs: 2_000 })
  t.teardown(async () => {
    await following.stop()
    await database.close()
  })
  t.equal(await following.atLeast('public', 1), false, 'nobody has published it')
  await publishPacks(database, {
    tenantId: 'public',
    description: 'first',
    packs: [{ packId: 'example', content }],
  })
  t.equal(await following.atLeast('public', 1), true, 'asked for, it is looked for at once')
  t.equal(await following.atLeast('public', 1), true, 'and is held from then on')
  t.equal(await following.atLeast('nobody', 1), false, 'a tenant that there is not')
})

t.test('policy decides for as long as the store answered lately', (t) => {
  const snapshot = createSnapshot()
  snapshot.replace({ revision: 1, content })
  let silentForMs = 0
  const [quarter, ever] = [15, 0].map((minutes) => confirmedWithin(minutes, snapshot, () => silentForMs))
  for (const [ms, decides] of [
    [0, true],
    [15 * 60_000, true],
    [15 * 60_000 + 1, false],
    [0, true],
  ] as const) {
    silentForMs = ms
    if (decides) t.equal(quarter?.current('public')?.revision, 1, `${ms} ms`)
    else t.throws(() => quarter?.current('public'), { code: 'policy-unconfirmed' }, `${ms} ms`)
    t.equal(ever?.current('public')?.revision, 1)
  }
  t.end()
})

t.test('a store that went back is said once, and what is held goes on answering', async (t) => {
  const database = await openMigratedMemory()
  const snapshot = createSnapshot()
  const { said, log } = heard()
  const named = (payers: string): PolicyContent => ({
    ...content,
    payers: content.payers.map((payer) => ({ ...payer, name: payers })),
  })
  const publish = async (name: string): Promise<unknown> =>
    await publishPacks(database, {
      tenantId: 'public',
      description: name,
      packs: [{ packId: 'example', content: named(name) }],
    })
  await publish('First')
  // Held before the store was put back to its first revision.
  snapshot.replace({ revision: 3, content: named('Third') })
  const following = followRevisions(database, snapshot, log, { intervalMs: 10 })
  t.teardown(async () => {
    await following.stop()
    await database.close()
  })
  await until(() => snapshot.isAheadOfStore())
  await new Promise((resolve) => setTimeout(resolve, 60))
  t.equal(said.filter((message) => message.includes('older policy revision')).length, 1)
  await publish('Second')
  await new Promise((resolve) => setTimeout(resolve, 60))
  t.match(
    snapshot.current(),
    { revision: 3, content: { payers: [{ name: 'Third' }] } },
    'no older revision after a newer one',
  )
  await publish('Another third')
  await publish('Fourth')
  await until(() => snapshot.current()?.revision === 4)
  t.match(
    snapshot.current(),
    { revision: 4, content: { payers: [{ name: 'Fourth' }] } },
    'the next above it is taken',
  )
  await until(() => !snapshot.isAheadOfStore())
  t.equal(said.filter((message) => message.includes('no longer behind')).length, 1)
  t.equal(following.clockDifferenceMs(), undefined, 'an embedded store has the clock of the process')
})

t.test('clocks that differ are said once', async (t) => {
  const database = await openMigratedMemory()
  const { said, log } = heard()
  let ahead = 60_000
  const onServer: Database = {
    ...database,
    kind: 'server',
    script: database.script.bind(database),
    close: database.close.bind(database),
    transaction: database.transaction.bind(database),
    listen: () => ({ isConnected: () => false, stop: async () => {} }),
    query: async <Row>(sql: string, parameters?: readonly (string | number)[]) =>
      sql.includes('clock_timestamp')
        ? ([{ ms: Date.now() + ahead }] as Row[])
        : await database.query<Row>(sql, parameters),
  }
  const following = followRevisions(onServer, createSnapshot(), log, { intervalMs: 10, clockIntervalMs: 0 })
  t.teardown(async () => {
    await following.stop()
    await database.close()
  })
  await until(() => following.clockDifferenceMs() !== undefined)
  t.ok(Math.abs((following.clockDifferenceMs() ?? 0) - 60_000) < 1_000)
  await new Promise((resolve) => setTimeout(resolve, 60))
  t.equal(said.filter((message) => message.includes('clock of the database')).length, 1)
  ahead = 0
  await until(() => said.some((message) => message.includes('agree again')))
  t.equal(said.filter((message) => message.includes('agree again')).length, 1)
})

t.test('what did not change is neither read nor compiled again', async (t) => {
  const database = await openMigratedMemory()
  t.teardown(async () => {
    await database.close()
  })
  const snapshot = createSnapshot()
  const publish = async (payers: PolicyContent['payers']): Promise<unknown> =>
    await publishPacks(database, {
      tenantId: 'public',
      description: 'again',
      packs: [{ packId: 'example', content: { ...content, payers } }],
    })
  await publish(content.payers)
  t.same(await snapshot.load(database), ['public'])
  const before = snapshot.current()
  await publish(content.payers.map((payer) => ({ ...payer, name: 'Another name' })))
  t.same(await snapshot.load(database), ['public'])
  const after = snapshot.current()
  t.equal(after?.content.payers[0]?.name, 'Another name')
  const shared = (family: keyof PolicyContent): boolean => {
    const [now, then] = [[...(after?.content[family] ?? [])], [...(before?.content[family] ?? [])]]
    return (
      content[family].length > 0 && now.length === then.length && now.every((one, at) => one === then[at])
    )
  }
  for (const family of ['plans', 'policySets', 'policies', 'codeSets', 'unitLimits', 'codeTables'] as const)
    t.ok(shared(family), family)
  t.notOk(shared('payers'))
  for (const system of ['icd-10-cm', 'hcpcs'] as const)
    t.equal(after?.view.codeTable(system), before?.view.codeTable(system), `${system} is compiled once`)
  t.same(await snapshot.load(database), [], 'the same revision is not taken twice')
})
