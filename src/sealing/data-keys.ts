import { hkdfSync, randomBytes } from 'node:crypto'
import { dataKeysOf, insertDataKey, type StoredDataKey } from '../store/keys/data-keys.js'
import type { Database } from '../store/database/database.js'
import { InstallationKeyRefused, type InstallationKey } from './installation-key.js'
import { sealWith, type Seal } from './seal.js'

/** The data keys of a tenant that were not destroyed. */
export interface TenantSeals {
  /** The key that seals new content. */
  readonly current: Seal
  /** The key of this id; undefined when it was destroyed. */
  readonly byId: (keyId: string) => Seal | undefined
}

/**
 * Data keys by tenant. Each is made when it is first needed. A key that was opened before is
 * returned without a promise.
 */
export interface Seals {
  readonly of: (tenantId: string) => TenantSeals | Promise<TenantSeals>
}

/**
 * Data keys in the store, wrapped with the installation key. Rejects with InstallationKeyRefused
 * when another key wrapped them.
 */
export function createSeals(database: Database, installation: InstallationKey): Seals {
  const wrappings = [installation, ...installation.others].map((key) => ({
    name: key.name,
    wrapping: wrappingOf(key),
  }))
  const known = new Map<string, TenantSeals>()
  const opening = new Map<string, Promise<TenantSeals>>()

  const unwrap = (tenantId: string, { keyId, wrapped }: StoredDataKey): Seal[] => {
    if (wrapped === null) return []
    const secret = firstOf(wrappings, ({ wrapping }) => unwrapDataKey(wrapping, tenantId, keyId, wrapped))
    if (secret === undefined)
      throw new InstallationKeyRefused(
        'DATA_KEY (or its file) is not the key with which this store was begun; set that one',
      )
    return [sealWith(keyId, { encrypting: part(secret, 'seal'), marking: part(secret, 'mark') })]
  }
  const openAll = async (tenantId: string): Promise<TenantSeals> => {
    const stored = await dataKeysOf(database, tenantId)
    const live = stored.some((key) => key.wrapped !== null)
      ? stored
      : await insertDataKey(database, tenantId, (inForce) => newKey(tenantId, inForce))
    const seals = live.flatMap((key) => unwrap(tenantId, key))
    const current = seals.at(-1)
    if (current === undefined) throw new Error('a data key was destroyed while it was made')
    const byId = new Map(seals.map((seal) => [seal.keyId, seal]))
    return { current, byId: (keyId) => byId.get(keyId) }
  }
  // Wrap with the key in force now. During a key change it may differ from the key in force when
  // this process started.
  const newKey = (tenantId: string, inForce = installation.name): { keyId: string; wrapped: string } => {
    const keyId = randomBytes(8).toString('hex')
    const found = wrappings.find(({ name }) => name === inForce)
    if (found === undefined)
      throw new InstallationKeyRefused(
        'DATA_KEY (or its file) is not the key of this store any more, which was changed; set the new one and restart',
      )
    return { keyId, wrapped: wrapDataKey(found.wrapping, tenantId, keyId, randomBytes(32)) }
  }
  return {
    of(tenantId) {
      const opened = known.get(tenantId)
      if (opened !== undefined) return opened
      const begun =
        opening.get(tenantId) ??
        openAll(tenantId)
          .then((seals) => {
            known.set(tenantId, seals)
            return seals
          })
          .finally(() => {
            opening.delete(tenantId)
          })
      opening.set(tenantId, begun)
      return begun
    },
  }
}

function part(secret: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', `precert ${purpose}`, 32))
}

/** The seal that wraps the data keys of tenants. */
export function wrappingOf(installation: InstallationKey): Seal {
  return sealWith('installation', {
    encrypting: installation.derive('data keys'),
    marking: Buffer.alloc(0),
  })
}

/** Wraps a data key for the store. */
export function wrapDataKey(wrapping: Seal, tenantId: string, keyId: string, secret: Buffer): string {
  return wrapping.seal(`${tenantId} ${keyId}`, secret).toString('base64')
}

/** Unwraps a stored data key; undefined when another key wrapped it. */
export function unwrapDataKey(
  wrapping: Seal,
  tenantId: string,
  keyId: string,
  wrapped: string,
): Buffer | undefined {
  return wrapping.open(`${tenantId} ${keyId}`, Buffer.from(wrapped, 'base64'))
}

function firstOf<Item, Found>(
  items: readonly Item[],
  find: (item: Item) => Found | undefined,
): Found | undefined {
  for (const item of items) {
    const found = find(item)
    if (found !== undefined) return found
  }
  return undefined
}
