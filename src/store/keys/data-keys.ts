import type { Database, Queryable } from '../database/connection.js'
import { keyInForceUntilEnd } from './installation-key-changes.js'
import { listTenants } from '../tables/tenants.js'

/** A data key as it is stored: wrapped (base64), or without its value after it was destroyed. */
export interface StoredDataKey {
  readonly keyId: string
  readonly wrapped: string | null
}

/** The data keys of a tenant, the oldest first. */
export async function dataKeysOf(db: Database, tenantId: string): Promise<StoredDataKey[]> {
  return await db.transaction(async (tx) => await read(tx, tenantId), { tenantId })
}

/**
 * Stores a tenant's new data key, wrapped by the installation key in force, unless another process
 * stored one first. Returns all data keys of the tenant.
 */
export async function insertDataKey(
  db: Database,
  tenantId: string,
  make: (inForce: string | undefined) => { readonly keyId: string; readonly wrapped: string },
): Promise<StoredDataKey[]> {
  return await db.transaction(
    async (tx) => {
      await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
        `precert data keys ${tenantId}`,
      ])
      const stored = await read(tx, tenantId)
      if (stored.some((key) => key.wrapped !== null)) return stored
      const { keyId, wrapped } = make(await keyInForceUntilEnd(tx))
      await tx.query('INSERT INTO data_key (tenant_id, key_id, wrapped) VALUES ($1, $2, $3)', [
        tenantId,
        keyId,
        wrapped,
      ])
      return await read(tx, tenantId)
    },
    { tenantId },
  )
}

/**
 * Destroys every data key of a tenant, so the content that they sealed can never be read again.
 * Returns their number.
 */
export async function destroyDataKeys(db: Database, tenantId: string): Promise<number> {
  return await db.transaction(
    async (tx) => {
      const destroyed = await tx.query(
        'UPDATE data_key SET wrapped = NULL, destroyed_at = now() WHERE tenant_id = $1 AND wrapped IS NOT NULL RETURNING key_id',
        [tenantId],
      )
      return destroyed.length
    },
    { tenantId, role: 'writer' },
  )
}

/**
 * Whether any tenant has ever had a data key. If so, sealed content needs the installation key that
 * the store began with.
 */
export async function hasDataKeys(db: Database): Promise<boolean> {
  for (const { tenantId } of await listTenants(db))
    if ((await dataKeysOf(db, tenantId)).length > 0) return true
  return false
}

async function read(tx: Queryable, tenantId: string): Promise<StoredDataKey[]> {
  return await tx.query<StoredDataKey>(
    'SELECT key_id AS "keyId", wrapped FROM data_key WHERE tenant_id = $1 ORDER BY created_at, key_id',
    [tenantId],
  )
}
