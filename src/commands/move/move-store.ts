import { isDeepStrictEqual } from 'node:util'
import type { Database } from '../../store/database/connection.js'
import { logMonths } from '../../store/log/months.js'
import { countTables, fillWhole, readWhole, type WholeTable } from '../../store/database/whole-store.js'
import { MoveRefused } from './arguments.js'

/** What was moved, or would be. */
export interface Moved {
  readonly tables: readonly WholeTable[]
  readonly rows: number
}

/** Called with the number of copied rows of a table. */
export type OnMoving = (table: string, rows: number) => void

const publicRow = 1 // the row of the public tenant, which a migration inserts

/**
 * Copies every row of one store into another in one transaction; both are migrated. It commits only
 * if all tables are then equal. Rejects with MoveRefused when the target is not empty. With
 * `dryRun` it only reads both.
 */
export async function moveStore(
  from: Database,
  to: Database,
  { dryRun, onMoving }: { readonly dryRun: boolean; readonly onMoving: OnMoving },
): Promise<Moved> {
  refuseUsed(await countTables(to))
  const tables = await countTables(from)
  if (!dryRun) {
    const months = await logMonths(from)
    await fillWhole(to, async (writer) => {
      await writer.makeMonths(months)
      const written = new Map<string, number>()
      const read = await readWhole(from, async (name, rows) => {
        await writer.write(name, rows)
        written.set(name, (written.get(name) ?? 0) + rows.length)
        onMoving(name, written.get(name) ?? 0)
      })
      const differing = (await writer.digests()).filter((found, at) => !isDeepStrictEqual(found, read[at]))
      if (differing.length > 0)
        throw new Error(
          `nothing was moved: ${differing.map(({ name }) => name).join(', ')} would not be the same there`,
        )
    })
  }
  return { tables, rows: tables.reduce((sum, { rows }) => sum + rows, 0) }
}

function refuseUsed(tables: readonly WholeTable[]): void {
  const used = tables.filter(({ name, rows }) => rows > (name === 'tenant' ? publicRow : 0))
  if (used.length > 0)
    throw new MoveRefused(
      `The target has something in it already (${used.map(({ name, rows }) => `${name}: ${rows}`).join(', ')}). Name an empty database: nothing is ever moved over what is there.`,
    )
}
