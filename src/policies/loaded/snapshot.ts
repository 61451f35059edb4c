import { emptyContent, type PolicyContent } from '../../decision/shapes/policy.js'
import type { PolicyView } from '../../decision/shapes/view.js'
import type { Database } from '../../store/database/database.js'
import { LoadedParts, type OnLoading } from '../../store/tables/loading.js'
import { pairWidth } from '../../decision/shapes/procedure-pairs.js'
import { newestByTenant } from '../../store/tables/revisions.js'
import { publicTenant } from '../../store/tables/tenants.js'
import { compilePolicyView } from './compile.js'
import { laidOverLoaded } from './laid-over.js'
import { loadPolicy, type LoadedPolicy } from './load-policy.js'
import { listOf } from '../lists/plain-list.js'
import type { LoadedContent, PolicyCounts } from '../lists/policy-list.js'

/**
 * One compiled revision of policy. INVARIANT: a request uses one revision from start to end
 * (test/protocols/invariants.test.ts).
 */
export interface Revision {
  readonly revision: number
  readonly content: LoadedContent
  readonly view: PolicyView
}

/** The number of objects of each sort in a revision, for the log and for metrics. */
export interface RevisionCounts extends PolicyCounts {
  readonly payers: number
  readonly plans: number
  readonly policySets: number
  readonly codeSets: number
  readonly codes: number
  readonly unitLimits: number
  readonly procedurePairs: number
  readonly ndcCodes: number
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)

/** Counts the objects of a content. */
export function countsOf(content: PolicyContent | LoadedContent): RevisionCounts {
  return {
    payers: content.payers.length,
    plans: content.plans.length,
    policySets: content.policySets.length,
    ...listOf(content.policies).counts,
    codeSets: content.codeSets.length,
    codes: sum(content.codeTables.map((table) => table.rows.length)),
    unitLimits: sum(content.unitLimits.map((edition) => edition.rows.length)),
    procedurePairs: sum(
      content.procedurePairs.map(({ lists }) => sum(lists.map(({ pairs }) => pairs.length / pairWidth))),
    ),
    ndcCodes: sum(content.ndcEditions.map((edition) => edition.rows.length)),
  }
}

/** The current policy of every tenant. Requests read it; following the store replaces it. */
export interface Snapshot {
  /**
   * The revision that decides for a tenant now, by default the public one. Undefined until it is
   * loaded, and for an unknown tenant.
   */
  readonly current: (tenantId?: string) => Revision | undefined
  /** The tenant's own published content, as loaded; undefined before. */
  readonly loaded: (tenantId: string) => LoadedPolicy | undefined
  /**
   * When this process took the public revision that decides now, in milliseconds since 1970; for
   * metrics, never for deciding.
   */
  readonly loadedAt: () => number | undefined
  /**
   * Whether the store had older revisions than this process at the last load, as after a failover
   * to a lagging standby or a restored backup.
   */
  readonly isAheadOfStore: () => boolean
  /**
   * Compiles a revision of public policy and swaps it in at once, for all tenants. Refuses an older
   * revision; returns whether it was taken.
   */
  readonly replace: (loaded: {
    readonly revision: number
    readonly content: PolicyContent | LoadedContent
  }) => boolean
  /**
   * Loads the newest revisions of all tenants and swaps them in together. Only changes since the
   * last load are read and compiled. Returns the tenants whose view was replaced.
   */
  readonly load: (database: Database, onLoading?: OnLoading) => Promise<readonly string[]>
}

/**
 * An empty snapshot. The process is ready once a revision was put in. Up to `mostPlain` policies
 * stay plain objects; more are packed.
 */
// oxlint-disable-next-line max-lines-per-function -- its methods share the view in force
export function createSnapshot({ mostPlain }: { readonly mostPlain?: number } = {}): Snapshot {
  // Each tenant's own published content, and the objects of its loads.
  const own = new Map<string, LoadedPolicy>()
  const parts = new Map<string, LoadedParts>()
  let views: ReadonlyMap<string, Revision> = new Map()
  let loadedAt: number | undefined
  let aheadOfStore = false

  /**
   * Builds the view of every tenant again and returns the tenants whose view changed. A view of the
   * same revision stays the same object.
   */
  const swap = (): readonly string[] => {
    const next = viewsOf(own, views)
    const replaced = [...next]
      .filter(([tenantId, view]) => view !== views.get(tenantId))
      .map(([tenantId]) => tenantId)
    views = next
    if (replaced.includes(publicTenant)) loadedAt = Date.now()
    return replaced
  }
  return {
    current: (tenantId = publicTenant) => views.get(tenantId),
    loaded: (tenantId) => own.get(tenantId),
    loadedAt: () => loadedAt,
    isAheadOfStore: () => aheadOfStore,
    replace(loaded) {
      if (loaded.revision <= (own.get(publicTenant)?.revision ?? -1)) return false
      own.set(publicTenant, {
        revision: loaded.revision,
        content: asLoaded(loaded.content),
        recordedHash: undefined,
      })
      swap()
      return true
    },
    async load(database, onLoading) {
      const loaded = new Map<string, LoadedPolicy>()
      const newest = await newestByTenant(database)
      aheadOfStore = [...own].some(([tenantId, { revision }]) => revision > (newest.get(tenantId) ?? 0))
      for (const [tenantId, revision] of newest) {
        // An older revision, as a store has after a failover, replaces nothing.
        if (revision <= (own.get(tenantId)?.revision ?? -1)) continue
        if (revision === 0 && tenantId !== publicTenant) {
          loaded.set(tenantId, { revision, content: asLoaded(emptyContent), recordedHash: undefined })
          continue
        }
        const known = parts.get(tenantId) ?? new LoadedParts()
        parts.set(tenantId, known)
        loaded.set(
          tenantId,
          await loadPolicy(database, {
            tenantId,
            revision,
            before: own.get(tenantId),
            parts: known,
            mostPlain,
            onLoading,
          }),
        )
      }
      // Views change only after everything is loaded, so a failed load changes nothing.
      for (const [tenantId, content] of loaded) {
        // Race: of two concurrent loads, the one that began first may end last.
        if (content.revision > (own.get(tenantId)?.revision ?? -1)) own.set(tenantId, content)
      }
      return swap()
    },
  }
}

/** A content with its policies as a list. */
export function asLoaded(content: PolicyContent | LoadedContent): LoadedContent {
  return { ...content, policies: listOf(content.policies) }
}

function viewsOf(
  own: ReadonlyMap<string, LoadedPolicy>,
  before: ReadonlyMap<string, Revision>,
): ReadonlyMap<string, Revision> {
  const shared = own.get(publicTenant)
  if (shared === undefined) return before
  const viewOf = (tenantId: string, revision: number, content: () => LoadedContent): Revision => {
    const known = before.get(tenantId)
    if (known?.revision === revision) return known
    const whole = content()
    return { revision, content: whole, view: compilePolicyView(whole, revision) }
  }
  const publicView = viewOf(publicTenant, shared.revision, () => shared.content)
  const views = new Map([[publicTenant, publicView]])
  for (const [tenantId, { revision, content }] of own) {
    if (tenantId === publicTenant) continue
    // A tenant without content of its own shares the public view.
    views.set(
      tenantId,
      revision === 0
        ? publicView
        : viewOf(tenantId, Math.max(revision, shared.revision), () =>
            laidOverLoaded(shared.content, content),
          ),
    )
  }
  return views
}
