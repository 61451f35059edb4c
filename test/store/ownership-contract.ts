import type { Test } from 'tap'
import type { PolicyContent } from '../../src/decision/shapes/policy.js'
import type { CodeTable } from '../../src/decision/shapes/tables.js'
import type { Database } from '../../src/store/database/database.js'
import type { WhenOwned } from '../../src/store/publishing/ownership.js'
import { loadPolicyContent } from '../../src/store/tables/policy-content.js'
import { packsInForce } from '../../src/store/publishing/packs-in-force.js'
import { publishPacks, type Published } from '../../src/store/publishing/publish.js'
import { currentRevision, hashOfRevision } from '../../src/store/tables/revisions.js'
import { emptied } from './emptied.js'
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

const row = (procedureCode: string, maximum: number) => ({ procedureCode, maximum, adjudicationIndicator: 3 })

/** What becomes of an object that two packs claim: refused, taken or left. */
export async function ownershipContract(t: Test, db: Database): Promise<void> {
  const tenantId = 'public'
  const publish = async (
    packId: string,
    content: Partial<PolicyContent>,
    whenOwned: WhenOwned = 'refuse',
    dryRun = false,
  ): Promise<Published> =>
    await publishPacks(db, {
      tenantId,
      description: packId,
      dryRun,
      packs: [{ packId, content: { ...nothing, ...content }, whenOwned }],
    })
  const load = async (): Promise<PolicyContent> =>
    withoutLayers((await loadPolicyContent(db, { tenantId })).content)

  await t.test('an import takes what a starter pack has, and a restart leaves it there', async (t) => {
    const base = await emptied(db)
    await publish('starter', everything)
    const imported = {
      codeTables: [aCodeTable([{ code: 'D510', from: '2020-10-01', billable: true }])],
      unitLimits: [anEdition('2026 Q4', '2026-10-01', undefined, [row('J3420', 5)])],
    }
    await t.rejects(
      publish('import', imported),
      { code: 'policy-owned-elsewhere' },
      'refused unless said otherwise',
    )
    const taken = await publish('import', imported, 'take')
    t.match(taken, {
      revision: base + 2,
      changed: true,
      taken: [{ family: 'unitLimitEditions', owner: 'starter' }],
    })
    t.match(taken.changes, {
      codeTables: { added: 1, ended: 0 },
      codeRows: { added: 1, ended: 0 },
      unitLimitEditions: { changed: 1 },
      unitLimits: { ended: 1, changed: 1 },
    })
    const after = {
      ...everything,
      codeTables: [everything.codeTables[0]!, imported.codeTables[0]!, everything.codeTables[1]!],
      unitLimits: [everything.unitLimits[0]!, imported.unitLimits[0]!],
    }
    t.strictSame(await load(), after)
    const restart = await publish('starter', everything, 'yield')
    t.equal(restart.yielded.length, 1, 'code tables stand beside each other')
    t.match(restart, {
      revision: base + 2,
      changed: false,
      yielded: [{ family: 'unitLimitEditions', owner: 'import' }],
    })
    t.strictSame(await load(), after)
    t.match(
      await publish('starter', { ...everything, payers: [] }, 'yield'),
      { revision: base + 3, changes: { payers: { ended: 2 }, codeRows: { ended: 0 } } },
      'the rest of the starter pack goes on',
    )
    await publish('import', nothing)
    t.match(
      await publish('starter', everything, 'yield'),
      { revision: base + 5, yielded: [] },
      'what the import gives up, the starter pack takes up',
    )
    t.strictSame(await load(), everything)
    t.equal(
      await hashOfRevision(db, tenantId, base + 2),
      (
        await db.query<{ hash: string }>(
          'SELECT content_hash AS hash FROM policy_revision WHERE tenant_id = $1 AND revision = $2',
          [tenantId, base + 2],
        )
      )[0]!.hash,
    )
  })

  await t.test('rows of codes stand in layers: none ends a row of another', async (t) => {
    const base = await emptied(db)
    const row = (code: string, from: string, to?: string): CodeTable['rows'][number] => ({
      code,
      from,
      ...(to === undefined ? {} : { to }),
      billable: true,
    })
    const edition = aCodeTable([row('D510', '2020-10-01'), row('D511', '2020-10-01')])
    const ofPack = aCodeTable([row('D510', '2019-10-01', '2021-10-01'), row('D999', '2026-10-01')])
    await publish('import:icd10cm', { codeTables: [edition] }, 'take')
    t.match(await publish('pack:mine', { codeTables: [ofPack] }, 'take'), {
      revision: base + 2,
      taken: [],
      changes: { codeTables: { added: 1, ended: 0 }, codeRows: { added: 2, changed: 0, ended: 0 } },
    })
    await publish('starter', { codeTables: [ofPack] }, 'yield')
    const layers = async (): Promise<[string | undefined, number][]> =>
      (await loadPolicyContent(db, { tenantId })).content.codeTables.map(({ layer, rows }) => [
        layer,
        rows.length,
      ])
    t.strictSame(await layers(), [
      ['editions', 2],
      ['mine', 2],
      ['starter', 2],
    ])
    t.match(await publish('import:icd10cm', { codeTables: [aCodeTable([row('D511', '2020-10-01')])] }), {
      changes: { codeTables: { changed: 1 }, codeRows: { added: 0, changed: 0, ended: 1 } },
    })
    await publish('pack:mine', nothing)
    t.strictSame(await layers(), [
      ['editions', 1],
      ['starter', 2],
    ])
  })

  await t.test('an edition for the same days is taken whatever its name', async (t) => {
    await emptied(db)
    await publish('starter', {
      unitLimits: [
        anEdition('Q3', '2026-07-01', '2026-10-01', [row('J0000', 1)]),
        anEdition('Q4', '2026-10-01', undefined, [row('J3420', 1), row('J3425', 1)]),
      ],
    })
    const imported = { unitLimits: [anEdition('2026-Q4', '2026-10-01', '2027-01-01', [row('J3420', 2)])] }
    t.match(await publish('import', imported, 'take'), {
      taken: [{ key: 'cms-mue practitioner Q4' }],
      changes: { unitLimitEditions: { added: 1, ended: 1 }, unitLimits: { added: 1, ended: 2 } },
    })
    t.match(
      (await load()).unitLimits.map(({ edition }) => edition),
      ['Q3', '2026-Q4'],
    )
    const again = await publish(
      'starter',
      { unitLimits: [anEdition('Q4', '2026-10-01', undefined, [row('J3420', 1)])] },
      'yield',
    )
    t.match(again, {
      yielded: [{ key: 'cms-mue practitioner Q4', owner: 'import' }],
      changes: { unitLimitEditions: { added: 0, ended: 1 } },
    })
    t.match(
      (await load()).unitLimits.map(({ edition }) => edition),
      ['2026-Q4'],
    )
  })

  await t.test('pairs are taken setting by setting, a crosswalk by its days', async (t) => {
    const base = await emptied(db)
    const ndc = { ndc: '00517003125', procedureCode: 'J3420' }
    const starter = {
      procedurePairs: [
        pairEdition('2026 Q4', { J3420: ['9637220200101        0 '] }, 'outpatient-hospital'),
        pairEdition('2026 Q4', { J3420: ['9637220200101        0 '] }),
      ],
      ndcEditions: [
        anNdcEdition('2026 Q3', '2026-07-01', '2026-10-01', [ndc]),
        anNdcEdition('extract', '2026-10-01', undefined, [ndc]),
      ],
    }
    await publish('starter', starter)
    const imported = {
      procedurePairs: [
        pairEdition('2026-Q4', { '0001U': ['0029U20180701        1 '], J3420: ['9637220200101        0 '] }),
      ],
      ndcEditions: [anNdcEdition('2026-Q4', '2026-10-01', undefined, [ndc, { ...ndc, ndc: '00517003225' }])],
    }
    await t.rejects(publish('import', { procedurePairs: imported.procedurePairs }), {
      code: 'policy-owned-elsewhere',
      message: /procedure-pair edition cms-ptp practitioner belongs to pack starter/,
    })
    await t.rejects(publish('import', { ndcEditions: imported.ndcEditions }), { code: 'policy-overlap' })
    const taken = await publish('import', imported, 'take')
    t.strictSame(
      taken.taken.map(({ family, key }) => `${family} ${key}`),
      ['procedurePairEditions cms-ptp practitioner', 'ndcEditions cms-asp-ndc extract'],
    )
    t.match(taken.changes, {
      procedurePairEditions: { changed: 1 },
      procedurePairs: { added: 1, changed: 0, ended: 0 },
      ndcEditions: { added: 1, ended: 1 },
      ndcCodes: { added: 2, ended: 1 },
    })
    const after = {
      procedurePairs: [starter.procedurePairs[0], imported.procedurePairs[0]],
      ndcEditions: [starter.ndcEditions[0], imported.ndcEditions[0]],
    }
    t.match(await load(), after)
    const restart = await publish('starter', starter, 'yield')
    t.match(restart, {
      revision: base + 2,
      changed: false,
      yielded: [
        { key: 'cms-ptp practitioner', owner: 'import' },
        { key: 'cms-asp-ndc extract', owner: 'import' },
      ],
    })
    t.match(await load(), after)
    t.strictSame(await packsInForce(db, tenantId), ['import', 'starter'])
    await publish('starter', nothing)
    t.strictSame(await packsInForce(db, tenantId), ['import'])
    t.strictSame((await load()).procedurePairs, imported.procedurePairs)
  })

  await t.test('a policy is taken with all of its versions', async (t) => {
    await emptied(db)
    const starter = {
      policies: [
        aPolicy('p', aVersion('1', '2024-01-01', '2025-01-01'), aVersion('2', '2025-01-01')),
        aPolicy('q', aVersion('1', '2024-01-01')),
      ],
      codeSets: [aCodeSet('s', 'D510')],
    }
    await publish('starter', starter)
    const imported = {
      policies: [aPolicy('p', aVersion('3', '2024-06-01'))],
      codeSets: [aCodeSet('s', 'D511')],
    }
    t.match(await publish('import', imported, 'take'), {
      changes: { policies: { changed: 1 }, policyVersions: { added: 1, ended: 2 }, codeSets: { changed: 1 } },
    })
    t.match(await load(), {
      policies: [{ policyId: 'p', versions: [{ versionId: '3' }] }, { policyId: 'q' }],
      codeSets: [{ codes: ['D511'] }],
    })
    t.match(await publish('starter', starter, 'yield'), {
      changed: false,
      yielded: [{ key: 'p' }, { key: 's' }],
    })
  })

  await t.test('a dry run says what would be and changes nothing', async (t) => {
    const base = await emptied(db)
    t.match(await publish('one', everything, 'refuse', true), {
      revision: base + 1,
      changed: true,
      changes: { codeRows: { added: 5 } },
    })
    t.equal(await currentRevision(db, tenantId), base)
    t.strictSame(await load(), nothing)
    await t.rejects(
      publish(
        'one',
        { policies: [aPolicy('p', aVersion('1', '2024-01-01')), aPolicy('p', aVersion('2', '2024-01-01'))] },
        'refuse',
        true,
      ),
      { code: 'policy-duplicate' },
    )
  })
}
