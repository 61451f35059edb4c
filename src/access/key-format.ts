import { createHash, randomBytes } from 'node:crypto'

// The format is pck_<environment>_<id>_<secret>. The prefix lets scanners find leaked secrets. The
// public id finds, lists and revokes a key. The secret has 256 random bits. The checksum
// distinguishes a typing error from a forgery.
export const keyPrefix = 'pck_'
export const environments = ['live', 'test'] as const
export type Environment = (typeof environments)[number]

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const idLength = 12
const secretLength = 43 // 62^43 > 2^256
const checksumLength = 6 // 62^6 > 2^32
const shape = new RegExp(
  `^pck_(${environments.join('|')})_([0-9A-Za-z]{${idLength}})_([0-9A-Za-z]{${secretLength + checksumLength}})$`,
)

/** A new key: its text, which is shown once, its public id, and the hash that is stored. */
export function newKey(environment: Environment): {
  readonly key: string
  readonly keyId: string
  readonly secretHash: string
} {
  const keyId = base62(randomBytes(9), idLength + 1).slice(-idLength)
  const body = `${keyPrefix}${environment}_${keyId}_${base62(randomBytes(32), secretLength)}`
  const key = `${body}${checksumOf(body)}`
  return { key, keyId, secretHash: hashOf(key).toString('hex') }
}

/**
 * The public id of a text that has the shape of a key, else undefined. It does not say whether the
 * key is good.
 */
export function keyIdOf(text: string): string | undefined {
  return shape.exec(text)?.[2]
}

/**
 * Whether the checksum at the end is wrong. A wrong checksum means a typing error, and a right one
 * an unknown key.
 */
export function isMistyped(key: string): boolean {
  return checksumOf(key.slice(0, -checksumLength)) !== key.slice(-checksumLength)
}

/**
 * The hash of a key for the store. With 256 random bits nobody can guess the key, so a slow hash
 * would only slow requests down.
 */
export function hashOf(key: string): Buffer {
  return createHash('sha256').update(key).digest()
}

function checksumOf(body: string): string {
  return base62(hashOf(body).subarray(0, 4), checksumLength)
}

function base62(bytes: Uint8Array, length: number): string {
  let value = BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
  let text = ''
  while (value > 0n) {
    text = alphabet.charAt(Number(value % 62n)) + text
    value /= 62n
  }
  return text.padStart(length, '0')
}
