import type { Database, Queryable } from '../database/connection.js'

/**
 * One change of the installation key: the name of the new public key, and the former key's
 * signature over it.
 */
export interface KeyChange {
  readonly signer: string
  /** SPKI, base64. */
  readonly previousPublicKey: string
  readonly signature: string
}

const lock = "hashtextextended('precert installation key', 0)"
const TIMEOUT_MS = 5 * 60_000

/** All changes of the key, the first one first. */
export async function keyChanges(db: Queryable): Promise<KeyChange[]> {
  return await db.query<KeyChange>(
    'SELECT signer, previous_public_key AS "previousPublicKey", signature FROM installation_key_change ORDER BY change',
  )
}

/** The name of the key in force; undefined while it is the first one. */
export async function keyInForce(db: Queryable): Promise<string | undefined> {
  const [row] = await db.query<{ signer: string }>(
    'SELECT signer FROM installation_key_change ORDER BY change DESC LIMIT 1',
  )
  return row?.signer
}

/** The key in force. It is locked, so it cannot change until the transaction ends. */
export async function keyInForceUntilEnd(tx: Queryable): Promise<string | undefined> {
  await tx.query(`SELECT pg_advisory_xact_lock_shared(${lock})`)
  return await keyInForce(tx)
}

/**
 * Wraps the data keys of every tenant with the new key and records the key change, in one
 * transaction. `wrapAnew` returns undefined for a key that is wrapped by the new key already, and
 * throws for one that it cannot open. Returns how many keys there are and how many were wrapped.
 */
export async function changeInstallationKey(
  db: Database,
  tenants: readonly string[],
  change: KeyChange,
  wrapAnew: (tenantId: string, keyId: string, wrapped: string) => string | undefined,
  { dryRun = false } = {},
): Promise<{ readonly keys: number; readonly wrappedAnew: number }> {
  return await db.transaction(
    async (tx) => {
      await tx.query(`SELECT pg_advisory_xact_lock(${lock})`)
      const counted = { keys: 0, wrappedAnew: 0 }
      for (const tenantId of tenants) {
        await tx.query("SELECT set_config('app.tenant', $1, true)", [tenantId])
        for (const { keyId, wrapped } of await liveDataKeys(tx, tenantId)) {
          const anew = wrapAnew(tenantId, keyId, wrapped)
          counted.keys++
          if (anew === undefined) continue
          counted.wrappedAnew++
          if (!dryRun)
            await tx.query('UPDATE data_key SET wrapped = $3 WHERE tenant_id = $1 AND key_id = $2', [
              tenantId,
              keyId,
              anew,
            ])
        }
      }
      if (!dryRun && (await keyInForce(tx)) !== change.signer) await insertChange(tx, change)
      return counted
    },
    { role: 'writer', timeoutMs: TIMEOUT_MS },
  )
}

async function liveDataKeys(
  tx: Queryable,
  tenantId: string,
): Promise<Array<{ keyId: string; wrapped: string }>> {
  return await tx.query(
    'SELECT key_id AS "keyId", wrapped FROM data_key WHERE tenant_id = $1 AND wrapped IS NOT NULL ORDER BY key_id',
    [tenantId],
  )
}

async function insertChange(
  tx: Queryable,
  { signer, previousPublicKey, signature }: KeyChange,
): Promise<void> {
  await tx.query(
    `INSERT INTO installation_key_change (change, signer, previous_public_key, signature)
     SELECT coalesce(max(change), 0) + 1, $1, $2, $3 FROM installation_key_change`,
    [signer, previousPublicKey, signature],
  )
}
