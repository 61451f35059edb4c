import type { PolicyContent } from '../../decision/shapes/policy.js'
import type { ContentFamily, ContentTable, RowInForce, Pack, WantedRow } from '../tables/content-table.js'
import type { Queryable } from '../database/connection.js'
import { ndcEditionKey } from '../tables/ndc-codes.js'
import { nameOf } from './pack-check.js'
import { pairEditionKey } from '../tables/procedure-pairs.js'
import { PolicyConflict } from '../database/store-error.js'
import { editionKey } from '../tables/unit-limits.js'

/**
 * How to publish an object that a pack outside this publication owns. `refuse` rejects the
 * publication. `take` ends the other pack's object. `yield` leaves it, and its parts, with the
 * other pack.
 */
export type WhenOwned = 'refuse' | 'take' | 'yield'
export interface PublishedPack extends Pack {
  readonly whenOwned?: WhenOwned
}

/** An object that two packs claim, and its owner now or until now. */
export interface OwnedObject {
  readonly family: ContentFamily
  readonly key: string
  readonly owner: string
}

type Known = RowInForce & { readonly wantedKey?: string }

/** Removes the objects that the packs yield. Returns the packs and those objects. */
export async function yieldOwned(
  tx: Queryable,
  tenantId: string,
  packs: readonly PublishedPack[],
  tables: readonly ContentTable[],
): Promise<{ packs: readonly PublishedPack[]; yielded: readonly OwnedObject[] }> {
  const yielding = packs.filter((pack) => pack.whenOwned === 'yield')
  if (yielding.length === 0) return { packs, yielded: [] }
  const packIds = packs.map((pack) => pack.packId)
  const yielded: OwnedObject[] = []
  const dropped = new Set<string>()
  for (const table of tables) {
    // Parts follow the object that they belong to, and versions their policy.
    if (table.partOf !== undefined || table.family === 'policyVersions') continue
    const wanted = yielding.flatMap((pack) => table.rows(pack, new Set()))
    const byKey =
      wanted.length === 0
        ? []
        : await tx.query<Known>(table.inForce, [tenantId, [], wanted.map((row) => row.key)])
    for (const row of [...byKey, ...(await clashing(tx, tenantId, table, packIds, wanted))]) {
      const key = row.wantedKey ?? row.key
      if (packIds.includes(row.packId) || dropped.has(`${table.family} ${key}`)) continue
      yielded.push({ family: table.family, key, owner: row.packId })
      dropped.add(`${table.family} ${key}`)
    }
  }
  const left = packs.map((pack) =>
    pack.whenOwned === 'yield' ? { ...pack, content: without(pack.content, dropped) } : pack,
  )
  return { packs: left, yielded }
}

function without(content: PolicyContent, dropped: ReadonlySet<string>): PolicyContent {
  const keep = (family: ContentFamily, key: string): boolean => !dropped.has(`${family} ${key}`)
  return {
    payers: content.payers.filter((payer) => keep('payers', payer.payerId)),
    plans: content.plans.filter((plan) => keep('plans', plan.planId)),
    policySets: content.policySets.filter((set) => keep('policySets', set.policySetId)),
    policies: content.policies.filter((policy) => keep('policies', policy.policyId)),
    codeSets: content.codeSets.filter((set) => keep('codeSets', set.codeSetId)),
    unitLimits: content.unitLimits.filter((edition) => keep('unitLimitEditions', editionKey(edition))),
    procedurePairs: content.procedurePairs.filter((edition) =>
      keep('procedurePairEditions', pairEditionKey(edition)),
    ),
    ndcEditions: content.ndcEditions.filter((edition) => keep('ndcEditions', ndcEditionKey(edition))),
    // Each pack has its own code table, so none is yielded.
    codeTables: content.codeTables,
  }
}

/** Rows of other packs with other keys that cannot be in force together with the wanted rows. */
export async function clashing(
  tx: Queryable,
  tenantId: string,
  table: ContentTable,
  packIds: readonly string[],
  wanted: readonly WantedRow[],
): Promise<Known[]> {
  if (table.clashing === undefined || wanted.length === 0) return []
  // The content of a row is large and does not matter here.
  const dates = wanted.map(({ columns: { content: _content, source: _source, ...columns } }) => columns)
  const rows = await tx.query<Known>(table.clashing, [tenantId, packIds, JSON.stringify(dates)])
  return [...new Map(rows.map((row) => [`${row.key} ${row.wantedKey}`, row])).values()]
}

/**
 * The objects among `inForce` that change to a published pack. Throws a `PolicyConflict` for the
 * first one that may not.
 */
export function takenFrom(
  family: ContentFamily,
  inForce: readonly RowInForce[],
  wanted: readonly WantedRow[],
  packs: readonly PublishedPack[],
): OwnedObject[] {
  const published = new Map(packs.map((pack) => [pack.packId, pack.whenOwned ?? 'refuse']))
  const wantedBy = new Map(wanted.map((row) => [row.key, row.packId]))
  return inForce
    .filter((row) => !published.has(row.packId))
    .map((row) => {
      const taker = wantedBy.get(row.key)
      // A row whose key no pack wants is in the list because it clashes with a row that a pack
      // takes.
      if (taker !== undefined && published.get(taker) !== 'take') throw ownedElsewhere(family, row, taker)
      return { family, key: row.key, owner: row.packId }
    })
}

function ownedElsewhere(
  family: ContentFamily,
  { key, packId }: RowInForce,
  wantedBy: string,
): PolicyConflict {
  return new PolicyConflict(
    'policy-owned-elsewhere',
    `The ${nameOf(family, key)} belongs to pack ${packId} and cannot be in pack ${wantedBy} too.`,
    { family, id: key, packs: [packId, wantedBy] },
  )
}
