import type { Queryable } from './connection.js'

/**
 * By how many milliseconds the clock of the database is ahead of that of this machine; half of the
 * time that asking took is taken for the way there.
 */
export async function clockDifference(db: Queryable): Promise<number> {
  const asked = Date.now()
  const began = performance.now()
  const [row] = await db.query<{ ms: number }>(
    'SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::int8 AS ms',
  )
  return (row?.ms ?? asked) - (asked + (performance.now() - began) / 2)
}
