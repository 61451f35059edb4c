import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'

const cipher = 'aes-256-gcm'
const nonceLength = 12 // random; with them a data key is good for 2^32 texts (NIST SP 800-38D, section 8.3)
const tagLength = 16

/** Hides bytes from whoever has the store and not the key, and shows whether they were altered. */
export interface Seal {
  /** Which data key seals; stands beside what is sealed. */
  readonly keyId: string
  /** Seals bytes for one purpose: nonce, ciphertext and tag. Sealed for one purpose they do not open for another. */
  readonly seal: (purpose: string, clear: Uint8Array) => Buffer
  /** The bytes again; undefined when they were sealed with another key, for another purpose, or altered. */
  readonly open: (purpose: string, sealed: Uint8Array) => Buffer | undefined
  /** HMAC-SHA-256 (hex) of a value, by which it can be found again without being kept. */
  readonly mark: (purpose: string, value: string) => string
}

/** Seals with a data key: one part of it encrypts (AES-256-GCM), the other marks. */
export function sealWith(
  keyId: string,
  { encrypting, marking }: { readonly encrypting: Buffer; readonly marking: Buffer },
): Seal {
  return {
    keyId,
    seal(purpose, clear) {
      const nonce = randomBytes(nonceLength)
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
