import type { Test } from 'tap'
import type { PolicyContent } from '../../src/decision/shapes/policy.js'
import type { Rule } from '../../src/decision/shapes/rule.js'
import type { Database } from '../../src/store/database/database.js'
import { loadPolicyContent } from '../../src/store/tables/policy-content.js'
import { packsInForce } from '../../src/store/publishing/packs-in-force.js'
import { publishPacks, type Publication, type Published } from '../../src/store/publishing/publish.js'
import {
  currentRevision,
  hashOfRevision,
  newestByTenant,
  revisionAt,
} from '../../src/store/tables/revisions.js'
import { createTenant, listTenants } from '../../src/store/tables/tenants.js'
import { emptied } from './emptied.js'
import {
  aCodeSet,
  aPolicy,
  aVersion,
  anEdition,
  anNdcEdition,
  everything,
  nothing,
  pairEdition,
  source,
  withoutLayers,
} from './sample.js'

const own: PolicyContent = {
  ...nothing,
  payers: [{ payerId: 'acme', name: 'Acme Health' }],
  plans: [
    {
      planId: 'acme-ppo',
      payerId: 'acme',
      name: 'Acme PPO',
      lineOfBusiness: 'commercial',
      benefit: 'medical',
      follows: [{ policySetId: 'acme-rules', role: 'governing' }],
    },
  ],
  policySets: [
    {
      policySetId: 'acme-rules',
      title: 'Acme',
      publisher: 'Acme',
      speaksTo: ['prior-authorization', 'units', 'claim-line'],
    },
  ],
  policies: [{ ...aPolicy('acme-b12', aVersion('1', '2026-01-01')), policySetId: 'acme-rules' }],
  codeSets: [aCodeSet('acme-codes', 'D510')],
  unitLimits: [
    {
      ...anEdition('2026', '2026-01-01', undefined, [
        { procedureCode: 'J3420', maximum: 9, adjudicationIndicator: 3 },
      ]),
      policySetId: 'acme-rules',
    },
  ],
  procedurePairs: [
    { ...pairEdition('2026', { J3420: ['9637219960101        00'] }), policySetId: 'acme-rules' },
  ],
  ndcEditions: [
    {
      ...anNdcEdition('2026', '2026-01-01', undefined, [{ ndc: '00517003125', procedureCode: 'J3420' }]),
      policySetId: 'acme-rules',
    },
  ],
}

const ids = (content: PolicyContent): Record<string, string[]> => ({
  payers: content.payers.map(({ payerId }) => payerId),
  plans: content.plans.map(({ planId }) => planId),
  sets: content.policySets.map(({ policySetId }) => policySetId),
  policies: content.policies.map(({ policyId }) => policyId),
  codeSets: content.codeSets.map(({ codeSetId }) => codeSetId),
})

/** What tenants share and what they do not, as the store keeps it. */
export async function tenantContract(t: Test, db: Database): Promise<void> {
  const publish = async (
    tenantId: string,
    content: Partial<PolicyContent>,
    more: Partial<Publication> = {},
  ): Promise<Published> =>
    await publishPacks(db, {
      tenantId,
      description: 'test',
      packs: [{ packId: 'pack', content: { ...nothing, ...content } }],
      ...more,
    })
  const load = async (tenantId: string, revision?: number): Promise<PolicyContent> =>
    withoutLayers(
      (await loadPolicyContent(db, { tenantId, ...(revision === undefined ? {} : { revision }) })).content,
    )

  await t.test('a tenant is made once, of a plain name', async (t) => {
    for (const tenantId of ['left', 'right', 'idle'])
      await createTenant(db, { tenantId, name: `The ${tenantId} one` })
    t.match(
      (await listTenants(db)).map(({ tenantId }) => tenantId).filter((tenantId) => tenantId !== 'raw'),
      ['idle', 'left', 'public', 'right'],
    )
    await t.rejects(createTenant(db, { tenantId: 'left', name: '' }), { code: 'tenant-exists' })
    for (const tenantId of ['', 'Left', 'le ft', '-left', 'left;', 'l'.repeat(64)])
      await t.rejects(createTenant(db, { tenantId, name: '' }), tenantId)
    await createTenant(db, { tenantId: 'never', name: '' }, { dryRun: true })
    await t.rejects(publish('never', own), { code: 'tenant-unknown', message: /no tenant never/ })
  })

  await t.test("a view is what is public, and what is the tenant's own over it", async (t) => {
    const base = await emptied(db)
    await publish('public', everything)
    t.match(
      await publish('left', own),
      { revision: base + 2, changed: true, changes: { plans: { added: 1 }, procedurePairs: { added: 1 } } },
      'one line of numbers for all',
    )
    await publish('right', { ...own, plans: [], payers: [{ payerId: 'acme', name: 'Another Acme' }] })
    const left = await load('left')
    t.same(ids(left), {
      payers: ['acme', 'cms', 'wha'],
      plans: ['acme-ppo', 'medicare-part-b'],
      sets: ['acme-rules', 'cms-mcd'],
      policies: ['a57755', 'acme-b12', 'l33967'],
      codeSets: ['a57755-group-1', 'acme-codes', 'same-codes'],
    })
    t.strictSame(left.unitLimits, [...own.unitLimits, ...everything.unitLimits])
    t.strictSame(left.codeTables, everything.codeTables)
    t.match((await load('right')).payers, [{ name: 'Another Acme' }, {}, {}])
    t.strictSame(await load('public'), everything, 'nothing of a tenant is public')
    t.strictSame(await load('idle'), everything, 'who has nothing sees what is public')
    t.strictSame((await loadPolicyContent(db, { tenantId: 'left', ownOnly: true })).content, own)
    t.same(await packsInForce(db, 'idle'), [])

    t.same(
      await Promise.all(
        ['public', 'left', 'right', 'idle'].map(async (tenantId) => await currentRevision(db, tenantId)),
      ),
      [base + 1, base + 2, base + 3, base + 1],
      'the greatest of its own and the public',
    )
    t.same(
      [...(await newestByTenant(db))].filter(([tenantId]) => !['raw', 'never'].includes(tenantId)),
      [
        ['idle', 0],
        ['left', base + 2],
        ['public', base + 1],
        ['right', base + 3],
      ],
    )
    t.match(await publish('public', { ...everything, payers: [] }), { revision: base + 4 })
    t.equal(await currentRevision(db, 'left'), base + 4)
    t.same(ids(await load('left'))['payers'], ['acme'])
    t.strictSame(await load('left', base + 2), left, 'what it knew then')
    for (const [tenantId, revision] of [
      ['left', base + 3],
      ['right', base + 2],
      ['idle', base + 2],
      ['public', base + 3],
      ['left', base + 5],
    ] as const) {
      await t.rejects(
        load(tenantId, revision),
        { code: 'revision-unknown' },
        `to ${tenantId} the revision of another is none`,
      )
    }
    t.equal(await revisionAt(db, 'left', new Date(Date.now() + 60_000).toISOString()), base + 4)
    const [sealed] = await db.transaction(
      async (tx) =>
        await tx.query<{ hash: string }>(
          'SELECT content_hash AS hash FROM policy_revision WHERE revision = $1',
          [base + 2],
        ),
      { tenantId: 'left' },
    )
    t.equal(await hashOfRevision(db, 'left', base + 4), sealed?.hash, 'sealed for itself')
  })

  await t.test('publishing builds on the view', async (t) => {
    await emptied(db)
    await publish('public', everything)
    const before = await currentRevision(db, 'left')
    const judged: PolicyContent[] = []
    await publish(
      'left',
      { ...own, payers: [] },
      {
        judge: (content) => {
          judged.push(content)
        },
        expectedRevision: before,
      },
    )
    t.same(
      judged.map((content) => ids(content)['payers']),
      [['cms', 'wha']],
      'judged with what is public',
    )
    await publish('public', { ...everything, payers: [] })
    await t.rejects(
      publish('left', own, { expectedRevision: before + 1 }),
      { code: 'revision-moved' },
      'public policy moved',
    )
    await t.rejects(
      publish('left', nothing, {
        judge: () => {
          throw new Error('dangling')
        },
      }),
      { message: 'dangling' },
    )
    t.same(ids(await load('left'))['payers'], [])
  })

  await t.test('what is public is not for a tenant to say', async (t) => {
    await emptied(db)
    await publish('public', everything)
    await publish('left', nothing)
    await t.rejects(publish('left', { codeTables: everything.codeTables }), {
      code: 'code-tables-are-public',
      message: /hcpcs|icd-10-cm/,
    })
    const taken: [Partial<PolicyContent>, RegExp][] = [
      [{ payers: everything.payers.slice(1) }, /payer wha is public/],
      [{ plans: everything.plans }, /plan medicare-part-b/],
      [{ policySets: everything.policySets }, /policy set cms-mcd/],
      [{ policies: everything.policies.slice(1) }, /policy l33967/],
      [{ codeSets: everything.codeSets.slice(1) }, /code set same-codes/],
    ]
    for (const [content, message] of taken)
      await t.rejects(publish('left', content), { code: 'id-is-public', message })
    for (const family of ['unitLimits', 'procedurePairs', 'ndcEditions'] as const) {
      await t.rejects(
        publish('left', { [family]: everything[family] }),
        { code: 'edition-in-public-set' },
        family,
      )
      await t.rejects(
        publish('left', { [family]: own[family] }),
        { code: 'edition-in-public-set' },
        `${family} of no set`,
      )
    }
    t.strictSame(await load('left'), everything)
    await publish('left', {
      policies: [{ ...aPolicy('addendum', aVersion('1', '2026-01-01')), policySetId: 'cms-mcd' }],
    })
    t.same(
      ids(await load('left'))['policies'],
      ['a57755', 'addendum', 'l33967'],
      'a policy of its own may stand beside those of a public set',
    )
  })

  await t.test(
    'an id that public policy takes later leaves the tenant its own, and public rules theirs',
    async (t) => {
      await emptied(db)
      const rule: Rule = {
        kind: 'diagnosis',
        ruleId: 'r',
        procedures: ['J3420'],
        statement: 'Listed.',
        supports: { diagnosis: { codeSet: 'shared' } },
        others: 'deny',
      }
      const named = (payer: string, ...codes: string[]): Partial<PolicyContent> => ({
        payers: [{ payerId: 'shared', name: payer }],
        policySets: [{ policySetId: 'shared', title: payer, publisher: payer, speaksTo: ['diagnosis'] }],
        plans: [
          {
            planId: 'shared',
            payerId: 'shared',
            name: payer,
            lineOfBusiness: 'commercial',
            benefit: 'medical',
            follows: [{ policySetId: 'shared', role: 'governing' }],
          },
        ],
        codeSets: [aCodeSet('shared', ...codes)],
        policies: [
          {
            policyId: 'shared',
            policySetId: 'shared',
            title: payer,
            versions: [{ versionId: '1', from: '2026-01-01', source, rules: [rule] }],
          },
        ],
      })
      await publish('left', named('Own', 'D510'))
      await publish('public', named('Public', 'D511'))
      t.match(await load('left'), {
        payers: [{ name: 'Own' }],
        plans: [{ name: 'Own', follows: [{ policySetId: 'own.shared' }] }],
        policySets: [
          { policySetId: 'own.shared', title: 'Own' },
          { policySetId: 'shared', title: 'Public' },
        ],
        policies: [
          {
            policySetId: 'shared',
            versions: [{ rules: [{ supports: { diagnosis: { codeSet: 'shared' } } }] }],
          },
          {
            policySetId: 'own.shared',
            versions: [{ rules: [{ supports: { diagnosis: { codeSet: 'own.shared' } } }] }],
          },
        ],
        codeSets: [
          { codeSetId: 'own.shared', codes: ['D510'] },
          { codeSetId: 'shared', codes: ['D511'] },
        ],
      })
      t.match(
        await publish('left', named('Own, renamed', 'D510', 'D512')),
        { changed: true },
        'and may be published again',
      )
      await publish('left', nothing)
      await t.rejects(
        publish('left', named('Own', 'D510')),
        { code: 'id-is-public' },
        'not once it is given up',
      )
      await emptied(db)
    },
  )
}
