import { timingSafeEqual } from 'node:crypto'
import type { StoredKey } from '../store/api-keys.js'
import type { Tenant } from '../store/tenants.js'
import { publicTenant, type Caller } from './caller.js'
import { hashOf, keyIdOf } from './key-format.js'
import { isScope } from './scopes.js'

interface LiveKey {
  readonly caller: Caller
  readonly hash: Buffer
  readonly expiresAt: number
}

/** The live keys in memory: a request costs a look-up and one SHA-256, and no SQL. */
export interface KeyTable {
  /** Who holds this key; undefined when it is not known, not right or past its last moment. */
  readonly verify: (key: string) => Caller | undefined
  /** Whether there is a tenant of that name: what a token says of its tenant is compared with. */
  readonly isTenant: (tenantId: string) => boolean
  /** Puts these keys, and tenants, in the place of those that were held. */
  readonly replace: (keys: readonly StoredKey[], tenants?: readonly Pick<Tenant, 'tenantId'>[]) => void
}

// Compared with where no key of that id is held, so that a known id does not show in the time an answer takes.
const noKey: LiveKey = {
  caller: { tenantId: publicTenant, callerId: 'nobody', scopes: new Set() },
  hash: Buffer.alloc(32),
  expiresAt: -Infinity,
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
      return timingSafeEqual(hashOf(key), held.hash) && now() < held.expiresAt ? held.caller : undefined
    },
    isTenant: (tenantId) => known.has(tenantId),
    replace(stored, tenants) {
      if (tenants !== undefined) known = new Set(tenants.map(({ tenantId }) => tenantId))
      keys = new Map(stored.map((key) => [key.keyId, liveKey(key)]))
    },
  }
}

function liveKey({ tenantId, keyId, secretHash, scopes, expiresAt }: StoredKey): LiveKey {
  return {
    // A scope of a newer release that is not known here allows nothing here.
    caller: Object.freeze({ tenantId, callerId: `key:${keyId}`, scopes: new Set(scopes.filter(isScope)) }),
    hash: Buffer.from(secretHash, 'hex'),
    expiresAt: expiresAt === null ? Infinity : Date.parse(expiresAt),
  }
}
