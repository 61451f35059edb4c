import type { Database } from '../store/database/database.js'
import { changeInstallationKey, keyInForce } from '../store/keys/installation-key-changes.js'
import { listTenants } from '../store/tables/tenants.js'
import { unwrapDataKey, wrapDataKey, wrappingOf } from './data-keys.js'
import {
  currentOf,
  fileOf,
  InstallationKeyRefused,
  makeNext,
  previousOf,
  putInPlace,
  type InstallationKey,
  type KeySource,
} from './installation-key.js'
import { signKeyChange } from './key-changes.js'

/**
 * The result of a key change: the names of the keys, the number of data keys, how many were wrapped
 * again, and the path of the former key.
 */
export interface RotatedKey {
  readonly key: string
  readonly former: string
  readonly dataKeys: number
  readonly wrappedAnew: number
  readonly formerFile?: string
}

interface Pair {
  readonly former: InstallationKey
  readonly next: InstallationKey
  /** The key file that is replaced. */
  readonly file?: string
}

/**
 * Changes the installation key from DATA_KEY_PREVIOUS to DATA_KEY; for an embedded store with a key
 * file it can also create the new key. INVARIANT: one transaction wraps every data key again, so an
 * interrupted run leaves one key in force and a second run completes it
 * (test/sealing/rotate-data-key.test.ts). Rejects with InstallationKeyRefused when there is no such
 * pair of keys, or a data key opens with neither.
 */
export async function rotateDataKey(
  database: Database,
  source: KeySource,
  { dryRun = false } = {},
): Promise<RotatedKey> {
  const inForce = await keyInForce(database)
  const { former, next, file } = await pairOf(source, inForce)
  if (inForce !== undefined && ![former.name, next.name].includes(inForce))
    throw new InstallationKeyRefused(
      'neither DATA_KEY nor DATA_KEY_PREVIOUS is the key of this store; set the one in force as DATA_KEY_PREVIOUS',
    )
  const tenants = (await listTenants(database)).map(({ tenantId }) => tenantId)
  const { keys, wrappedAnew } = await changeInstallationKey(
    database,
    tenants,
    signKeyChange(next, former),
    wrapsAnew(former, next),
    { dryRun },
  )
  const formerFile = file === undefined || dryRun ? undefined : await putInPlace(file)
  return {
    key: next.name,
    former: former.name,
    dataKeys: keys,
    wrappedAnew,
    ...(formerFile === undefined ? {} : { formerFile }),
  }
}

async function pairOf(source: KeySource, inForce: string | undefined): Promise<Pair> {
  const [previous, [current, begun]] = [await previousOf(source), await currentOf(source)]
  if (current === undefined) throw new InstallationKeyRefused('there is no key to change')
  if (previous !== undefined) {
    if (previous.name === current.name)
      throw new InstallationKeyRefused(
        'DATA_KEY and DATA_KEY_PREVIOUS are one and the same key; set DATA_KEY to a new one (openssl rand -base64 32)',
      )
    return { former: previous, next: current }
  }
  const file = fileOf(source)
  if (source.store === 'server' || file === undefined)
    throw new InstallationKeyRefused(
      'set DATA_KEY (or DATA_KEY_FILE) to a new key and DATA_KEY_PREVIOUS (or DATA_KEY_PREVIOUS_FILE) to the one before, for every process, restart them, and run this again with both',
    )
  const isHalfDone = begun !== undefined && begun.name === inForce
  return { former: current, next: isHalfDone ? begun : await makeNext(file), file }
}

function wrapsAnew(former: InstallationKey, next: InstallationKey) {
  const [from, to] = [wrappingOf(former), wrappingOf(next)]
  return (tenantId: string, keyId: string, wrapped: string): string | undefined => {
    if (unwrapDataKey(to, tenantId, keyId, wrapped) !== undefined) return undefined
    const secret = unwrapDataKey(from, tenantId, keyId, wrapped)
    if (secret === undefined)
      throw new InstallationKeyRefused(
        `the data key ${keyId} of the tenant ${tenantId} opens with neither DATA_KEY nor DATA_KEY_PREVIOUS, so nothing was changed; set the key in force as DATA_KEY_PREVIOUS`,
      )
    return wrapDataKey(to, tenantId, keyId, secret)
  }
}
