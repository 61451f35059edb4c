import { createPublicKey, sign, verify, type KeyObject } from 'node:crypto'
import type { InstallationKey } from '../sealing/installation-key.js'
import type { StoredCheckpoint, StoredRetirement } from '../store/log/checkpoints.js'
import type { StoredRefusedRow } from '../store/log/refused-rows.js'

/** The trusted signers, by name. */
export type Signers = ReadonlyMap<string, KeyObject>

type Signed<T> = Omit<T, 'signer' | 'signature'>

/** Signs the head of a chain (Ed25519). */
export function signCheckpoint(unsigned: Signed<StoredCheckpoint>, key: InstallationKey): StoredCheckpoint {
  return { ...unsigned, ...signatureOf(textOfCheckpoint(unsigned), key) }
}

/** Whether the signature of a checkpoint is valid. */
export function isSignedCheckpoint(checkpoint: StoredCheckpoint, signers: Signers): boolean {
  return isSigned(textOfCheckpoint(checkpoint), checkpoint, signers)
}

/** Signs the last row that retention removes from a chain. */
export function signRetirement(unsigned: Signed<StoredRetirement>, key: InstallationKey): StoredRetirement {
  return { ...unsigned, ...signatureOf(textOfRetirement(unsigned), key) }
}

export function isSignedRetirement(retirement: StoredRetirement, signers: Signers): boolean {
  return isSigned(textOfRetirement(retirement), retirement, signers)
}

/** Signs a row that the database refused, so that the chain can continue after it. */
export function signRefusedRow(unsigned: Signed<StoredRefusedRow>, key: InstallationKey): StoredRefusedRow {
  return { ...unsigned, ...signatureOf(textOfRefusedRow(unsigned), key) }
}

export function isSignedRefusedRow(row: StoredRefusedRow, signers: Signers): boolean {
  return isSigned(textOfRefusedRow(row), row, signers)
}

function textOfCheckpoint({ tenantId, writerId, seq, hash, at, closing }: Signed<StoredCheckpoint>): string {
  return `precert checkpoint ${JSON.stringify([tenantId, writerId, seq, hash, at, closing])}`
}

function textOfRetirement({ tenantId, writerId, seq, hash, at }: Signed<StoredRetirement>): string {
  return `precert retirement ${JSON.stringify([tenantId, writerId, seq, hash, at])}`
}

// The hash covers the content of the row.
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
  { signing, name }: InstallationKey,
): { signer: string; signature: string } {
  return { signer: name, signature: sign(null, Buffer.from(text), signing).toString('base64') }
}

function isSigned(
  text: string,
  { signer, signature }: Pick<StoredCheckpoint, 'signer' | 'signature'>,
  signers: Signers,
): boolean {
  const verifying = signers.get(signer)
  return (
    verifying !== undefined && verify(null, Buffer.from(text), verifying, Buffer.from(signature, 'base64'))
  )
}

/**
 * A public key from PEM, for verifying a log without the installation key; undefined for any other
 * text.
 */
export function parsePublicKey(pem: string): KeyObject | undefined {
  try {
    return createPublicKey(pem)
  } catch {
    return undefined
  }
}
