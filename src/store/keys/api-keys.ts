import type { Database, Queryable } from '../database/connection.js'
import { StoreError } from '../database/store-error.js'
import { requireTenant } from '../tables/tenants.js'

/**
 * An API key as it is stored: its scopes, its expiry, and the hash of its secret. Instants are ISO
 * 8601 in UTC.
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
 * A key with its last use, to about a minute; null where it was not used since uses are recorded.
 */
export interface ListedKey extends StoredKey {
  readonly lastUsedAt: string | null
}
/** When a key was last used. */
export interface KeyUse {
  readonly tenantId: string
  readonly keyId: string
  readonly at: string
}
export type NewKey = Pick<StoredKey, 'tenantId' | 'keyId' | 'name' | 'secretHash' | 'scopes' | 'expiresAt'>

const columns = `tenant_id AS "tenantId", key_id AS "keyId", name, secret_hash AS "secretHash", scopes,
  created_at AS "createdAt", expires_at AS "expiresAt", revoked_at AS "revokedAt"`
const isLive = 'revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())'
// Two live keys of one name: one in use and its replacement. Further ones would be forgotten keys.
const mostLive = 2

/** Every key of every tenant that can still be used. */
export async function liveKeys(db: Database): Promise<StoredKey[]> {
  return await db.transaction(
    async (tx) => await tx.query<StoredKey>(`SELECT ${columns} FROM api_key WHERE ${isLive}`),
    { role: 'access' },
  )
}

/**
 * Whether any tenant ever had a key, revoked and expired ones included. An installation that had
 * keys never opens again without credentials.
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

/** Records when keys were last used; a later recorded use stays. */
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
 * Stores a new key. With `onlyIfNone` it stores nothing and returns false when the tenant ever had
 * one. Rejects with `key-name-taken` when two keys of that name are live, and with
 * `tenant-unknown`. Concurrent callers wait for each other. With `dryRun` everything is checked and
 * rolled back.
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
 * Revokes a key and returns it as it was before, even if it was already revoked; undefined if there
 * is no key of that id.
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
