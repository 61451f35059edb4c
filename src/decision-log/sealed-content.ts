import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { Seal } from '../sealing/seal.js'
import { packingWords } from './packing-words.js'

/** The sealed content of a determination: the request, the verdict as canonical JSON, the view, the format, and the answer as it was sent. */
export interface SealedContent {
  readonly request: string
  readonly verdict: string
  /** How much of the verdict was told: `summary` or `full`. */
  readonly view: string
  /** What the answer is: `json`, or a page: `html` or `markdown`. */
  readonly format: string
  readonly answer: string
}

const purpose = 'decision log'
// The words that contents share need not be in each row: 3.9 KB of the usual answer become 0.4 KB, which
// stays in the row of the table; without them 1.4 KB do not, and take a second table and its index.
// INVARIANT: what was packed with a list of words opens with that list alone, so lists are numbered and
// stay as they are (test/decision-log/sealing.test.ts).
const dictionary = Buffer.from(packingWords.join(''))
const packedWith = 1
// With the words level 3 takes no longer than level 1, 0.03 ms, and saves a fifth more.
const packing = { level: 3, windowBits: 14, memLevel: 7, chunkSize: 8192, dictionary }
const mostBytes = 256 * 1024 * 1024

/** What is sealed of a row: texts, and the bytes of the answer. */
export interface ToSeal extends Omit<SealedContent, 'answer'> {
  readonly answer: Uint8Array
}

/** Compresses and seals a request, its verdict and the bytes of its answer; base64. */
export function sealContent(seal: Seal, { request, verdict, view, format, answer }: ToSeal): string {
  const parts = [view, format, request, verdict].map((part) => Buffer.from(part))
  const head = Buffer.alloc(4 * parts.length)
  for (const [at, { length }] of parts.entries()) head.writeUInt32BE(length, 4 * at)
  const packed = deflateRawSync(Buffer.concat([head, ...parts, answer]), packing)
  return seal.seal(purpose, Buffer.concat([Buffer.of(packedWith), packed])).toString('base64')
}

/** Opens sealed content; undefined when another key sealed it, a later release packed it, or it was altered. */
export function openContent(seal: Seal, sealed: string): SealedContent | undefined {
  const packed = seal.open(purpose, Buffer.from(sealed, 'base64'))
  if (packed === undefined) return undefined
  if (packed[0] !== packedWith) return undefined
  const bytes = inflateRawSync(packed.subarray(1), { maxOutputLength: mostBytes, dictionary })
  let at = 16
  const next = (part: number): string => bytes.toString('utf8', at, (at += bytes.readUInt32BE(4 * part)))
  const [view, format, request, verdict] = [next(0), next(1), next(2), next(3)]
  return { view, format, request, verdict, answer: bytes.toString('utf8', at) }
}

/** The answer as JSON: its bytes, or those of a page as a string. */
export function answerAsJson({ format, answer }: Pick<SealedContent, 'format' | 'answer'>): string {
  return format === 'json' ? answer : JSON.stringify(answer)
}
