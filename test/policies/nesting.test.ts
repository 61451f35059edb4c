// Conditions inside conditions: 32 are read, more are refused at every door through which policy comes, and set aside where a store has them.
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { determine } from '../../src/decision/determine.js'
import { deepPlaces, readableRules } from '../../src/decision/conditions/nesting.js'
import { emptyContent, type PolicyContent } from '../../src/decision/shapes/policy.js'
import type { CheckRequest } from '../../src/decision/shapes/request.js'
import type { Expression } from '../../src/decision/shapes/expression.js'
import { openSources } from '../../src/importers/files.js'
import { readOverlay } from '../../src/importers/mcd/overlay/overlay.js'
import { paList } from '../../src/importers/pa-list/index.js'
import { pack as packs } from '../../src/importers/pack/index.js'
import { runImport } from '../../src/importers/run.js'
import { publishFolder } from '../../src/policies/loaded/open-policies.js'
import { validatePacks } from '../../src/policies/packs/pack.js'
import { createSnapshot } from '../../src/policies/loaded/snapshot.js'
import { loadPolicyContent } from '../../src/store/tables/policy-content.js'
import { publishPacks } from '../../src/store/publishing/publish.js'
import { createTenant } from '../../src/store/tables/tenants.js'
import { openMigratedMemory } from '../support/embedded.js'
import { fileOf } from '../importers/sources.js'
import { cited } from '../support/cited.js'

const atom = '{"documented":"a"}'
const connectives: Readonly<Record<string, readonly [string, string]>> = {
  not: ['{"not":', '}'],
  all: ['{"all":[{"documented":"b"},', ']}'],
  any: ['{"any":[', ',{"documented":"b"}]}'],
  atLeast: ['{"atLeast":{"n":1,"of":[', ']}}'],
}
/** A condition of `depth` conditions inside each other, as JSON: JSON.stringify would not write the deepest. */
const nested = (depth: number, [before, after] = connectives['not'] as readonly [string, string]): string =>
  before.repeat(depth - 1) + atom + after.repeat(depth - 1)

const source = `{"publisher":"P","title":"D","url":"https://example.org/","retrievedOn":"2026-01-01","grade":"fictional"}`
/** A pack with one rule that has the given condition at the given place. */
const packOf = (condition: string, place = 'when', packId = 'test-deep'): string => {
  const common = `"ruleId":"the-rule","procedures":["J3420"],"statement":"S"`
  const rules: Readonly<Record<string, string>> = {
    when: `{"kind":"prior-authorization",${common},"when":${condition},"cases":[{"requirement":"required"}]}`,
    'cases/0/when': `{"kind":"prior-authorization",${common},"cases":[{"when":${condition},"requirement":"required"}]}`,
    supports: `{"kind":"diagnosis",${common},"supports":${condition},"others":"deny"}`,
    'conditionalCodes/0/condition': `{"kind":"diagnosis",${common},"supports":${atom},"others":"deny","conditionalCodes":[{"codes":["D510"],"condition":${condition},"note":"n"}]}`,
    criteria: `{"kind":"documentation",${common},"purpose":"retain","criteria":${condition}}`,
    exemptWhen: `{"kind":"frequency",${common},"counting":"services","limits":[],"exemptWhen":${condition}}`,
    requires: `{"kind":"claim-line",${common},"requires":${condition},"effect":"advise","remedy":"r"}`,
  }
  return `{"packId":"${packId}","title":"T","description":"D","payers":[{"payerId":"test-payer","name":"P"}],
    "plans":[{"planId":"test-plan","payerId":"test-payer","name":"P","lineOfBusiness":"commercial","benefit":"medical","follows":[{"policySetId":"test-set","role":"governing"}]}],
    "policySets":[{"policySetId":"test-set","title":"S","publisher":"P","speaksTo":["prior-authorization","diagnosis","documentation","frequency","claim-line"]}],
    "policies":[{"policyId":"test-policy","policySetId":"test-set","title":"T","versions":[{"versionId":"v1","from":"2026-01-01","source":${source},"rules":[${rules[place]}]}]}]}`
}
const places = [
  'when',
  'cases/0/when',
  'supports',
  'conditionalCodes/0/condition',
  'criteria',
  'exemptWhen',
  'requires',
]
const rulePath = '/policies/0/versions/0/rules/0'

t.test(
  '32 conditions inside each other are a condition, 33 and 200,000 are a problem with rule and place',
  (t) => {
    for (const [name, words] of Object.entries(connectives)) {
      t.strictSame(
        validatePacks([{ file: 'f', pack: JSON.parse(packOf(nested(32, words))) }]).problems,
        [],
        `32 of ${name}`,
      )
      for (const depth of [33, 4_000, 200_000])
        t.match(
          validatePacks([{ file: 'f', pack: JSON.parse(packOf(nested(depth, words))) }]),
          { packs: [], problems: [{ file: 'f', path: `${rulePath}/when`, reason: /^rule the-rule: .*32/ }] },
          `${depth} of ${name}`,
        )
    }
    for (const place of places) {
      const judge = (depth: number) =>
        validatePacks([{ file: 'f', pack: JSON.parse(packOf(nested(depth), place)) }]).problems
      t.strictSame(judge(32), [], `32 at ${place}`)
      const problems = judge(33)
      t.equal(problems.length, 1, place)
      t.match(problems, [{ path: `${rulePath}/${place}`, reason: /the-rule/ }])
    }
    t.end()
  },
)

t.test('lists and objects inside each other, where no condition stands, are refused the same way', (t) => {
  const deep = '['.repeat(200_000) + ']'.repeat(200_000)
  for (const [where, text] of [
    ['/title', packOf(atom).replace('"title":"T"', `"title":${deep}`)],
    ['/payers', packOf(atom).replace('"payers":[', `"payers":[${deep},`)],
    [`${rulePath}/statement`, packOf(atom).replace('"statement":"S"', `"statement":${deep}`)],
    [`${rulePath}/kind`, packOf(atom).replace('"kind":"prior-authorization"', `"kind":${deep}`)],
  ] as const) {
    const { problems } = validatePacks([{ file: 'f', pack: JSON.parse(text) }])
    t.equal(problems.length, 1, where)
    t.ok(problems[0]?.path.startsWith(where), where)
    t.ok(
      (problems[0]?.path.length ?? 999) < 300 && /128/.test(problems[0]?.reason ?? ''),
      `the reason at ${where}`,
    )
  }
  t.strictSame([...deepPlaces(JSON.parse('['.repeat(128) + ']'.repeat(128)))], [])
  t.equal([...deepPlaces(JSON.parse('['.repeat(129) + ']'.repeat(129)))].length, 1)
  t.end()
})

t.test(
  'every door: a folder of packs, an import, a tenant, an overlay, a mapping, the store itself',
  async (t) => {
    const database = await openMigratedMemory()
    t.teardown(async () => await database.close())
    await createTenant(database, { tenantId: 'north', name: 'North' })
    const folder = await mkdtemp(join(tmpdir(), 'precert-nesting-'))
    await mkdir(join(folder, 'deep'))
    await writeFile(join(folder, 'deep/pack.json'), packOf(nested(4_000)))
    await t.rejects(publishFolder(database, folder), {
      code: 'packs-refused',
      message: new RegExp(`deep/pack.json at ${rulePath}/when: rule the-rule: .*32`),
    })
    const run = async (importer: typeof packs, tenantId: string, path: string) =>
      await runImport({
        database,
        importer,
        tenantId,
        files: await openSources(path),
        settings: { payer: 'test-payer', plan: 'test-plan' },
        retrievedOn: '2026-11-24',
      })
    for (const tenantId of ['public', 'north'])
      t.match(await run(packs, tenantId, folder), {
        outcome: 'refused',
        refused: [{ file: 'deep/pack.json', column: `${rulePath}/when`, reason: /^rule the-rule: .*32/ }],
      })

    const context = {
      settings: {},
      held: emptyContent,
      retrievedOn: '2026-11-24',
      refuse: () => {},
      count: () => {},
    }
    const reading = `{"supports":${nested(4_000)}}`
    const overlay = `{"entries":[{"document":"A91000","text":"covered 1","hash":"${'0'.repeat(16)}","reading":${reading},"reviewedBy":"r","reviewedOn":"2026-11-20"}]}`
    await t.rejects(async () => await readOverlay(fileOf('a.mcd-overlay.json', overlay)), {
      code: 'import-refused',
      message: /a\.mcd-overlay\.json.*\/entries\/0\/reading\/supports.*32/,
    })
    const deep = '['.repeat(200_000) + ']'.repeat(200_000)
    await t.rejects(
      async () =>
        await paList.read(
          [
            fileOf('list.csv', 'payerId,code,requirement\nacme,J3420,required\n'),
            fileOf('a.mapping.json', `{"constants":${deep}}`),
          ],
          {
            ...context,
            settings: { publisher: 'P', title: 'T', url: 'https://example.org/', 'pack-id': 'p', payer: 'p' },
          },
        ),
      { code: 'import-refused', message: /a\.mapping\.json/ },
    )

    const content = { ...emptyContent, ...(JSON.parse(packOf(nested(4_000))) as PolicyContent) }
    await t.rejects(
      async () =>
        await publishPacks(database, {
          tenantId: 'public',
          description: 'd',
          packs: [{ packId: 'p', content }],
        }),
      { code: 'policy-not-storable', message: /policy test-policy.*rule the-rule.*32/ },
    )
    t.equal((await loadPolicyContent(database, { tenantId: 'public' })).revision, 0, 'nothing was changed')
  },
)

t.test('a store that holds such a rule: the question is unknown, the rest is answered', async (t) => {
  for (const mostPlain of [0, 4096]) {
    const database = await openMigratedMemory()
    const publish = async (condition: string) =>
      await publishPacks(database, {
        tenantId: 'public',
        description: 'd',
        packs: [
          { packId: 'p', content: { ...emptyContent, ...(JSON.parse(packOf(condition)) as PolicyContent) } },
        ],
      })
    await publish('{"documented":"put-a-deep-one-here"}')
    await database.script(`RESET ROLE; ALTER TABLE policy_version DISABLE TRIGGER USER;
      UPDATE policy_version SET content = replace(content::text, '{"documented": "put-a-deep-one-here"}', '${nested(4_000)}')::jsonb;
      ALTER TABLE policy_version ENABLE TRIGGER USER; SET ROLE precert_app;`)
    const snapshot = createSnapshot({ mostPlain })
    await snapshot.load(database)
    const request: CheckRequest = {
      coverage: { planId: 'test-plan' },
      serviceLines: [{ lineNumber: 1, procedureCode: 'J3420', dateOfService: '2026-11-03', units: 1 }],
    }
    const held = snapshot.current()
    if (held === undefined) throw new Error('nothing was loaded')
    const { view, content } = held
    const decision = determine(request, view)
    const [line] = decision.lines
    t.match(line?.priorAuthorization, { requirement: 'indeterminate', reasonCode: 'text-unread' })
    const unread = line?.findings.find(({ kind }) => kind === 'review')
    t.match(cited(decision, unread ?? {}).rule, { ruleId: 'the-rule', interpretation: /32/ })
    t.doesNotThrow(() => JSON.stringify([...content.policies]), 'what the reads render')
    t.doesNotThrow(() => structuredClone([...content.policies]))
    const { content: loaded } = await loadPolicyContent(database, { tenantId: 'public' })
    t.strictSame(loaded.policies, [...content.policies], 'what an import builds upon')
    await publish(nested(32))
    await snapshot.load(database)
    const now = snapshot.current()?.view ?? view
    t.match(
      determine(request, now).lines[0]?.infoNeeded,
      [{ fact: 'documentation/a' }],
      'flatter policy is decided again',
    )
    await database.close()
  }
})

t.test(
  'of stored rules only one that is nested too deep stands as unread, with all that tells where it is',
  (t) => {
    const common = { procedures: ['J3420'], statement: 'S', basis: 'statutory' as const }
    const [plain, deep] = [
      { kind: 'coverage-exclusion' as const, ruleId: 'plain', ...common },
      {
        kind: 'coverage-exclusion' as const,
        ruleId: 'deep',
        ...common,
        from: '2026-01-01',
        to: '2026-02-01',
        section: 'II',
        row: '4',
        when: JSON.parse(nested(200)) as Expression,
      },
    ]
    const bare = { kind: 'coverage-exclusion' as const, ruleId: 'bare', ...common, when: deep.when }
    t.strictSame(readableRules([plain]), [plain])
    t.match(readableRules([plain, deep, bare]), [
      plain,
      { kind: 'review', ruleId: 'deep', from: '2026-01-01', to: '2026-02-01', section: 'II', row: '4' },
      { kind: 'review', ruleId: 'bare', from: undefined, to: undefined, section: undefined, row: undefined },
    ])
    for (const nothing of [undefined, null, 'text', 7]) t.strictSame(deepPlaces(nothing), [])
    const twice = JSON.parse(`{"when":{"all":[${nested(200)},${nested(200)}]}}`) as object
    t.strictSame(
      deepPlaces(twice).map(({ path }) => path),
      ['/when'],
      'a condition that is nested too deep in two places is told once',
    )
    t.end()
  },
)
