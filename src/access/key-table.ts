import { timingSafeEqual } from 'node:crypto'
import type { KeyUse, StoredKey } from '../store/keys/api-keys.js'
import type { Tenant } from '../store/tables/tenants.js'
import { publicTenant, type Caller } from './caller.js'
import { hashOf, keyIdOf } from './key-format.js'
import { isScope } from './scopes.js'

interface LiveKey {
  readonly caller: Caller
  readonly hash: Buffer
  readonly expiresAt: number
  /**
   * When it was last used, in milliseconds since 1970; undefined if not since `takeUses` was last
   * called.
   */
  usedAt: number | undefined
}

/** The live keys in memory. A request costs a look-up and one SHA-256, and no SQL. */
export interface KeyTable {
  /** The caller of this key; undefined when the key is unknown, wrong or expired. */
  readonly verify: (key: string) => Caller | undefined
  /** Whether there is a tenant of that name. The tenant claim of a token is checked against it. */
  readonly isTenant: (tenantId: string) => boolean
  /** Replaces the live keys, and the tenants if they are given. */
  readonly replace: (keys: readonly StoredKey[], tenants?: readonly Pick<Tenant, 'tenantId'>[]) => void
  /** The keys that were used since the last call, each with the time of its last use. */
  readonly takeUses: () => KeyUse[]
  /** Puts back uses that could not be stored, for the next `takeUses`. */
  readonly putBackUses: (uses: readonly KeyUse[]) => void
}

// An unknown key id is compared with this one, so the time of an answer does not show which ids
// exist.
const noKey: LiveKey = {
  caller: { tenantId: publicTenant, callerId: 'nobody', scopes: new Set() },
  hash: Buffer.alloc(32),
  expiresAt: -Infinity,
  usedAt: undefined,
}

/**
 * A table without keys. Every request compares the expiry with the clock, also while the store
 * cannot be read.
 */
export function createKeyTable(now: () => number = Date.now): KeyTable {
  let keys: ReadonlyMap<string, LiveKey> = new Map()
  let known: ReadonlySet<string> = new Set([publicTenant])
  return {
    verify(key) {
      const keyId = keyIdOf(key)
      if (keyId === undefined) return undefined
      const live = keys.get(keyId) ?? noKey
      const at = now()
      if (!timingSafeEqual(hashOf(key), live.hash) || at >= live.expiresAt) return undefined
      live.usedAt = at
      return live.caller
    },
    isTenant: (tenantId) => known.has(tenantId),
    replace(stored, tenants) {
      if (tenants !== undefined) known = new Set(tenants.map(({ tenantId }) => tenantId))
      const before = keys
      keys = new Map(stored.map((key) => [key.keyId, liveKey(key, before.get(key.keyId)?.usedAt)]))
    },
    takeUses() {
      const uses: KeyUse[] = []
      for (const [keyId, live] of keys) {
        if (live.usedAt === undefined) continue
        uses.push({ tenantId: live.caller.tenantId, keyId, at: new Date(live.usedAt).toISOString() })
        live.usedAt = undefined
      }
      return uses
    },
    putBackUses(uses) {
      for (const { keyId, at } of uses) {
        const live = keys.get(keyId)
        if (live !== undefined) live.usedAt ??= Date.parse(at)
      }
    },
  }
}

function liveKey(
  { tenantId, keyId, secretHash, scopes, expiresAt }: StoredKey,
  usedAt: number | undefined,
): LiveKey {
  return {
    // A scope of a newer release is unknown here and allows nothing.
    caller: Object.freeze({ tenantId, callerId: `key:${keyId}`, scopes: new Set(scopes.filter(isScope)) }),
    hash: Buffer.from(secretHash, 'hex'),
    expiresAt: expiresAt === null ? Infinity : Date.parse(expiresAt),
    usedAt,
  }
}
