import { cp, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { openSources } from '../../src/importers/files.js'
import { emptyContent } from '../../src/decision/shapes/policy.js'
import type { ImportContext, RefusedRow, SourceFile } from '../../src/importers/importer.js'
import { pack } from '../../src/importers/pack/index.js'
import { runImport, type ImportRequest } from '../../src/importers/run.js'
import { publicTenant, publishFolder } from '../../src/policies/loaded/open-policies.js'
import { loadPolicyContent } from '../../src/store/tables/policy-content.js'
import { openMigratedMemory } from '../support/embedded.js'
import { fileOf } from './sources.js'

const small = (packId: string, more: object = {}): string =>
  JSON.stringify({ packId, title: packId, description: packId, ...more })
const payer = { payerId: 'test-payer', name: 'Payer' }
const plan = {
  planId: 'test-plan',
  payerId: 'test-payer',
  name: 'Plan',
  lineOfBusiness: 'commercial',
  benefit: 'medical',
  follows: [],
}

async function read(
  files: readonly SourceFile[],
  held = emptyContent,
): Promise<{ packs: string[]; refused: RefusedRow[] }> {
  const refused: RefusedRow[] = []
  const context: ImportContext = {
    settings: {},
    held,
    retrievedOn: '2026-11-24',
    refuse: (row) => refused.push(row),
    count: () => {},
  }
  return { packs: (await pack.read(files, context)).map(({ packId }) => packId), refused }
}

t.test('reading: a folder of packs, one file, and what is neither', async (t) => {
  const one = fileOf('packs/test-one/pack.json', small('test-one', { payers: [payer] }))
  const two = fileOf('packs/test-two/pack.json', `\ufeff${small('test-two', { plans: [plan] })}`)
  t.strictSame(
    await read([one, fileOf('packs/test-one/cases.json', '{}'), two, fileOf('packs/pack.schema.json', '{}')]),
    { packs: ['test-one', 'test-two'], refused: [] },
  )
  t.strictSame(await read([fileOf('mine.json', small('test-one', { payers: [payer] }))]), {
    packs: ['test-one'],
    refused: [],
  })
  await t.rejects(read([fileOf('a.json', '{}'), fileOf('b.json', '{}')]), {
    code: 'import-refused',
    message: /No pack\.json among a\.json, b\.json/,
  })
  t.strictSame(
    await read([two], { ...emptyContent, payers: [payer] }),
    { packs: ['test-two'], refused: [] },
    'references reach what is held',
  )
})

t.test('faults name file, line and place, and take along what needs the pack', async (t) => {
  const broken = fileOf('packs/test-one/pack.json', '{\n"packId": "test-one",\n"title"}')
  const needs = fileOf('packs/test-two/pack.json', small('test-two', { plans: [plan] }))
  const good = fileOf('packs/test-three/pack.json', small('test-three'))
  const { packs, refused } = await read([broken, needs, good])
  t.strictSame(packs, ['test-three'])
  t.match(refused, [
    { file: 'packs/test-one/pack.json', line: 3, reason: /not valid JSON/ },
    {
      file: 'packs/test-two/pack.json',
      line: 1,
      column: '/plans/0/payerId',
      reason: /unknown payer test-payer/,
    },
  ])
})

t.test('an imported pack stands for the starter pack of its id, through restarts', async (t) => {
  const db = await openMigratedMemory()
  t.teardown(async () => await db.close())
  const starters = fileURLToPath(new URL('../../policies', import.meta.url))
  await publishFolder(db, starters)
  const load = async () => (await loadPolicyContent(db, { tenantId: publicTenant })).content
  const before = await load()
  const folder = await mkdtemp(join(tmpdir(), 'precert-pack-'))
  const edit = async (
    change: (pack: { payers: { name: string }[]; plans: unknown[]; policies: unknown[] }) => void,
  ): Promise<void> => {
    await cp(join(starters, 'aetna'), join(folder, 'aetna'), { recursive: true })
    const path = join(folder, 'aetna/pack.json')
    const content = JSON.parse(await readFile(path, 'utf8')) as Parameters<typeof change>[0]
    change(content)
    await writeFile(path, JSON.stringify(content))
  }
  const importFolder = async (more: Partial<ImportRequest> = {}) =>
    await runImport({
      database: db,
      importer: pack,
      files: await openSources(folder),
      settings: {},
      retrievedOn: '2026-11-24',
      ...more,
    })
  await edit((content) => {
    content.payers[0]!.name = 'Another name'
    content.policies.pop()
  })
  t.match(await importFolder({ dryRun: true }), { outcome: 'would-import', policyRevision: 1 })
  t.match(await importFolder(), {
    outcome: 'imported',
    policyRevision: 2,
    changes: { payers: { changed: 1 }, policies: { ended: 1 } },
  })
  const after = await load()
  t.equal(after.policies.length, before.policies.length - 1, 'a policy that the edition lacks is ended')
  t.match(await publishFolder(db, starters), { changed: false, revision: 2 }, 'a restart does not undo it')
  t.match(await importFolder(), { outcome: 'nothing-changed', policyRevision: 2 })
  await edit((content) => {
    content.payers.length = 0
  })
  // Its own edition before this one brought the payer, so only what would be in force tells.
  await t.rejects(importFolder(), { code: 'import-refused', message: /unknown payer aetna/ })
  t.strictSame(await load(), after)
})
