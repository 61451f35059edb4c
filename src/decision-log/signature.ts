import { createPublicKey, sign, verify, type KeyObject } from 'node:crypto'
import { nameOfSigner, type InstallationKey } from '../sealing/installation-key.js'
import type { StoredCheckpoint, StoredRetirement } from '../store/log-checkpoints.js'
import type { StoredRefusedRow } from '../store/log-refused-rows.js'

type Signed<T> = Omit<T, 'signer' | 'signature'>

/** Signs the head of a chain (Ed25519). */
export function signCheckpoint(said: Signed<StoredCheckpoint>, key: InstallationKey): StoredCheckpoint {
  return { ...said, ...signatureOf(textOfCheckpoint(said), key) }
}

/** Whether a checkpoint says what was signed. */
export function isSignedCheckpoint(checkpoint: StoredCheckpoint, verifying: KeyObject): boolean {
  return isSigned(textOfCheckpoint(checkpoint), checkpoint.signature, verifying)
}

/** Signs the last row of a chain that goes at the end of its retention. */
export function signRetirement(said: Signed<StoredRetirement>, key: InstallationKey): StoredRetirement {
  return { ...said, ...signatureOf(textOfRetirement(said), key) }
}

export function isSignedRetirement(retirement: StoredRetirement, verifying: KeyObject): boolean {
  return isSigned(textOfRetirement(retirement), retirement.signature, verifying)
}

/** Signs a row that the database refused, by which its chain goes on although the row is not in the log. */
export function signRefusedRow(said: Signed<StoredRefusedRow>, key: InstallationKey): StoredRefusedRow {
  return { ...said, ...signatureOf(textOfRefusedRow(said), key) }
}

export function isSignedRefusedRow(row: StoredRefusedRow, verifying: KeyObject): boolean {
  return isSigned(textOfRefusedRow(row), row.signature, verifying)
}

function textOfCheckpoint({ tenantId, writerId, seq, hash, at, closing }: Signed<StoredCheckpoint>): string {
  return `precert checkpoint ${JSON.stringify([tenantId, writerId, seq, hash, at, closing])}`
}

function textOfRetirement({ tenantId, writerId, seq, hash, at }: Signed<StoredRetirement>): string {
  return `precert retirement ${JSON.stringify([tenantId, writerId, seq, hash, at])}`
}

// The hash stands for what the row says.
function textOfRefusedRow({
  tenantId,
  writerId,
  seq,
  at,
  answered,
  previousHash,
  hash,
}: Signed<StoredRefusedRow>): string {
  return `precert refused row ${JSON.stringify([tenantId, writerId, seq, at, answered, previousHash, hash])}`
}

function signatureOf(
  text: string,
  { signing, verifying }: InstallationKey,
): { signer: string; signature: string } {
  return {
    signer: nameOfSigner(verifying),
    signature: sign(null, Buffer.from(text), signing).toString('base64'),
  }
}

function isSigned(text: string, signature: string, verifying: KeyObject): boolean {
  return verify(null, Buffer.from(text), verifying, Buffer.from(signature, 'base64'))
}

/** A public key from its PEM text, for whoever verifies a log without having the key of the installation; undefined for what is none. */
export function parsePublicKey(pem: string): KeyObject | undefined {
  try {
    return createPublicKey(pem)
  } catch {
    return undefined
  }
}
