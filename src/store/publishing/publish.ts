import type { PolicyContent } from '../../decision/shapes/policy.js'
import { codeSetTable } from '../tables/code-sets.js'
import { codeRowTable, codeTableTable } from '../tables/code-tables.js'
import { compareRows } from './compare-rows.js'
import {
  runInPieces,
  type ChangeCounts,
  type ContentFamily,
  type ContentTable,
  type Difference,
  type RowInForce,
} from '../tables/content-table.js'
import type { Database, Queryable } from '../database/connection.js'
import { documentTables } from '../tables/documents.js'
import { ndcEditionTable, ndcRowTable } from '../tables/ndc-codes.js'
import { clashing, takenFrom, yieldOwned, type OwnedObject, type PublishedPack } from './ownership.js'
import { checkPacks } from './pack-check.js'
import { viewAt } from '../tables/policy-content.js'
import { policyVersionTable } from '../tables/policy-versions.js'
import { pairEditionTable, pairListTable } from '../tables/procedure-pairs.js'
import { hashAt, newestRevision, notifyOfPolicy } from '../tables/revisions.js'
import { StoreError, asStoreError } from '../database/store-error.js'
import { refuseForeignSets, refusePublicIds, refusePublicTables } from './tenant-content.js'
import { publicTenant, requireTenant } from '../tables/tenants.js'
import { unitLimitEditionTable, unitLimitTable } from '../tables/unit-limits.js'

// Each table comes after the table of its parent.
const tables: readonly ContentTable[] = [
  ...documentTables,
  policyVersionTable,
  codeSetTable,
  codeTableTable,
  codeRowTable,
  unitLimitEditionTable,
  unitLimitTable,
  pairEditionTable,
  pairListTable,
  ndcEditionTable,
  ndcRowTable,
]

const STATEMENT_MS = 5 * 60_000
const LOCK_WAIT_MS = 30_000

export interface Publication {
  readonly tenantId: string
  readonly description: string
  /**
   * The whole content of each pack: what a pack no longer has is ended. Other packs stay as they
   * are.
   */
  readonly packs: readonly PublishedPack[]
  /** Refuse with `revision-moved` unless this is the newest revision of the tenant's view. */
  readonly expectedRevision?: number
  /** Run everything with the checks of the database, return the result, and roll back. */
  readonly dryRun?: boolean
  /**
   * Checks how many of the packs' objects would end, before anything is written. If it throws,
   * nothing changes.
   */
  readonly judgeEndings?: (endings: Readonly<Record<ContentFamily, OwnEndings>>) => void
  /**
   * Checks the tenant's view of all packs as it would be after publication: everything that has or
   * is a reference, without the rows of tables and the codes of sets. If it throws, nothing
   * changes.
   */
  readonly judge?: (content: PolicyContent) => void
}

/** Of a family's compared rows: how many the published packs had, and how many of these end. */
export interface OwnEndings {
  readonly before: number
  readonly ended: number
}

export type ContentChanges = Readonly<Record<ContentFamily, ChangeCounts>>
export interface Published {
  readonly revision: number
  readonly changed: boolean
  readonly changes: ContentChanges
  /** Objects taken from other packs, and wanted objects that stay with other packs. */
  readonly taken: readonly OwnedObject[]
  readonly yielded: readonly OwnedObject[]
}

class RolledBack extends Error {
  readonly published: Published
  constructor(published: Published) {
    super('a dry run is rolled back')
    this.published = published
  }
}

/**
 * Puts the given packs in force in one transaction and returns their revision. Unchanged content
 * makes no revision. Concurrent publishers wait for each other, for half a minute at most. Content
 * must be valid by its schema. Content that contradicts itself or another pack rejects with
 * `PolicyConflict`, and nothing changes.
 */
export async function publishPacks(db: Database, publication: Publication): Promise<Published> {
  checkPacks(publication.packs, tables)
  if (publication.tenantId !== publicTenant) refusePublicTables(publication.packs)
  try {
    return await db.transaction(
      async (tx) => {
        const published = await publish(tx, publication)
        if (publication.dryRun === true) throw new RolledBack(published)
        return published
      },
      { timeoutMs: STATEMENT_MS, tenantId: publication.tenantId, role: 'writer' },
    )
  } catch (error) {
    if (error instanceof RolledBack) return error.published
    throw asStoreError(error)
  }
}

async function publish(tx: Queryable, publication: Publication): Promise<Published> {
  const { tenantId, description } = publication
  const { current, next } = await lockRevision(tx, publication)
  const isPublic = tenantId === publicTenant
  const { packs, yielded } = await yieldOwned(tx, tenantId, publication.packs, tables)
  const differences = new Map<ContentFamily, OwnDifference>()
  const taken: OwnedObject[] = []
  for (const table of tables)
    differences.set(table.family, await difference(tx, tenantId, packs, table, differences, taken))
  const changes = Object.fromEntries(
    [...differences].map(([family, { counts }]) => [family, counts]),
  ) as ContentChanges
  publication.judgeEndings?.(
    Object.fromEntries([...differences].map(([family, { own }]) => [family, own])) as Record<
      ContentFamily,
      OwnEndings
    >,
  )
  const changed = [...differences.values()].some(({ end, insert }) => end.length + insert.length > 0)
  if (!isPublic) await refusePublicIds(tx, tables, differences)
  const revision = changed ? next : current
  if (changed) await write(tx, tenantId, revision, description, differences)
  if (changed && !isPublic) await refuseForeignSets(tx, tenantId, revision)
  if (changed && publication.judge !== undefined)
    publication.judge(await viewAt(tx, tenantId, revision, { outline: true }))
  return { revision, changed, changes, taken, yielded }
}

/**
 * The newest revision of the tenant's view, and the next number over all tenants. Both are locked
 * until the transaction ends.
 */
async function lockRevision(
  tx: Queryable,
  { tenantId, expectedRevision }: Publication,
): Promise<{ current: number; next: number }> {
  await tx.query("SELECT set_config('lock_timeout', $1, true)", [String(LOCK_WAIT_MS)])
  await tx.query("SELECT pg_advisory_xact_lock(hashtextextended('precert publish', 0))")
  await requireTenant(tx, tenantId)
  const current = await newestRevision(tx, tenantId)
  if (expectedRevision !== undefined && expectedRevision !== current) {
    throw new StoreError(
      'revision-moved',
      `Policy is at revision ${current} and no longer at ${expectedRevision}.`,
      { revision: current, expectedRevision },
    )
  }
  const [open] = await tx.query<{ next: number }>('SELECT open_revision($1) AS next', [tenantId])
  return { current, next: open?.next ?? current + 1 }
}

async function write(
  tx: Queryable,
  tenantId: string,
  revision: number,
  description: string,
  differences: ReadonlyMap<ContentFamily, Difference>,
): Promise<void> {
  // Rows are ended before any is inserted, so that an object can change from one pack to another.
  // INVARIANT: the range of revisions of a row ends once, at the open revision
  // (test/store/guard-contract.ts).
  for (const table of tables)
    await runInPieces(tx, table.end, [tenantId, revision], differences.get(table.family)?.end ?? [])
  for (const table of tables) {
    await runInPieces(
      tx,
      table.insert,
      [tenantId, revision],
      differences.get(table.family)?.insert.map((row) => row.columns) ?? [],
    )
  }
  // Last, because this row closes the revision.
  await tx.query(
    'INSERT INTO policy_revision (tenant_id, revision, description, content_hash) VALUES ($1, $2, $3, $4)',
    [tenantId, revision, description, await hashAt(tx, tenantId, revision)],
  )
  await notifyOfPolicy(tx)
}

type OwnDifference = Difference & { readonly own: OwnEndings }

async function difference(
  tx: Queryable,
  tenantId: string,
  packs: readonly PublishedPack[],
  table: ContentTable,
  done: ReadonlyMap<ContentFamily, Difference>,
  taken: OwnedObject[],
): Promise<OwnDifference> {
  const whole = table.partOf === undefined ? undefined : done.get(table.partOf)
  const wholes = new Set(whole === undefined ? [] : [...whole.end, ...whole.insert.map((row) => row.key)])
  if (whole !== undefined && wholes.size === 0)
    return { ...compareRows([], []), own: { before: 0, ended: 0 } }
  const wanted = packs.flatMap((pack) => table.rows(pack, wholes))
  const packIds = packs.map((pack) => pack.packId)
  const parameters =
    whole === undefined ? [tenantId, packIds, wanted.map((row) => row.key)] : [tenantId, [...wholes]]
  const rows = await tx.query<Omit<RowInForce, 'signature'> & { signature: unknown }>(
    table.inForce,
    parameters,
  )
  const takers = new Set(packs.filter((pack) => pack.whenOwned === 'take').map((pack) => pack.packId))
  const others = await clashing(
    tx,
    tenantId,
    table,
    packIds,
    wanted.filter((row) => takers.has(row.packId)),
  )
  const known = [
    ...new Map(
      [...rows, ...others].map((row) => [row.key, { ...row, signature: asText(row.signature) }]),
    ).values(),
  ]
  // A pack that may take the parent may take its parts.
  if (whole === undefined) taken.push(...takenFrom(table.family, known, wanted, packs))
  const compared = compareRows(known, wanted)
  const wantedKeys = new Set(wanted.map((row) => row.key))
  const its = known.filter((row) => packIds.includes(row.packId))
  const own = { before: its.length, ended: its.filter((row) => !wantedKeys.has(row.key)).length }
  return {
    ...compared,
    own,
    ...(table.count === undefined ? {} : { counts: await table.count(tx, tenantId, compared) }),
  }
}

const asText = (signature: unknown): string =>
  typeof signature === 'string' ? signature : JSON.stringify(signature)
