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
  /** Puts these keys, and tenants, in the place of those that were held. */
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
      const held = keys.get(keyId) ?? noKey
      const at = now()
      if (!timingSafeEqual(hashOf(key), held.hash) || at >= held.expiresAt) return undefined
      held.usedAt = at
      return held.caller
    },
    isTenant: (tenantId) => known.has(tenantId),
    replace(stored, tenants) {
      if (tenants !== undefined) known = new Set(tenants.map(({ tenantId }) => tenantId))
      const before = keys
      keys = new Map(stored.map((key) => [key.keyId, liveKey(key, before.get(key.keyId)?.usedAt)]))
    },
    takeUses() {
      const uses: KeyUse[] = []
      for (const [keyId, held] of keys) {
        if (held.usedAt === undefined) continue
        uses.push({ tenantId: held.caller.tenantId, keyId, at: new Date(held.usedAt).toISOString() })
        held.usedAt = undefined
      }
      return uses
    },
    putBackUses(uses) {
      for (const { keyId, at } of uses) {
        const held = keys.get(keyId)
        if (held !== undefined) held.usedAt ??= Date.parse(at)
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
