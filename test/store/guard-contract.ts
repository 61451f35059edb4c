import type { Test } from 'tap'
import type { Database } from '../../src/store/database/database.js'
import { currentRevision } from '../../src/store/tables/revisions.js'
import { asOwner } from './emptied.js'

const withRevisions = [
  'payer',
  'plan',
  'policy_set',
  'policy',
  'policy_version_in_effect',
  'code_set_name',
  'code_table',
  'code_row',
  'unit_limit_edition',
  'unit_limit',
  'procedure_pair_edition',
  'procedure_pair_list',
  'ndc_edition',
  'ndc_row',
]

/** What the tables refuse when somebody writes past `publishPacks`, be it their owner. Everything is published once, as public policy. */
export async function guardContract(t: Test, store: Database): Promise<void> {
  const full = 'public'
  const db = asOwner(store)
  const raw = asOwner(store, 'raw')
  await raw.query("INSERT INTO tenant (tenant_id, name) VALUES ('raw', 'Raw')")
  for (const table of withRevisions) {
    await t.rejects(
      db.query(`INSERT INTO ${table} SELECT * FROM ${table} WHERE tenant_id = $1`, [full]),
      { code: '23P01' },
      `one ${table} at any revision`,
    )
  }
  for (const table of [...withRevisions, 'policy_version', 'code_set', 'policy_revision', 'tenant']) {
    await t.rejects(
      db.query(`UPDATE ${table} SET tenant_id = 'other' WHERE tenant_id = $1`, [full]),
      { code: '23001' },
      `${table} is not updated`,
    )
    await t.rejects(
      db.query(`DELETE FROM ${table} WHERE tenant_id = $1`, [full]),
      { code: '23001' },
      'nor deleted',
    )
    await t.rejects(db.query(`TRUNCATE ${table} CASCADE`), { code: '23001' }, 'nor emptied')
  }

  const first = (await currentRevision(store, 'public')) + 1
  const version = async (
    tenant: string,
    versionId: string,
    effective: string,
    revisions: string,
  ): Promise<void> =>
    await store.transaction(
      async (tx) => {
        await tx.query('INSERT INTO policy_version VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING', [
          tenant,
          'p',
          versionId,
          'hash',
          '{}',
        ])
        await tx.query('INSERT INTO policy_version_in_effect VALUES ($1, $2, $3, $4, $5, $6, $7)', [
          tenant,
          'p',
          versionId,
          'hash',
          'pack',
          effective,
          revisions,
        ])
      },
      { role: 'owner', tenantId: tenant },
    )
  const closeRevision = async (revision: number): Promise<void> => {
    await raw.query(
      "INSERT INTO policy_revision (tenant_id, revision, description, content_hash) VALUES ('raw', $1, '', '')",
      [revision],
    )
  }
  const change = async (set: string, versionId = '1'): Promise<unknown> =>
    await raw.query(
      `UPDATE policy_version_in_effect SET ${set} WHERE tenant_id = 'raw' AND version_id = $1`,
      [versionId],
    )

  await version('raw', '1', '[2024-01-01,2025-01-01)', `[${first},)`)
  await t.rejects(
    version('raw', '2', '[2024-12-31,)', `[${first},)`),
    { code: '23P01', constraint: 'policy_version_no_overlap' },
    'SQL cannot make two versions hold on one day',
  )
  await t.rejects(version('raw', '1', '[2026-01-01,)', `[${first},)`), {
    code: '23P01',
    constraint: 'policy_version_once',
  })
  await t.rejects(version('raw', '3', 'empty', `[${first},)`), { code: '23514' })
  await version('raw', '2', '[2025-01-01,)', `[${first},)`)
  await t.rejects(closeRevision(first + 1), { code: '23001' }, 'revisions have no gaps')
  await t.rejects(change("revisions = 'empty'"), { code: '23001' }, 'a row is not made to never have been')
  await closeRevision(first)

  const refused = { code: '23001' }
  await t.rejects(
    version('raw', '9', '[2023-01-01,2024-01-01)', `[${first},)`),
    refused,
    'nothing is added to a closed revision',
  )
  await t.rejects(
    version('raw', '9', '[2023-01-01,2024-01-01)', `[${first + 1},${first + 2})`),
    refused,
    'nothing begins ended',
  )
  await t.rejects(raw.query("UPDATE policy_version SET content = '[]' WHERE tenant_id = 'raw'"), refused)
  await t.rejects(raw.query("DELETE FROM policy_version WHERE tenant_id = 'raw'"), refused)
  await t.rejects(raw.query("DELETE FROM policy_version_in_effect WHERE tenant_id = 'raw'"), refused)
  await t.rejects(raw.query('TRUNCATE policy_revision'), refused)
  await t.rejects(change("effective = '[2020-01-01,2021-01-01)'"), refused)
  await t.rejects(change(`revisions = '[${first + 1},)'`), refused, 'the lower bound stays')
  await t.rejects(change(`revisions = '[${first},${first + 1})', pack_id = 'other'`), refused)
  await change(`revisions = '[${first},${first + 1})'`)
  await closeRevision(first + 1)
  await t.rejects(change(`revisions = '[${first},${first + 2})'`), refused, 'an end is set once')
  await t.rejects(change(`revisions = '[${first},)'`), refused, 'and not taken back')
  await t.rejects(change(`revisions = '[${first},${first + 1})'`, '2'), refused, 'nor into a closed revision')

  await t.rejects(
    raw.query(`INSERT INTO code_row (tenant_id, system, code, pack_id, billable, effective, revisions)
    VALUES ('raw', 'hcpcs', 'J3420', 'p', true, '[2020-01-01,)', '[${first + 2},)'), ('raw', 'hcpcs', 'J3420', 'p', true, '[2021-01-01,)', '[${first + 2},)')`),
    { code: '23P01' },
  )
}
