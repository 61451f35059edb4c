import type { Difference, RowInForce, WantedRow } from '../tables/content-table.js'

/**
 * Compares rows in force with rows wanted, by key. A row that goes to another pack counts as
 * changed.
 */
export function compareRows(inForce: readonly RowInForce[], wanted: readonly WantedRow[]): Difference {
  const inForceByKey = new Map(inForce.map((row) => [row.key, row]))
  const wantedKeys = new Set(wanted.map((row) => row.key))
  const added = wanted.filter((row) => !inForceByKey.has(row.key))
  const changed = wanted.filter((row) => {
    const before = inForceByKey.get(row.key)
    return before !== undefined && (before.signature !== row.signature || before.packId !== row.packId)
  })
  const gone = inForce.filter((row) => !wantedKeys.has(row.key))
  return {
    end: [...gone, ...changed].map((row) => row.key),
    insert: [...added, ...changed],
    counts: { added: added.length, changed: changed.length, ended: gone.length },
  }
}
