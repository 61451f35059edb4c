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
  /** When it was used last, in milliseconds since 1970, if it was since uses were taken. */
  usedAt: number | undefined
}

/** The live keys in memory: a request costs a look-up and one SHA-256, and no SQL. */
export interface KeyTable {
  /** Who holds this key; undefined when it is not known, not right or past its last moment. */
  readonly verify: (key: string) => Caller | undefined
  /** Whether there is a tenant of that name: what a token says of its tenant is compared with. */
  readonly isTenant: (tenantId: string) => boolean
  /** Puts these keys, and tenants, in the place of those that were live. */
  readonly replace: (keys: readonly StoredKey[], tenants?: readonly Pick<Tenant, 'tenantId'>[]) => void
  /** The keys that were used since this was called before, and when they were last. */
  readonly takeUses: () => KeyUse[]
  /** Uses that could not be written, for the next time. */
  readonly putBackUses: (uses: readonly KeyUse[]) => void
}

// Compared with where no key of that id is held, so that a known id does not show in the time an answer takes.
const noKey: LiveKey = {
  caller: { tenantId: publicTenant, callerId: 'nobody', scopes: new Set() },
  hash: Buffer.alloc(32),
  expiresAt: -Infinity,
  usedAt: undefined,
}

/** A table without keys. Expiry is told by the clock at every request, also while the store cannot be read. */
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
    // A scope of a newer release that is not known here allows nothing here.
    caller: Object.freeze({ tenantId, callerId: `key:${keyId}`, scopes: new Set(scopes.filter(isScope)) }),
    hash: Buffer.from(secretHash, 'hex'),
    expiresAt: expiresAt === null ? Infinity : Date.parse(expiresAt),
    usedAt,
  }
}
