import { createHash, randomBytes } from 'node:crypto'

// pck_<environment>_<id>_<secret>: a prefix that scanners of leaked secrets can look for, a public id by which a key is found,
// listed and revoked, 256 random bits, and a checksum by which the command (and a scanner) tells a typing slip from a forgery.
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

/** A new key: the text that is shown once, its public id, and the hash that is kept of it. */
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

/** The public id of what has the shape of a key; undefined for everything else. Says nothing about whether the key is good. */
export function keyIdOf(text: string): string | undefined {
  return shape.exec(text)?.[2]
}

/** Whether the checksum at the end is that of the rest: a slip in typing is told from a key that is not known. */
export function isMistyped(key: string): boolean {
  return checksumOf(key.slice(0, -checksumLength)) !== key.slice(-checksumLength)
}

/** What is kept of a key. 256 random bits cannot be guessed from it, so a slow hash would only slow every request down. */
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
    text = (alphabet[Number(value % 62n)] ?? '') + text
    value /= 62n
  }
  return text.padStart(length, '0')
}
