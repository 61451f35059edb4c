import type { ContentFamily, ContentTable, Difference, RowInForce, Pack } from '../tables/content-table.js'
import type { Queryable } from '../database/connection.js'
import { nameOf } from './pack-check.js'
import { contentAt } from '../tables/policy-content.js'
import { StoreError } from '../database/store-error.js'
import { publicTenant } from '../tables/tenants.js'

// Families whose objects others refer to, or callers ask for, by id.
const named: readonly ContentFamily[] = ['payers', 'plans', 'policySets', 'policies', 'codeSets']

/**
 * Throws `code-tables-are-public` when a pack of a tenant has a code table: the meaning of a code
 * does not depend on the tenant.
 */
export function refusePublicTables(packs: readonly Pack[]): void {
  const [first] = packs.flatMap(({ packId, content }) =>
    content.codeTables.map(({ system }) => ({ packId, system })),
  )
  if (first === undefined) return
  throw new StoreError(
    'code-tables-are-public',
    `Pack ${first.packId} has a code table (${first.system}). Code tables are public and the same for every tenant: import it without a tenant.`,
    first,
  )
}

/**
 * Rejects with `id-is-public` when the tenant would add an object under a public id: a caller could
 * not tell which of the two is meant.
 */
export async function refusePublicIds(
  tx: Queryable,
  tables: readonly ContentTable[],
  differences: ReadonlyMap<ContentFamily, Difference>,
): Promise<void> {
  for (const table of tables.filter(({ family }) => named.includes(family))) {
    const { insert = [], end = [] } = differences.get(table.family) ?? {}
    // The tenant's existing objects stay its own, also where public policy has taken their id
    // since.
    const before = new Set(end)
    const added = insert.map(({ key }) => key).filter((key) => !before.has(key))
    if (added.length === 0) continue
    const [first] = await tx.query<RowInForce>(table.inForce, [publicTenant, [], added])
    if (first !== undefined) {
      throw new StoreError(
        'id-is-public',
        `The ${nameOf(table.family, first.key)} is public. What a tenant has of its own needs another id.`,
        { family: table.family, id: first.key },
      )
    }
  }
}

/**
 * Rejects with `edition-in-public-set` unless every table of the tenant at `revision` belongs to a
 * policy set of its own.
 */
export async function refuseForeignSets(tx: Queryable, tenantId: string, revision: number): Promise<void> {
  const families = ['policySets', 'unitLimits', 'procedurePairs', 'ndcEditions'] as const
  const { policySets, unitLimits, procedurePairs, ndcEditions } = await contentAt(tx, tenantId, revision, {
    outline: true,
    families: new Set(families),
  })
  const own = new Set(policySets.map(({ policySetId }) => policySetId))
  const foreign = [...unitLimits, ...procedurePairs, ...ndcEditions].find(
    ({ policySetId }) => !own.has(policySetId),
  )
  if (foreign === undefined) return
  const { policySetId, edition } = foreign
  throw new StoreError(
    'edition-in-public-set',
    `The edition ${edition} belongs to the policy set ${policySetId}, which is not one of the tenant's own. A tenant's tables stand in its own sets.`,
    { policySetId, edition },
  )
}
