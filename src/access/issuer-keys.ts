import { createReadStream } from 'node:fs'
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  errors,
  type FetchImplementation,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
} from 'jose'
import { IssuerUnreachable } from './access.js'

// ms
const fetching = { timeoutDuration: 3_000, cooldownDuration: 60_000, cacheMaxAge: 10 * 60_000 }
const restAfterFailure = 10_000 // ms
const largestKeySet = 64 * 1024 // bytes
const mostKeys = 100

/** Reads the keys of a set. Throws if the set has no valid public keys. */
export function givenKeys(set: JSONWebKeySet): JWTVerifyGetKey {
  return createLocalJWKSet(set)
}

/**
 * Reads a key set from a file, within the limits that also hold for a fetched one. Throws for
 * anything else.
 */
export async function keySetOfFile(path: string): Promise<JSONWebKeySet> {
  return keySetOf(await textWithin(createReadStream(path), largestKeySet))
}

/**
 * The published keys of an issuer. They are fetched when first needed and every ten minutes; for an
 * unknown key id at most once a minute.
 */
export function publishedKeys(url: string): JWTVerifyGetKey {
  const fetched = createRemoteJWKSet(new URL(url), { ...fetching, [customFetch]: sparingFetch() })
  return async (header, token) => {
    try {
      return await fetched(header, token)
    } catch (error) {
      const isOfTheToken =
        error instanceof errors.JWKSNoMatchingKey ||
        error instanceof errors.JWKSMultipleMatchingKeys ||
        error instanceof errors.JOSENotSupported
      throw isOfTheToken ? error : new IssuerUnreachable()
    }
  }
}

/**
 * Fetches a key set within limits of bytes, keys and time, without redirects. After a failure it
 * waits before it tries again. So forged tokens cannot flood the issuer with requests, and the
 * issuer cannot fill the memory.
 */
function sparingFetch(): FetchImplementation {
  let restUntil = 0
  return async (url, options) => {
    if (Date.now() < restUntil) throw new IssuerUnreachable()
    restUntil = Date.now() + restAfterFailure
    const response = await fetch(url, options)
    if (response.status !== 200) {
      await response.body?.cancel()
      throw new IssuerUnreachable()
    }
    const text = await textWithin((response.body ?? []) as AsyncIterable<Uint8Array>, largestKeySet)
    keySetOf(text) // throws for what is no set of public keys, which is a failure too
    restUntil = 0
    return new Response(text)
  }
}

/**
 * Reads a stream as text. Stops and closes the stream once there are more than `most` bytes,
 * unpacked.
 */
async function textWithin(pieces: AsyncIterable<Uint8Array>, most: number): Promise<string> {
  const read: Uint8Array[] = []
  let length = 0
  for await (const piece of pieces) {
    length += piece.byteLength
    // which ends the reading too
    if (length > most) throw new RangeError(`a key set has at most ${most} bytes`)
    read.push(piece)
  }
  return Buffer.concat(read).toString('utf8')
}

function keySetOf(text: string): JSONWebKeySet {
  const set = JSON.parse(text) as JSONWebKeySet
  createLocalJWKSet(set)
  if (set.keys.length > mostKeys) throw new RangeError(`a key set has at most ${mostKeys} keys`)
  return set
}
