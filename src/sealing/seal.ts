import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'

const cipher = 'aes-256-gcm'
// The nonce is random; with 12 bytes a data key is good for 2^32 texts (NIST SP 800-38D, section
// 8.3).
const nonceLength = 12
const noncesDrawn = 256
const tagLength = 16

/**
 * Authenticated encryption: hides bytes from readers of the store, and shows whether they were
 * altered.
 */
export interface Seal {
  /** The id of the data key, which is stored with the sealed bytes. */
  readonly keyId: string
  /**
   * Seals bytes for one purpose: nonce, ciphertext and tag. They do not open for another purpose.
   */
  readonly seal: (purpose: string, clear: Uint8Array) => Buffer
  /**
   * Opens sealed bytes; undefined when the key or the purpose is another, or the bytes were
   * altered.
   */
  readonly open: (purpose: string, sealed: Uint8Array) => Buffer | undefined
  /** HMAC-SHA-256 (hex) of a value. With it a value can be found although it is not stored. */
  readonly mark: (purpose: string, value: string) => string
}

let [drawn, at] = [Buffer.alloc(0), 0]

/** Random bytes that nobody was given before. Drawn for many texts at once, which takes a fraction of the time. */
function newNonce(): Buffer {
  if (at === drawn.length) [drawn, at] = [randomBytes(noncesDrawn * nonceLength), 0]
  at += nonceLength
  return drawn.subarray(at - nonceLength, at)
}

/** Seals with a data key: one part encrypts (AES-256-GCM), the other makes the HMAC. */
export function sealWith(
  keyId: string,
  { encrypting, marking }: { readonly encrypting: Buffer; readonly marking: Buffer },
): Seal {
  return {
    keyId,
    seal(purpose, clear) {
      const nonce = newNonce()
      const encrypt = createCipheriv(cipher, encrypting, nonce).setAAD(Buffer.from(purpose))
      return Buffer.concat([nonce, encrypt.update(clear), encrypt.final(), encrypt.getAuthTag()])
    },
    open(purpose, sealed) {
      if (sealed.length < nonceLength + tagLength) return undefined
      const decrypt = createDecipheriv(cipher, encrypting, sealed.subarray(0, nonceLength))
        .setAAD(Buffer.from(purpose))
        .setAuthTag(sealed.subarray(sealed.length - tagLength))
      try {
        return Buffer.concat([
          decrypt.update(sealed.subarray(nonceLength, sealed.length - tagLength)),
          decrypt.final(),
        ])
      } catch {
        return undefined
      }
    },
    mark: (purpose, value) => createHmac('sha256', marking).update(`${purpose}\n${value}`).digest('hex'),
  }
}
