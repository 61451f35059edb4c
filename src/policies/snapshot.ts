import type { PolicyContent } from '../decision/policy.js'
import type { PolicyView } from '../decision/view.js'
import type { Database } from '../store/database.js'
import { LoadedParts, type OnLoading } from '../store/loading.js'
import { pairWidth } from '../decision/procedure-pairs.js'
import { loadPolicyContent } from '../store/policy-content.js'
import { compilePolicyView } from './compile.js'

/** One revision of policy, compiled; a request holds on to one from start to end. */
export interface Revision { readonly revision: number, readonly content: PolicyContent, readonly view: PolicyView }

/** How much a revision holds, for the log and for metrics. */
export interface RevisionCounts {
  readonly payers: number, readonly plans: number, readonly policySets: number, readonly policies: number, readonly policyVersions: number
  readonly rules: number, readonly codeSets: number, readonly codes: number, readonly unitLimits: number, readonly procedurePairs: number, readonly ndcCodes: number
}

/** Counts what a content holds. */
export function countsOf (content: PolicyContent): RevisionCounts {
  const versions = content.policies.flatMap(policy => policy.versions)
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)
  return {
    payers: content.payers.length, plans: content.plans.length, policySets: content.policySets.length, policies: content.policies.length,
    policyVersions: versions.length, rules: sum(versions.map(version => version.rules.length)), codeSets: content.codeSets.length,
    codes: sum(content.codeTables.map(table => table.rows.length)), unitLimits: sum(content.unitLimits.map(edition => edition.rows.length)),
    procedurePairs: sum(content.procedurePairs.map(({ lists }) => sum(lists.map(({ pairs }) => pairs.length / pairWidth)))),
    ndcCodes: sum(content.ndcEditions.map(edition => edition.rows.length))
  }
}

/** The policy that decides now. */
export interface Snapshot {
  /** The revision that decides for a tenant now (the public one if none is named); undefined until the first one is loaded. */
  readonly current: (tenantId?: string) => Revision | undefined
  /** When this process took the public revision that decides now, in milliseconds since 1970; for metrics, never for deciding. */
  readonly loadedAt: () => number | undefined
  /** Compiles a revision and swaps it in at once. An older revision than the current one is not taken; returns whether it was. */
  readonly replace: (loaded: { readonly revision: number, readonly content: PolicyContent }) => boolean
  /** Loads the newest revision of the store and swaps it in; only what changed since the last load is read and compiled. Returns whether it was taken. */
  readonly load: (database: Database, tenantId: string, onLoading?: OnLoading) => Promise<boolean>
}

/** An empty snapshot; the process is ready when a revision has been put in. */
export function createSnapshot (): Snapshot {
  let current: Revision | undefined
  let loadedAt: number | undefined
  const parts = new LoadedParts()
  const replace: Snapshot['replace'] = ({ revision, content }) => {
    if (current !== undefined && revision <= current.revision) return false
    current = { revision, content, view: compilePolicyView(content, revision) }
    loadedAt = Date.now()
    return true
  }
  return { current: () => current, loadedAt: () => loadedAt, replace, load: async (database, tenantId, onLoading) => replace(await loadPolicyContent(database, { tenantId, parts, onLoading })) }
}
