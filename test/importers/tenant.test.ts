// precert import --tenant: what a tenant has of its own, built upon what is public.
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { parseCommand } from '../../src/commands/import/arguments.js'
import { openSources } from '../../src/importers/files.js'
import { importers } from '../../src/importers/index.js'
import type { ImportReport } from '../../src/importers/report.js'
import { runImport } from '../../src/importers/run.js'
import { loadPolicyContent } from '../../src/store/tables/policy-content.js'
import { createTenant } from '../../src/store/tables/tenants.js'
import { openMigratedMemory } from '../support/embedded.js'

t.test('a tenant takes packs and lists; what is public is the same for all', async (t) => {
  for (const { source, forTenants } of importers.values()) {
    const parse = (): unknown => parseCommand([source, 'file', '--tenant', 'north'], importers, '2026-11-24')
    if (forTenants === true) t.match(parse(), { tenantId: 'north' }, source)
    else
      t.throws(
        parse,
        {
          code: 'import-refused',
          message: /same for every tenant[^]*come from pa-list, pack|come from pack, pa-list/,
        },
        source,
      )
    t.match(parseCommand([source, 'file'], importers, '2026-11-24'), { tenantId: 'public' })
  }
})

const pack = (packId: string, content: object): string =>
  JSON.stringify({ packId, title: packId, description: packId, ...content })
const plan = (planId: string, payerId: string): object => ({
  planId,
  payerId,
  name: planId,
  lineOfBusiness: 'commercial',
  benefit: 'medical',
  follows: [],
})

t.test('packs and lists of a tenant stand on public policy and are seen by it alone', async (t) => {
  const db = await openMigratedMemory()
  t.teardown(async () => {
    await db.close()
  })
  await createTenant(db, { tenantId: 'north', name: 'North' })
  const folder = await mkdtemp(join(tmpdir(), 'precert-tenant-'))
  const run = async (
    tenantId: string,
    source: string,
    name: string,
    text: string,
    settings: Record<string, string> = {},
  ): Promise<ImportReport> => {
    await writeFile(join(folder, name), text)
    const importer = importers.get(source)
    if (importer === undefined) throw new Error(source)
    return await runImport({
      database: db,
      importer,
      files: await openSources(join(folder, name)),
      settings,
      retrievedOn: '2026-11-24',
      tenantId,
    })
  }
  await run(
    'public',
    'pack',
    'public.json',
    pack('everyone', { payers: [{ payerId: 'acme', name: 'Acme' }] }),
  )
  t.match(
    await run('north', 'pack', 'own.json', pack('own', { plans: [plan('acme-north', 'acme')] })),
    { outcome: 'imported', policyRevision: 2 },
    'its plan is of a payer that is public',
  )
  t.match(await run('north', 'pack', 'own.json', pack('own', { plans: [plan('acme-north', 'acme')] })), {
    outcome: 'nothing-changed',
    policyRevision: 2,
  })
  t.match(await run('north', 'pack', 'bad.json', pack('bad', { plans: [plan('x', 'nobody')] })), {
    outcome: 'refused',
  })
  await t.rejects(
    run('north', 'pack', 'taken.json', pack('taken', { payers: [{ payerId: 'acme', name: 'Ours' }] })),
    { code: 'id-is-public' },
  )
  const list = await run(
    'north',
    'pa-list',
    'list.csv',
    'payerId,planId,code,requirement,effectiveFrom\nacme,acme-list,J3420,required,2026-01-01\n',
    { url: 'https://example.org/list', title: 'List' },
  )
  t.match(list, { outcome: 'imported', policyRevision: 3, refused: [] })
  const plansOf = async (tenantId: string): Promise<string[]> =>
    (await loadPolicyContent(db, { tenantId })).content.plans.map(({ planId }) => planId)
  t.same([await plansOf('north'), await plansOf('public')], [['acme-list', 'acme-north'], []])
  await t.rejects(run('never', 'pack', 'own.json', pack('own', { plans: [plan('y', 'acme')] })), {
    code: 'tenant-unknown',
  })
})
