import { hkdfSync, randomBytes } from 'node:crypto'
import { dataKeysOf, insertDataKey, type StoredDataKey } from '../store/data-keys.js'
import type { Database } from '../store/database.js'
import { InstallationKeyRefused, type InstallationKey } from './installation-key.js'
import { sealWith, type Seal } from './seal.js'

/** The data keys of a tenant, as far as they were not destroyed. */
export interface TenantSeals {
  /** The key with which is sealed now. */
  readonly current: Seal
  /** The key of this id; undefined when it was destroyed. */
  readonly byId: (keyId: string) => Seal | undefined
}

/** Data keys by tenant, each made when it is first needed. Known ones are had without waiting on the store. */
export interface Seals {
  readonly of: (tenantId: string) => TenantSeals | Promise<TenantSeals>
}

/** Data keys, kept in the store and wrapped with the key of the installation. Rejects with InstallationKeyRefused when that is another one. */
export function createSeals(database: Database, installation: InstallationKey): Seals {
  const wrapping = sealWith('installation', {
    encrypting: installation.derive('data keys'),
    marking: Buffer.alloc(0),
  })
  const known = new Map<string, TenantSeals>()
  const opening = new Map<string, Promise<TenantSeals>>()

  const unwrap = (tenantId: string, { keyId, wrapped }: StoredDataKey): Seal[] => {
    if (wrapped === null) return []
    const secret = wrapping.open(`${tenantId} ${keyId}`, Buffer.from(wrapped, 'base64'))
    if (secret === undefined)
      throw new InstallationKeyRefused(
        'DATA_KEY (or its file) is not the key with which this store was begun; set that one',
      )
    return [sealWith(keyId, { encrypting: part(secret, 'seal'), marking: part(secret, 'mark') })]
  }
  const openAll = async (tenantId: string): Promise<TenantSeals> => {
    const held = await dataKeysOf(database, tenantId)
    const live = held.some((key) => key.wrapped !== null)
      ? held
      : await insertDataKey(database, tenantId, newKey(tenantId))
    const seals = live.flatMap((key) => unwrap(tenantId, key))
    const current = seals.at(-1)
    if (current === undefined) throw new Error('a data key was destroyed while it was made')
    const byId = new Map(seals.map((seal) => [seal.keyId, seal]))
    return { current, byId: (keyId) => byId.get(keyId) }
  }
  const newKey = (tenantId: string): { keyId: string; wrapped: string } => {
    const keyId = randomBytes(8).toString('hex')
    return { keyId, wrapped: wrapping.seal(`${tenantId} ${keyId}`, randomBytes(32)).toString('base64') }
  }
  return {
    of(tenantId) {
      const held = known.get(tenantId)
      if (held !== undefined) return held
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
