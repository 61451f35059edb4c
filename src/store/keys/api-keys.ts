import type { Database, Queryable } from '../database/connection.js'
import { StoreError } from '../database/store-error.js'
import { requireTenant } from '../tables/tenants.js'

/**
 * A key as it is kept: what it may do, until when, and the hash of what its holder sends. Instants
 * are ISO 8601 in UTC.
 */
export interface StoredKey {
  readonly tenantId: string
  readonly keyId: string
  readonly name: string
  readonly secretHash: string
  readonly scopes: readonly string[]
  readonly createdAt: string
  readonly expiresAt: string | null
  readonly revokedAt: string | null
}
/**
 * A key, and when it was used last, to about a minute; null where it was not, or not since uses are
 * kept.
 */
export interface ListedKey extends StoredKey {
  readonly lastUsedAt: string | null
}
/** When a key was used last. */
export interface KeyUse {
  readonly tenantId: string
  readonly keyId: string
  readonly at: string
}
export type NewKey = Pick<StoredKey, 'tenantId' | 'keyId' | 'name' | 'secretHash' | 'scopes' | 'expiresAt'>

const columns = `tenant_id AS "tenantId", key_id AS "keyId", name, secret_hash AS "secretHash", scopes,
  created_at AS "createdAt", expires_at AS "expiresAt", revoked_at AS "revokedAt"`
const isLive = 'revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())'
// One to use and one to change over to: more of one name are keys that somebody forgot.
const mostLive = 2

/** Every key of every tenant that can still be used. */
export async function liveKeys(db: Database): Promise<StoredKey[]> {
  return await db.transaction(
    async (tx) => await tx.query<StoredKey>(`SELECT ${columns} FROM api_key WHERE ${isLive}`),
    { role: 'access' },
  )
}

/**
 * Whether there was ever a key of any tenant, revoked and expired ones included: an installation
 * that had keys is never open again.
 */
export async function hasKeys(db: Database): Promise<boolean> {
  const [row] = await db.transaction(
    async (tx) => await tx.query<{ found: boolean }>('SELECT EXISTS (SELECT FROM api_key) AS found'),
    { role: 'access' },
  )
  return row?.found === true
}

/** All keys of a tenant, the oldest first, with their last use. */
export async function listKeys(db: Database, tenantId: string): Promise<ListedKey[]> {
  return await db.transaction(
    async (tx) => {
      await requireTenant(tx, tenantId)
      return await tx.query<ListedKey>(
        `SELECT ${columns}, (SELECT last_used_at FROM api_key_use AS u WHERE u.tenant_id = k.tenant_id AND u.key_id = k.key_id) AS "lastUsedAt"
           FROM api_key AS k WHERE tenant_id = $1 ORDER BY created_at, key_id`,
        [tenantId],
      )
    },
    { tenantId },
  )
}

/** Writes when keys were used last, unless a later use is known. */
export async function recordKeyUses(db: Database, uses: readonly KeyUse[]): Promise<void> {
  for (const tenantId of new Set(uses.map((use) => use.tenantId))) {
    const own = uses.filter((use) => use.tenantId === tenantId)
    await db.transaction(
      async (tx) => {
        await tx.query(
          `INSERT INTO api_key_use (tenant_id, key_id, last_used_at)
           SELECT $1, used.key_id, used.at::timestamptz FROM unnest($2::text[], $3::text[]) AS used (key_id, at)
           ON CONFLICT (tenant_id, key_id) DO UPDATE SET last_used_at = excluded.last_used_at WHERE api_key_use.last_used_at < excluded.last_used_at`,
          [tenantId, own.map(({ keyId }) => keyId), own.map(({ at }) => at)],
        )
      },
      { tenantId },
    )
  }
}

/** One key of a tenant by its id. */
export async function findKey(db: Database, tenantId: string, keyId: string): Promise<StoredKey | undefined> {
  return await db.transaction(async (tx) => await keyOf(tx, tenantId, keyId), { tenantId })
}

async function keyOf(tx: Queryable, tenantId: string, keyId: string): Promise<StoredKey | undefined> {
  const [row] = await tx.query<StoredKey>(
    `SELECT ${columns} FROM api_key WHERE tenant_id = $1 AND key_id = $2`,
    [tenantId, keyId],
  )
  return row
}

/**
 * Stores a new key; with `onlyIfNone` nothing, answering false, when the tenant ever had one.
 * Rejects with `key-name-taken` when two keys of that name are live, and with `tenant-unknown`.
 * Callers at the same time wait for each other; with `dryRun` all is checked and nothing kept.
 */
export async function insertKey(
  db: Database,
  key: NewKey,
  { onlyIfNone = false, dryRun = false } = {},
): Promise<boolean> {
  return await db.transaction(
    async (tx) => {
      await tx.query("SELECT pg_advisory_xact_lock(hashtextextended('precert keys', 0))")
      await requireTenant(tx, key.tenantId)
      if (
        onlyIfNone &&
        (await tx.query('SELECT FROM api_key WHERE tenant_id = $1 LIMIT 1', [key.tenantId])).length > 0
      )
        return false
      const live = await tx.query<{ keyId: string }>(
        `SELECT key_id AS "keyId" FROM api_key WHERE tenant_id = $1 AND name = $2 AND ${isLive} ORDER BY created_at`,
        [key.tenantId, key.name],
      )
      if (live.length >= mostLive) {
        const ids = live.map(({ keyId }) => keyId)
        throw new StoreError(
          'key-name-taken',
          `Two keys named ${key.name} are live already (${ids.join(', ')}). Revoke one of them, or take another name.`,
          { ids },
        )
      }
      if (!dryRun) {
        await tx.query(
          'INSERT INTO api_key (tenant_id, key_id, name, secret_hash, scopes, expires_at) VALUES ($1, $2, $3, $4, $5::text[], $6::timestamptz)',
          [key.tenantId, key.keyId, key.name, key.secretHash, key.scopes, key.expiresAt],
        )
      }
      return true
    },
    { tenantId: key.tenantId, role: 'writer' },
  )
}

/**
 * Revokes a key and answers it as it was before, revoked or not; undefined when there is none of
 * that id.
 */
export async function revokeKey(
  db: Database,
  tenantId: string,
  keyId: string,
): Promise<StoredKey | undefined> {
  return await db.transaction(
    async (tx) => {
      const before = await keyOf(tx, tenantId, keyId)
      await tx.query(
        'UPDATE api_key SET revoked_at = now() WHERE tenant_id = $1 AND key_id = $2 AND revoked_at IS NULL',
        [tenantId, keyId],
      )
      return before
    },
    { tenantId, role: 'writer' },
  )
}
