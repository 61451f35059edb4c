import { createHash } from 'node:crypto'

/**
 * SHA-256 (hex) of plain data. The order of object keys does not matter; that of arrays does.
 * Absent and `undefined` fields are equal, as in JSON.
 */
export function contentHash(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex')
}

/** SHA-256 (hex) of a text as it is, for texts that are too large to copy into JSON first. */
export function textHash(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** JSON text with sorted keys, so that equal content has equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
  })
}
