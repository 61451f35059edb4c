// What a process holds after any number of revisions, of which it read only what changed, is what the store has: packed or not, on both stores.
import { randomBytes } from 'node:crypto'
import t, { type Test } from 'tap'
import { emptyContent, type Policy } from '../../src/decision/shapes/policy.js'
import { loadedPolicyAt, loadPolicy } from '../../src/policies/loaded/load-policy.js'
import { createPastRevisions } from '../../src/policies/loaded/past-revisions.js'
import { PlainPolicies } from '../../src/policies/lists/plain-list.js'
import { createSnapshot, asLoaded } from '../../src/policies/loaded/snapshot.js'
import { openDatabase, type Database } from '../../src/store/database/database.js'
import { LoadedParts } from '../../src/store/tables/loading.js'
import { inRevision, loadPolicyContent } from '../../src/store/tables/policy-content.js'
import { publishPacks } from '../../src/store/publishing/publish.js'
import { openServer } from '../../src/store/database/server.js'
import { createTenant } from '../../src/store/tables/tenants.js'
import { openMigratedMemory } from '../support/embedded.js'
import { isShort } from '../support/short.js'

const url = process.env['TEST_DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres'
const source = {
  publisher: 'A publisher',
  title: 'A document',
  url: 'https://example.org/',
  retrievedOn: '2026-10-01',
  grade: 'primary' as const,
}
const sets = ['set-a', 'set-b']

/** A policy that names a code of its own, a shared one and a range; `reading` is what it says this time. */
function policy(at: number, reading: number): Policy {
  const procedures = [`J00${10 + at}`, 'J3420', ...(at % 3 === 0 ? ['K0000-K0099'] : [])]
  return {
    policyId: `policy-${at}`,
    policySetId: sets[at % 2] ?? '',
    title: `Title ${reading % 3}`,
    ...(reading % 2 === 0 ? {} : { jurisdiction: { states: ['FL'] } }),
    versions: ['2024-01-01', '2025-01-01', '2026-01-01']
      .slice(0, 1 + (reading % 3))
      .map((from, version, all) => ({
        versionId: `v${version}`,
        from,
        ...(version + 1 < all.length ? { to: `${2025 + version}-01-01` } : {}),
        source,
        rules: [
          {
            kind: 'review',
            ruleId: 'z',
            procedures,
            statement: 'What it says.',
            about: 'diagnosis',
            reasonCode: 'text-not-interpreted',
          },
          {
            kind: 'coverage-exclusion',
            ruleId: 'a',
            procedures,
            statement: `Reading ${reading % 2}.`,
            basis: 'statutory',
          },
        ],
      })),
  }
}
const setsOf = (ids: readonly string[]) =>
  ids.map((policySetId) => ({
    policySetId,
    title: 'A set',
    publisher: 'A publisher',
    speaksTo: ['diagnosis' as const],
  }))

/** Publishes lots of policies one after the other, and looks after each whether what is held is what the store has. */
async function following(t: Test, database: Database, mostPlain: number): Promise<void> {
  const snapshot = createSnapshot({ mostPlain })
  const tenantId = `tenant-${mostPlain}`
  await createTenant(database, { tenantId, name: 'A tenant' })
  const publish = async (owner: string, policies: Policy[], ids: string[]): Promise<number> =>
    (
      await publishPacks(database, {
        tenantId: owner,
        description: 'again',
        packs: [{ packId: 'own', content: { ...emptyContent, policySets: setsOf(ids), policies } }],
      })
    ).revision
  const lots: Array<readonly Policy[]> = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8].map((at) => policy(at, at)),
    [0, 1, 2, 3, 4, 5, 6, 7, 8].map((at) => policy(at, at === 4 ? 5 : at)),
    [1, 2, 3, 4, 5, 6, 7, 8, 9].map((at) => policy(at, at)),
    [policy(8, 2)],
    [],
    [5, 6, 7, 8, 9, 10, 11, 12].map((at) => policy(at, at + 1)),
    [0, 1, 2, 3, 4, 5, 6, 7, 8].map((at) => policy(at, at)),
  ]
  const revisions: number[] = []
  for (const [step, lot] of lots.entries()) {
    revisions.push(await publish('public', [...lot], sets))
    if (step === 2 || step === 5)
      await publish(
        tenantId,
        [0, 1, 2, 3].map((at) => ({
          ...policy(20 + at, step + at),
          policySetId: at === 0 ? 'set-a' : `own-${tenantId}`,
        })),
        [`own-${tenantId}`],
      )
    const before = snapshot.current()
    const said = before === undefined ? [] : [...before.content.policies]
    await snapshot.load(database)
    t.strictSame(
      before === undefined ? [] : [...before.content.policies],
      said,
      'the revision of a request in flight stays as it was',
    )
    for (const who of ['public', tenantId]) {
      const { content, revision } = await loadPolicyContent(database, { tenantId: who })
      const held = snapshot.current(who)
      t.equal(held?.revision, revision)
      t.strictSame(
        [...(held?.content.policies ?? [])],
        content.policies,
        `step ${step}: the policies of ${who}`,
      )
      const plain = new PlainPolicies(content.policies)
      for (const set of [...sets, `own-${tenantId}`]) {
        for (const code of ['J3420', 'J0010', 'J0014', 'J0020', 'K0005', 'K0100'])
          t.strictSame(
            held?.view.policies(set, code),
            plain.naming(set, code),
            `step ${step}: ${code} in ${set}`,
          )
      }
      const { packedBytes: _, ...counts } = held?.content.policies.counts ?? { packedBytes: 0 }
      const { packedBytes: __, ...wanted } = plain.counts
      t.strictSame(counts, wanted)
    }
  }
  const past = createPastRevisions(database, snapshot)
  for (const revision of revisions) {
    for (const who of ['public', tenantId])
      t.strictSame(
        [...((await past.at(who, revision))?.content.policies ?? [])],
        (await loadPolicyContent(database, { tenantId: who, revision })).content.policies,
        `${who} at revision ${revision}`,
      )
  }
}

async function contract(t: Test, database: Database, bounds: readonly number[]): Promise<void> {
  for (const mostPlain of bounds)
    await t.test(`at most ${mostPlain} held as objects`, async (t) => await following(t, database, mostPlain))
  await t.test('only what changed is read', async (t) => {
    const snapshot = createSnapshot({ mostPlain: 0 })
    await snapshot.load(database)
    const before = snapshot.loaded('public')
    const { revision } = await publishPacks(database, {
      tenantId: 'public',
      description: 'one',
      packs: [{ packId: 'one', content: { ...emptyContent, policies: [policy(30, 1)] } }],
    })
    let documents = 0
    const held = await inRevision(
      database,
      { tenantId: 'public', revision },
      async (tx) =>
        await loadedPolicyAt(
          {
            ...tx,
            script: tx.script.bind(tx),
            query: async <Row>(sql: string, parameters?: Parameters<typeof tx.query>[1]) => {
              const rows = await tx.query<Row>(sql, parameters)
              documents += rows.filter(
                (row) => typeof row === 'object' && row !== null && 'document' in row,
              ).length
              return rows
            },
          },
          { tenantId: 'public', revision, before, parts: new LoadedParts() },
        ),
    )
    t.equal(documents, policy(30, 1).versions.length)
    t.equal(held.content.policies.byId('policy-30')?.title, 'Title 1')
  })
  await t.test('a store that was put back to an older state is read anew', async (t) => {
    const { revision, content } = await loadPolicyContent(database, { tenantId: 'public' })
    const other = {
      revision: revision - 1,
      content: asLoaded(emptyContent),
      recordedHash: 'of a revision that is gone',
    }
    const held = await loadPolicy(database, {
      tenantId: 'public',
      revision,
      before: other,
      parts: new LoadedParts(),
    })
    t.strictSame([...held.content.policies], content.policies)
  })
}

const memory = await openMigratedMemory()
await t.test('embedded', async (t) => await contract(t, memory, [3]))
await memory.close()

const admin = openServer(url)
if (
  !isShort &&
  (await admin.query('SELECT 1').then(
    () => true,
    () => false,
  ))
) {
  const name = `precert_test_${randomBytes(6).toString('hex')}`
  await admin.query(`CREATE DATABASE ${name}`)
  try {
    const database = await openDatabase({
      databaseUrl: Object.assign(new URL(url), { pathname: `/${name}` }).href,
      dataDir: '',
    })
    await t.test('server', async (t) => await contract(t, database, [0, 3]))
    await database.close()
  } finally {
    await admin.query(`DROP DATABASE ${name} WITH (FORCE)`)
  }
} else if (process.env['TEST_DATABASE_URL'] !== undefined) t.fail('no Postgres server answers')
await admin.close()
