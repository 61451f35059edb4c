import { codeSetTable } from './code-sets.js'
import { codeRowTable, codeTableTable } from './code-tables.js'
import { compareRows, type ChangeCounts, type Difference } from './compare.js'
import { runInPieces, type ContentFamily, type ContentTable, type HeldRow, type Pack, type WantedRow } from './content-table.js'
import type { Database, Queryable } from './connection.js'
import { documentTables } from './documents.js'
import { checkPacks, nameOf } from './pack-check.js'
import { policyVersionTable } from './policy-versions.js'
import { currentRevision, hashOfRevision } from './revisions.js'
import { PolicyConflict, StoreError, asStoreError } from './store-error.js'
import { unitLimitEditionTable, unitLimitTable } from './unit-limits.js'

// A whole stands before its parts.
const tables: readonly ContentTable[] = [
  ...documentTables, policyVersionTable, codeSetTable, codeTableTable, codeRowTable, unitLimitEditionTable, unitLimitTable
]

const STATEMENT_MS = 5 * 60_000
const LOCK_WAIT_MS = 30_000

export interface Publication {
  readonly tenantId: string
  readonly description: string
  /** The whole content of each pack: what a pack no longer has is ended. Packs that are not given stay as they are. */
  readonly packs: readonly Pack[]
  /** Refuse with `revision-moved` unless this is the newest revision. */
  readonly expectedRevision?: number
}

export type ContentChanges = Readonly<Record<ContentFamily, ChangeCounts>>
export interface Published { readonly revision: number, readonly changed: boolean, readonly changes: ContentChanges }

/**
 * Makes the given packs what is in force, in one transaction, and answers the revision from which they are; the same content
 * again makes no revision. Publishers of one tenant wait for each other, up to half a minute. Content must be valid by its
 * schema; what contradicts itself or another pack rejects with `PolicyConflict`, and then nothing has changed.
 */
export async function publishPacks (db: Database, publication: Publication): Promise<Published> {
  checkPacks(publication.packs, tables)
  try {
    return await db.transaction(async tx => await publish(tx, publication), { timeoutMs: STATEMENT_MS })
  } catch (error) {
    throw asStoreError(error)
  }
}

async function publish (tx: Queryable, { tenantId, description, packs, expectedRevision }: Publication): Promise<Published> {
  await tx.query("SELECT set_config('lock_timeout', $1, true)", [String(LOCK_WAIT_MS)])
  await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`precert publish ${tenantId}`])
  const current = await currentRevision(tx, tenantId)
  if (expectedRevision !== undefined && expectedRevision !== current) {
    throw new StoreError('revision-moved', `Policy is at revision ${current} and no longer at ${expectedRevision}.`, { revision: current, expectedRevision })
  }
  const differences = new Map<ContentFamily, Difference>()
  for (const table of tables) differences.set(table.family, await difference(tx, tenantId, packs, table, differences))
  const changes = Object.fromEntries([...differences].map(([family, { counts }]) => [family, counts])) as ContentChanges
  if ([...differences.values()].every(({ end, insert }) => end.length + insert.length === 0)) return { revision: current, changed: false, changes }

  const revision = current + 1
  // Everything is ended before anything is inserted, so that an object may go from one pack to another.
  for (const table of tables) await runInPieces(tx, table.end, [tenantId, revision], differences.get(table.family)?.end ?? [])
  for (const table of tables) {
    await runInPieces(tx, table.insert, [tenantId, revision], differences.get(table.family)?.insert.map(row => row.columns) ?? [])
  }
  // Last, because its row closes the revision.
  await tx.query('INSERT INTO policy_revision (tenant_id, revision, description, content_hash) VALUES ($1, $2, $3, $4)',
    [tenantId, revision, description, await hashOfRevision(tx, tenantId, revision)])
  return { revision, changed: true, changes }
}

async function difference (
  tx: Queryable, tenantId: string, packs: readonly Pack[], table: ContentTable, done: ReadonlyMap<ContentFamily, Difference>
): Promise<Difference> {
  const whole = table.partOf === undefined ? undefined : done.get(table.partOf)
  const wholes = new Set(whole === undefined ? [] : [...whole.end, ...whole.insert.map(row => row.key)])
  if (whole !== undefined && wholes.size === 0) return compareRows([], [])
  const wanted = packs.flatMap(pack => table.rows(pack, wholes))
  const packIds = packs.map(pack => pack.packId)
  const parameters = whole === undefined ? [tenantId, packIds, wanted.map(row => row.key)] : [tenantId, [...wholes]]
  const held = await tx.query<Omit<HeldRow, 'signature'> & { signature: unknown }>(table.held, parameters)
  const known = held.map(row => ({ ...row, signature: typeof row.signature === 'string' ? row.signature : JSON.stringify(row.signature) }))
  refuseOwnedElsewhere(table.family, known, wanted, packIds)
  return compareRows(known, wanted)
}

function refuseOwnedElsewhere (family: ContentFamily, held: readonly HeldRow[], wanted: readonly WantedRow[], packIds: readonly string[]): void {
  const other = held.find(row => !packIds.includes(row.packId))
  if (other === undefined) return
  const wantedBy = wanted.find(row => row.key === other.key)?.packId
  throw new PolicyConflict('policy-owned-elsewhere',
    `The ${nameOf(family, other.key)} belongs to pack ${other.packId} and cannot be in pack ${wantedBy ?? packIds.join(', ')} too.`,
    { family, id: other.key, packs: [other.packId, wantedBy ?? null] })
}
