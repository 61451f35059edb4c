// Articles that somebody has read into a pack stay there when the export is imported again; the report says what changed in them.
import t from 'tap'
import { emptyContent, type PolicyContent } from '../../src/decision/shapes/policy.js'
import type { ImportReport } from '../../src/importers/report.js'
import { mcd } from '../../src/importers/mcd/index.js'
import { runImport } from '../../src/importers/run.js'
import type { FoundFile } from '../../src/importers/files.js'
import { publicTenant } from '../../src/policies/loaded/open-policies.js'
import { ownersIn } from '../../src/store/publishing/owners.js'
import { loadPolicyContent } from '../../src/store/tables/policy-content.js'
import { publishPacks } from '../../src/store/publishing/publish.js'
import { openMigratedMemory } from '../support/embedded.js'
import { combined, exportOf, filesOf, type Article } from './mcd-export.js'

const db = await openMigratedMemory()
t.teardown(async () => await db.close())
const article = (version: number, codes: string, more: Partial<Article> = {}): Article => ({
  id: 91000,
  version,
  contractors: ['2 12 1'],
  covered: { 1: { codes } },
  ...more,
})
const other = (codes: string): Article => ({ id: 91001, contractors: ['2 12 1'], covered: { 1: { codes } } })
const imported = async (
  articles: readonly Article[],
  more: Record<string, string> = {},
): Promise<ImportReport> =>
  await runImport({
    database: db,
    importer: mcd,
    files: filesOf({ ...(await exportOf(articles, combined)), ...more }) as FoundFile[],
    settings: {},
    retrievedOn: '2026-11-24',
  })
const held = async (): Promise<PolicyContent> =>
  (await loadPolicyContent(db, { tenantId: publicTenant })).content
const versionOf = async (policyId: string): Promise<string | undefined> =>
  (await held()).policies.find((policy) => policy.policyId === policyId)?.versions.at(-1)?.versionId
const owner = async (policyId: string): Promise<string | undefined> =>
  (await ownersIn(db, { tenantId: publicTenant, policySetId: 'cms-mcd' })).policies.get(policyId)

await imported([article(1, 'D51.0 D51.1'), other('D51.0')])

t.test('before anybody reads it, an article is the import’s', async (t) => {
  t.equal(await owner('a91000'), 'import:mcd')
  t.equal((await imported([article(2, 'D51.0 D51.1'), other('D51.0')])).outcome, 'imported')
  t.equal(await versionOf('a91000'), '2')
})

t.test('what is read into a pack stays there, and what changed is listed', async (t) => {
  // The reading of a person: the rules of the import, changed, over the list that the import brought.
  const content = await held()
  const policy = content.policies.find(({ policyId }) => policyId === 'a91000')!
  const reading = {
    ...policy,
    versions: policy.versions.map((version) => ({
      ...version,
      rules: version.rules.map((rule) => ({ ...rule, statement: 'As a person reads it.' })),
    })),
  }
  await publishPacks(db, {
    tenantId: publicTenant,
    description: 'a reading',
    packs: [{ packId: 'our-readings', content: { ...emptyContent, policies: [reading] }, whenOwned: 'take' }],
  })
  const same = await imported([article(2, 'D51.0 D51.1'), other('D51.0 D51.3')])
  t.ok(
    same.notes.some((note) =>
      /^Read into a pack, left there, and the same .*: A91000 \(our-readings\)\.$/.test(note),
    ),
    same.notes.join('\n'),
  )
  t.strictSame(same.takenOver, [])
  t.equal(await owner('a91000'), 'our-readings')
  const changed = await imported([
    article(3, 'D51.0 D51.3', { from: '2026-10-01', procedures: { 1: { codes: 'J9990 J9991' } } }),
    other('D51.0'),
  ])
  t.ok(
    changed.notes.includes(
      'A91000 stays as it was read into the pack our-readings, which the export has otherwise: version 3 in place of 2; from 2026-10-01 in place of 2024-01-01; procedures added: J9991; diagnoses added: D51.3; diagnoses taken away: D51.1. Read it again and change the pack.',
    ),
    changed.notes.join('\n'),
  )
  const after = (await held()).policies.find(({ policyId }) => policyId === 'a91000')
  t.strictSame(
    after?.versions.map(({ versionId, rules }) => [versionId, rules[0]?.statement]),
    [['2', 'As a person reads it.']],
  )
  t.equal(await owner('a91001'), 'import:mcd')
  t.equal((await imported([other('D51.0')])).outcome, 'nothing-changed', 'nor does its absence end it')
  t.equal(await versionOf('a91000'), '2')
})

t.test('for the document index the version counts that was read', async (t) => {
  const index = (version: number): string =>
    'contractor_name_type,document_display_id,document_version,retirement_date,updated_on\n' +
    `"South Contractor\n(A and B MAC)",A91000,${version},N/A,09/20/2026\n`
  const declared = async (version: number): Promise<boolean> => {
    await imported([article(3, 'D51.0'), other('D51.0')], { 'mcd_documents_2026.csv': index(version) })
    return (await held()).policySets.some(({ completeness = [] }) => completeness.length > 0)
  }
  t.equal(await declared(2), true)
  t.equal(await declared(3), false, 'the export has version 3, the pack does not')
})
