import type { Queryable } from './connection.js'

/**
 * Milliseconds by which the clock of the database is ahead of the clock of this machine. The answer
 * is assumed to take half of the round trip.
 */
export async function clockDifference(db: Queryable): Promise<number> {
  const asked = Date.now()
  const began = performance.now()
  const [row] = await db.query<{ ms: number }>(
    'SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::int8 AS ms',
  )
  return (row?.ms ?? asked) - (asked + (performance.now() - began) / 2)
}
