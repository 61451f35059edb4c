import { randomBytes } from 'node:crypto'

// An id begins with the time (UUID version 7, RFC 9562), so that the month of the log in which it stands is known from it.

/** A new id: `det_` and a UUID of version 7 without hyphens, made at `now` (milliseconds of the epoch). */
export function newDeterminationId (now: number = Date.now()): string {
  const bytes = randomBytes(16)
  bytes.writeUIntBE(now, 0, 6)
  bytes.writeUInt8(0x70 | (bytes.readUInt8(6) & 0x0f), 6)
  bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8)
  return `det_${bytes.toString('hex')}`
}

/** The instant in an id, ISO 8601 in UTC; undefined for what is no id of ours. */
export function instantOf (determinationId: string): string | undefined {
  const digits = /^det_([0-9a-f]{12})7[0-9a-f]{3}[89ab][0-9a-f]{15}$/.exec(determinationId)?.[1]
  return digits === undefined ? undefined : new Date(Number.parseInt(digits, 16)).toISOString()
}
