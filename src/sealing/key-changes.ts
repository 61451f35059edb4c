import { createPublicKey, sign, verify, type KeyObject } from 'node:crypto'
import type { KeyChange } from '../store/keys/installation-key-changes.js'
import { nameOfSigner, type InstallationKey } from './installation-key.js'

/** A key change: the name of the former key, signed with the new key. */
export function signKeyChange(
  { signing, name }: InstallationKey,
  { verifying: previous }: InstallationKey,
): KeyChange {
  const previousPublicKey = previous.export({ format: 'der', type: 'spki' }).toString('base64')
  const signature = sign(null, textOf(name, previousPublicKey), signing).toString('base64')
  return { signer: name, previousPublicKey, signature }
}

/**
 * The trusted signers, by name: the key `verifying`, and each former key that its successor signed
 * for. INVARIANT: an altered key change ends this chain of trust; signatures by older keys then
 * count as forged (test/sealing/rotate-data-key.test.ts).
 */
export function trustedSigners(
  verifying: KeyObject,
  changes: readonly KeyChange[],
): ReadonlyMap<string, KeyObject> {
  const trusted = new Map<string, KeyObject>()
  for (let key: KeyObject | undefined = verifying; key !== undefined;) {
    const name = nameOfSigner(key)
    if (trusted.has(name)) break
    trusted.set(name, key)
    key = predecessorOf(name, key, changes)
  }
  return trusted
}

function predecessorOf(name: string, key: KeyObject, changes: readonly KeyChange[]): KeyObject | undefined {
  const change = changes.find(({ signer }) => signer === name)
  if (change === undefined) return undefined
  const { previousPublicKey, signature } = change
  if (!verify(null, textOf(name, previousPublicKey), key, Buffer.from(signature, 'base64'))) return undefined
  return createPublicKey({ key: Buffer.from(previousPublicKey, 'base64'), format: 'der', type: 'spki' })
}

function textOf(name: string, previousPublicKey: string): Buffer {
  return Buffer.from(`precert key change ${JSON.stringify([name, previousPublicKey])}`)
}
