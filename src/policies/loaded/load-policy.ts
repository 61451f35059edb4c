import type { Policy, PolicyContent } from '../../decision/shapes/policy.js'
import type { Database, Queryable } from '../../store/database/database.js'
import type { LoadedParts, OnLoading } from '../../store/tables/loading.js'
import { contentAt, inRevision } from '../../store/tables/policy-content.js'
import { changedPolicies, streamPolicies, takePolicies } from '../../store/tables/policy-stream.js'
import { policyOf } from '../../store/tables/policy-versions.js'
import { recordedHash } from '../../store/tables/revisions.js'
import { PolicyListBuilder, withChanges } from '../lists/build-list.js'
import type { LoadedContent, PolicyList } from '../lists/policy-list.js'

/**
 * A tenant's own content at a revision, with the hash that the store recorded for it. The hash shows
 * later whether the store still has the same revision under that number.
 */
export interface LoadedPolicy {
  readonly revision: number
  readonly content: LoadedContent
  readonly recordedHash: string | undefined
}

export interface WhichPolicy {
  readonly tenantId: string
  readonly revision: number
  /**
   * Content of the same tenant loaded before, of an earlier or later revision. Only the differences
   * from it are read.
   */
  readonly before?: LoadedPolicy | undefined
  readonly parts: LoadedParts
  /** Up to this number policies stay plain objects; more are packed. */
  readonly mostPlain?: number | undefined
  readonly onLoading?: OnLoading | undefined
}

const besidesPolicies: ReadonlySet<keyof PolicyContent> = new Set([
  'payers',
  'plans',
  'policySets',
  'codeSets',
  'unitLimits',
  'procedurePairs',
  'ndcEditions',
  'codeTables',
])
// With more changes than this, reading all policies at once is faster than reading the changed ones by
// id.
const mostChanges = 20_000

/**
 * Loads a tenant's own content at a revision. Rejects with `revision-unknown` if the store has no such
 * revision.
 */
export async function loadPolicy(database: Database, which: WhichPolicy): Promise<LoadedPolicy> {
  return await inRevision(database, which, async (tx) => await loadedPolicyAt(tx, which))
}

/** Does the same inside a transaction of the tenant. Public content can be read there too. */
export async function loadedPolicyAt(tx: Queryable, which: WhichPolicy): Promise<LoadedPolicy> {
  const { tenantId, revision, parts, onLoading } = which
  const rest = await contentAt(tx, tenantId, revision, { families: besidesPolicies, parts, onLoading })
  return {
    revision,
    content: { ...rest, policies: await policiesAt(tx, which) },
    recordedHash: await recordedHash(tx, tenantId, revision),
  }
}

async function policiesAt(
  tx: Queryable,
  { tenantId, revision, before, mostPlain, onLoading }: WhichPolicy,
): Promise<PolicyList> {
  // A restored store can give an old number to a new revision.
  if (
    before?.recordedHash !== undefined &&
    before.recordedHash === (await recordedHash(tx, tenantId, before.revision))
  ) {
    const changed = await changedPolicies(tx, tenantId, [before.revision, revision], mostChanges + 1)
    if (changed.length <= mostChanges)
      return await changedSince(tx, tenantId, revision, before.content.policies, changed, mostPlain)
  }
  const builder = new PolicyListBuilder(mostPlain)
  let policyVersions = 0
  await streamPolicies(tx, tenantId, revision, async (policy) => {
    policyVersions += policy.versions.length
    await builder.add(policyOf(policy, builder.parseShared))
    if (policyVersions % 1000 < policy.versions.length) onLoading?.({ policyVersions })
  })
  return await builder.finish()
}

async function changedSince(
  tx: Queryable,
  tenantId: string,
  revision: number,
  before: PolicyList,
  policyIds: readonly string[],
  mostPlain: number | undefined,
): Promise<PolicyList> {
  if (policyIds.length === 0) return before
  const changes = new Map<string, Policy | undefined>(policyIds.map((policyId) => [policyId, undefined]))
  await takePolicies(tx, tenantId, revision, policyIds, (policy) => {
    changes.set(policy.policyId, policyOf(policy))
  })
  return await withChanges(before, changes, mostPlain)
}
