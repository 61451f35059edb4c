import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'
import type { PolicyContent } from '../../src/decision/shapes/policy.js'
import type { Database } from '../../src/store/database/database.js'
import { migrate } from '../../src/store/database/migrate.js'
import { loadPolicyContent } from '../../src/store/tables/policy-content.js'
import { publishPacks, type Published } from '../../src/store/publishing/publish.js'
import { currentRevision, hashOfRevision, revisionAt } from '../../src/store/tables/revisions.js'
import { emptied } from './emptied.js'
import { guardContract } from './guard-contract.js'
import { ownershipContract } from './ownership-contract.js'
import { readingContract } from './reading-contract.js'
import { pairCountsContract } from './pair-counts-contract.js'
import { tenantContract } from './tenant-contract.js'
import {
  aCodeSet,
  aCodeTable,
  aPolicy,
  aVersion,
  anEdition,
  anNdcEdition,
  everything,
  nothing,
  pairEdition,
  withoutLayers,
} from './sample.js'

/** What every database must do, whichever it is. `db` is migrated and works as the application; each test begins without policy. */
export async function storeContract(t: Test, db: Database): Promise<void> {
  const tenantId = 'public'
  const publish = async (content: Partial<PolicyContent>, packId = 'pack'): Promise<Published> =>
    await publishPacks(db, {
      tenantId,
      description: 'test',
      packs: [{ packId, content: { ...nothing, ...content } }],
    })
  const load = async (revision?: number): Promise<PolicyContent> =>
    withoutLayers(
      (await loadPolicyContent(db, revision === undefined ? { tenantId } : { tenantId, revision })).content,
    )

  await t.test('types are read alike', async (t) => await readingContract(t, db))
  await t.test('tables refuse what would rewrite history', async (t) => {
    await publish(everything)
    await guardContract(t, db)
  })

  await t.test('what is published is loaded, exactly and in order', async (t) => {
    const base = await emptied(db)
    const reversed = Object.fromEntries(
      Object.entries(everything).map(([family, list]) => [family, [...list].reverse()]),
    ) as PolicyContent
    t.match(await publish(reversed), {
      revision: base + 1,
      changed: true,
      changes: {
        policyVersions: { added: 3 },
        codeRows: { added: 5 },
        procedurePairEditions: { added: 2 },
        procedurePairs: { added: 5 },
        ndcCodes: { added: 4 },
      },
    })
    t.strictSame(await load(), everything)
    t.notOk('to' in (await load()).policies[1]!.versions[0]!, 'an open end is absent, not undefined')
    t.strictSame(await loadPolicyContent(db, { tenantId, revision: base }), {
      revision: base,
      content: nothing,
    })
    t.strictSame(await loadPolicyContent(db, { tenantId, revision: 0 }), { revision: 0, content: nothing })
  })

  await t.test('the same content again makes no revision', async (t) => {
    const base = await emptied(db)
    await publish(everything)
    const shuffled = {
      ...everything,
      codeTables: everything.codeTables.map((table) => ({ ...table, rows: [...table.rows].reverse() })),
      procedurePairs: everything.procedurePairs.map((edition) => ({
        ...edition,
        lists: [...edition.lists].reverse(),
      })),
      ndcEditions: everything.ndcEditions.map((edition) => ({
        ...edition,
        rows: [...edition.rows].reverse(),
      })),
    }
    const again = await publish(shuffled)
    t.match(again, { revision: base + 1, changed: false })
    t.equal(await currentRevision(db, tenantId), base + 1)
  })

  await t.test('a correction of the past keeps both times', async (t) => {
    const base = await emptied(db)
    await publish({ policies: [aPolicy('p', aVersion('1', '2024-01-01', undefined, 'Misread.'))] })
    const before = await load()
    const corrected = await publish({
      policies: [
        aPolicy('p', aVersion('1', '2024-01-01', '2025-01-01', 'Read.'), aVersion('2', '2025-01-01')),
      ],
    })
    t.match(corrected, {
      revision: base + 2,
      changes: { policyVersions: { added: 1, changed: 1, ended: 0 }, policies: { changed: 0 } },
    })
    t.strictSame(await load(base + 1), before, 'what we knew then')
    t.match((await load()).policies[0]!.versions, [{ versionId: '1', to: '2025-01-01' }, { versionId: '2' }])
    await publish({ policies: [aPolicy('p', aVersion('1', '2024-01-01', undefined, 'Misread.'))] })
    t.strictSame(await load(base + 3), before, 'a reading that comes back')
    await t.rejects(load(base + 4), { code: 'revision-unknown' })
    await t.rejects(load(-1), { code: 'revision-unknown' })
  })

  await t.test('each family is added, changed and ended', async (t) => {
    const base = await emptied(db)
    const counts = async (content: PolicyContent, of: 'added' | 'ended'): Promise<number[]> =>
      Object.values((await publish(content)).changes).map((change) => change[of])
    const all = await counts(everything, 'added')
    t.notOk(all.includes(0), 'the sample has something of each family')
    t.same(await counts(nothing, 'ended'), all)
    t.same(await counts(everything, 'added'), all)
    t.strictSame(await load(), everything)
    t.strictSame(await load(base + 2), nothing)
    const changed = await publish({
      ...everything,
      codeSets: [aCodeSet('a57755-group-1', 'D510'), everything.codeSets[1]!],
      codeTables: [
        everything.codeTables[0]!,
        aCodeTable([{ code: 'D510', from: '2020-10-01', billable: false }]),
      ],
      unitLimits: [
        everything.unitLimits[0]!,
        anEdition('2026 Q4', '2026-10-01', undefined, [
          { procedureCode: 'J3420', maximum: 3, adjudicationIndicator: 3 },
        ]),
      ],
    })
    t.match(changed.changes, {
      payers: { added: 0, changed: 0, ended: 0 },
      codeSets: { added: 0, changed: 1, ended: 0 },
      codeTables: { changed: 1 },
      codeRows: { added: 0, changed: 1, ended: 2 },
      unitLimitEditions: { changed: 1 },
      unitLimits: { added: 0, changed: 1, ended: 1 },
    })
  })

  await t.test('packs own what they publish', async (t) => {
    await emptied(db)
    const plan = { payers: [{ payerId: 'cms', name: 'Medicare' }] }
    await publish(plan, 'one')
    await publish({ codeSets: [aCodeSet('x', 'D510')] }, 'two')
    t.match(
      await load(),
      { payers: [{ payerId: 'cms' }], codeSets: [{ codeSetId: 'x' }] },
      'a pack leaves the others alone',
    )
    await t.rejects(publish(plan, 'three'), {
      name: 'PolicyConflict',
      code: 'policy-owned-elsewhere',
      message: /payer cms belongs to pack one and cannot be in pack three/,
    })
    const moved = await publishPacks(db, {
      tenantId,
      description: '',
      packs: [
        { packId: 'one', content: nothing },
        { packId: 'three', content: { ...nothing, ...plan } },
      ],
    })
    t.match(
      moved.changes.payers,
      { added: 0, changed: 1, ended: 0 },
      'an object goes from one pack to another',
    )
    await t.rejects(publish({ payers: [...plan.payers, ...plan.payers] }, 'four'), {
      code: 'policy-duplicate',
      message: /payer cms is twice in pack four/,
    })
  })

  await ownershipContract(t, db)
  await pairCountsContract(t, db)

  await tenantContract(t, db)

  await t.test('overlaps are refused by name', async (t) => {
    const base = await emptied(db)
    const overlapping = aPolicy(
      'p',
      aVersion('19', '2025-06-01', '2026-01-01'),
      aVersion('18', '2024-01-01', '2025-07-01'),
    )
    await t.rejects(publish({ policies: [overlapping] }), {
      name: 'PolicyConflict',
      code: 'policy-overlap',
      message: 'The policy p has two contents, 18 and 19, from 2025-06-01 until before 2025-07-01.',
      details: { subject: 'p', versions: ['18', '19'], from: '2025-06-01', to: '2025-07-01' },
    })
    await t.rejects(publish({ policies: [aPolicy('p', aVersion('1', '2024-01-01', '2024-01-01'))] }), {
      code: 'policy-period-empty',
    })
    const twice = aCodeTable([
      { code: 'D510', from: '2020-10-01', billable: true },
      { code: 'D510', from: '2021-10-01', billable: true },
    ])
    await t.rejects(publish({ codeTables: [twice] }), {
      code: 'policy-overlap',
      message: /icd-10-cm D510 .* from 2021-10-01 on/,
    })
    const row = { procedureCode: 'J3420', maximum: 1, adjudicationIndicator: 3 }
    await publish({ unitLimits: [anEdition('Q3', '2026-07-01', undefined, [row])] }, 'one')
    // Two packs, two editions: only the database sees both.
    await t.rejects(publish({ unitLimits: [anEdition('Q4', '2026-10-01', undefined, [row])] }, 'two'), {
      name: 'PolicyConflict',
      code: 'policy-overlap',
      message: /unit_limit_no_overlap/,
    })
    await t.rejects(
      publish({
        procedurePairs: [
          pairEdition('2026 Q3', { J3420: ['9637219960101        00'] }),
          pairEdition('2026 Q4', { J3421: ['9637219960101        00'] }),
        ],
      }),
      {
        code: 'policy-duplicate',
        message: 'The procedure-pair edition cms-ptp practitioner is twice in pack pack.',
      },
    )
    const ndc = { ndc: '00517003125', procedureCode: 'J3420' }
    await t.rejects(
      publish({
        ndcEditions: [
          anNdcEdition('Q3', '2026-07-01', undefined, [ndc]),
          anNdcEdition('Q4', '2026-10-01', undefined, [ndc]),
        ],
      }),
      {
        code: 'policy-overlap',
        message: 'The ndc-crosswalk cms-asp-ndc has two contents, Q3 and Q4, from 2026-10-01 on.',
      },
    )
    await publish({ ndcEditions: [anNdcEdition('Q3', '2026-07-01', undefined, [ndc])] }, 'three')
    await t.rejects(publish({ ndcEditions: [anNdcEdition('Q4', '2026-10-01', undefined, [ndc])] }, 'four'), {
      name: 'PolicyConflict',
      code: 'policy-overlap',
    })
    t.equal(await currentRevision(db, tenantId), base + 2)
  })

  await t.test('a publish that fails changes nothing', async (t) => {
    const base = await emptied(db)
    await publish(everything)
    const broken = {
      ...everything,
      payers: [],
      codeTables: [aCodeTable([{ code: 'D510', from: '2020-10-01', billable: true, title: 'NUL \0' }])],
    }
    await t.rejects(publish(broken), { code: 'policy-not-storable' })
    t.equal((await loadPolicyContent(db, { tenantId })).revision, base + 1)
    t.strictSame(await load(), everything)
    await t.rejects(publishPacks(db, { tenantId, description: '', packs: [], expectedRevision: base }), {
      code: 'revision-moved',
      details: { revision: base + 1 },
    })
  })

  await t.test('a revision is sealed by its hash and found by its time', async (t) => {
    const base = await emptied(db)
    await publish(everything)
    await publish({ ...everything, payers: [] })
    const rows = await db.query<{ revision: number; content_hash: string; created_at: string }>(
      'SELECT * FROM policy_revision WHERE tenant_id = $1 AND revision > $2 ORDER BY revision',
      [tenantId, base],
    )
    for (const row of rows) {
      t.equal(await hashOfRevision(db, tenantId, row.revision), row.content_hash)
      t.equal(
        await revisionAt(db, tenantId, new Date(Date.parse(row.created_at) + 1).toISOString()),
        row.revision,
      )
    }
    t.not(rows[0]!.content_hash, rows[1]!.content_hash)
    const [first, ...others] = everything.policies
    const [edition, ...editions] = everything.ndcEditions
    const [version, ...versions] = first!.versions
    const altered: ReadonlyArray<readonly [string, Partial<PolicyContent>]> = [
      [
        'an NDC edition',
        {
          ...everything,
          ndcEditions: [{ ...edition!, rows: [{ ...edition!.rows[0]!, ndc: '00517003126' }] }, ...editions],
        },
      ],
      [
        'the first day of a version',
        {
          ...everything,
          policies: [{ ...first!, versions: [{ ...version!, from: '2024-04-02' }, ...versions] }, ...others],
        },
      ],
    ]
    for (const [what, content] of altered) {
      await publish(everything)
      const sealed = await hashOfRevision(db, tenantId, await currentRevision(db, tenantId))
      t.equal(sealed, rows[0]!.content_hash, 'the same content has the same hash')
      await publish(content)
      t.not(await hashOfRevision(db, tenantId, await currentRevision(db, tenantId)), sealed, what)
    }
    t.equal(await revisionAt(db, tenantId, '2020-01-01T00:00:00Z'), 0)
  })

  await t.test('migrations are applied once and never edited', async (t) => {
    t.same(await migrate(db), [], 'all are applied already')
    const folder = await mkdtemp(join(tmpdir(), 'precert-migrations-'))
    await writeFile(
      join(folder, '900-create-thing.sql'),
      'CREATE TABLE thing (id int); INSERT INTO thing VALUES (1);',
    )
    t.same(await migrate(db, folder), ['900-create-thing.sql'])
    await writeFile(join(folder, '900-create-thing.sql'), 'CREATE TABLE thing (id int8);')
    await t.rejects(migrate(db, folder), { code: 'migration-edited', message: /900-create-thing.sql/ })
    await writeFile(
      join(folder, '900-create-thing.sql'),
      'CREATE TABLE thing (id int);\r\n INSERT INTO thing VALUES (1);'.replace('\r\n', ''),
    )
    await writeFile(join(folder, '901-fail-halfway.sql'), 'CREATE TABLE half (id int); SELECT nonsense;')
    await t.rejects(migrate(db, folder), { code: '42703' })
    await t.rejects(db.query('SELECT * FROM half'), { code: '42P01' }, 'nothing of a failed file stays')
  })

  await t.test('a store of a version before 0.2 is told from one that is only behind', async (t) => {
    const asOwner = async (sql: string): Promise<unknown> =>
      await db.transaction(async (tx) => await tx.query(sql), { role: 'owner' })
    await asOwner("INSERT INTO migration (name, checksum) VALUES ('001-create-policy-revisions.sql', '')")
    await t.rejects(migrate(db), {
      code: 'store-of-earlier-version',
      message: /Begin anew: .*DATA_DIR.*import again/,
    })
    await asOwner("DELETE FROM migration WHERE name = '001-create-policy-revisions.sql'")
    t.same(await migrate(db), [])
  })
}
