import type { Database, Queryable } from '../database/connection.js'
import { StoreError } from '../database/store-error.js'

/** The tenant that owns public policy. Credentials that name no tenant belong to it. */
export const publicTenant = 'public'

export interface Tenant {
  readonly tenantId: string
  readonly name: string
  readonly createdAt: string
}
export type NewTenant = Pick<Tenant, 'tenantId' | 'name'>

/** All tenants by id, the public one among them. */
export async function listTenants(db: Database): Promise<Tenant[]> {
  return await db.transaction(
    async (tx) =>
      await tx.query<Tenant>(
        'SELECT tenant_id AS "tenantId", name, created_at AS "createdAt" FROM tenant ORDER BY tenant_id',
      ),
    { role: 'access' },
  )
}

/**
 * Makes a tenant for good: tenants are never renamed or removed. Rejects with `tenant-exists`. With
 * `dryRun` everything is checked and rolled back.
 */
export async function createTenant(
  db: Database,
  { tenantId, name }: NewTenant,
  { dryRun = false } = {},
): Promise<void> {
  await db.transaction(
    async (tx) => {
      await tx.query("SELECT pg_advisory_xact_lock(hashtextextended('precert tenants', 0))")
      if (await isTenant(tx, tenantId))
        throw new StoreError('tenant-exists', `There is a tenant ${tenantId} already.`, { tenantId })
      if (!dryRun) await tx.query('INSERT INTO tenant (tenant_id, name) VALUES ($1, $2)', [tenantId, name])
    },
    { tenantId, role: 'writer' },
  )
}

/** Rejects with `tenant-unknown` unless the tenant of the transaction `tx` exists. */
export async function requireTenant(tx: Queryable, tenantId: string): Promise<void> {
  if (!(await isTenant(tx, tenantId)))
    throw new StoreError(
      'tenant-unknown',
      `There is no tenant ${tenantId}. precert keys tenants lists those that are.`,
      { tenantId },
    )
}

async function isTenant(tx: Queryable, tenantId: string): Promise<boolean> {
  return (await tx.query('SELECT FROM tenant WHERE tenant_id = $1', [tenantId])).length > 0
}
