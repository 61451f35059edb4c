import { randomUUID } from 'node:crypto'

// An id begins with its time (UUID version 7, RFC 9562). The time shows in which month of the log
// the row is.

/**
 * A new id: `det_` and a UUID of version 7 without hyphens, made at `now` (milliseconds since
 * 1970).
 */
export function newDeterminationId(now: number = Date.now()): string {
  // randomUUID draws on a pool of random bytes, many times faster than asking for 16 bytes. Its
  // version 4 has the variant and the random digits where version 7 needs them.
  const random = randomUUID()
  const digits = `${random.slice(15, 18)}${random.slice(19, 23)}${random.slice(24)}`
  return `det_${now.toString(16).padStart(12, '0')}7${digits}`
}

const endOfTime = Date.parse('2200-01-01T00:00:00Z')

/**
 * The instant in an id, ISO 8601 in UTC. Undefined for any other text, and for a time at which no
 * process ran.
 */
export function instantOf(determinationId: string): string | undefined {
  const digits = /^det_([0-9a-f]{12})7[0-9a-f]{3}[89ab][0-9a-f]{15}$/.exec(determinationId)?.[1]
  const at = digits === undefined ? endOfTime : Number.parseInt(digits, 16)
  return at < endOfTime ? new Date(at).toISOString() : undefined
}
