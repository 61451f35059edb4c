import { randomUUID } from 'node:crypto'

// An id begins with the time (UUID version 7, RFC 9562), so that the month of the log in which it stands is known from it.

/** A new id: `det_` and a UUID of version 7 without hyphens, made at `now` (milliseconds of the epoch). */
export function newDeterminationId(now: number = Date.now()): string {
  // Node draws random UUIDs from a supply, which is many times quicker than to ask for 16 bytes; one of version 4 has its variant and random digits where ours has them.
  const random = randomUUID().replaceAll('-', '')
  return `det_${now.toString(16).padStart(12, '0')}7${random.slice(13)}`
}

const endOfTime = Date.parse('2200-01-01T00:00:00Z')

/** The instant in an id, ISO 8601 in UTC; undefined for what is no id of ours, also when it begins with a time that no process was at. */
export function instantOf(determinationId: string): string | undefined {
  const digits = /^det_([0-9a-f]{12})7[0-9a-f]{3}[89ab][0-9a-f]{15}$/.exec(determinationId)?.[1]
  const at = digits === undefined ? endOfTime : Number.parseInt(digits, 16)
  return at < endOfTime ? new Date(at).toISOString() : undefined
}
