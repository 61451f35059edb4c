import { emptyContent, type PolicyContent } from '../../decision/policy.js'
import type { PolicyView } from '../../decision/view.js'
import type { Database } from '../../store/database/database.js'
import { LoadedParts, type OnLoading } from '../../store/tables/loading.js'
import { pairWidth } from '../../decision/procedure-pairs.js'
import { newestByTenant } from '../../store/tables/revisions.js'
import { publicTenant } from '../../store/tables/tenants.js'
import { compilePolicyView } from './compile.js'
import { laidOverLoaded } from './laid-over.js'
import { loadPolicy, type LoadedPolicy } from './load-policy.js'
import { listOf } from '../lists/plain-list.js'
import type { LoadedContent, PolicyCounts } from '../lists/policy-list.js'

/** One revision of policy, compiled; a request holds on to one from start to end. */
export interface Revision {
  readonly revision: number
  readonly content: LoadedContent
  readonly view: PolicyView
}

/** How much a revision holds, for the log and for metrics. */
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

/** Counts what a content holds. */
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

/** The policy that decides now. */
export interface Snapshot {
  /** The revision that decides for a tenant now (the public one if none is named); undefined until it is loaded, and for a tenant that is not known. */
  readonly current: (tenantId?: string) => Revision | undefined
  /** What a tenant itself published, as it was loaded; undefined until it is. */
  readonly loaded: (tenantId: string) => LoadedPolicy | undefined
  /** When this process took the public revision that decides now, in milliseconds since 1970; for metrics, never for deciding. */
  readonly loadedAt: () => number | undefined
  /** Whether the store, at the last load, had older revisions than decide here: a standby that lagged and took over, or a backup that was restored. */
  readonly isAheadOfStore: () => boolean
  /** Compiles a revision of public policy and swaps it in at once, for all tenants. An older revision than the current one is not taken; returns whether it was. */
  readonly replace: (loaded: {
    readonly revision: number
    readonly content: PolicyContent | LoadedContent
  }) => boolean
  /** Loads the newest revisions of the store, of all tenants, and swaps them in together; only what changed since the last load is read and compiled. Answers whose view was replaced. */
  readonly load: (database: Database, onLoading?: OnLoading) => Promise<readonly string[]>
}

/** An empty snapshot; the process is ready when a revision has been put in. `mostPlain` is how many policies are held as objects before they are packed. */
// oxlint-disable-next-line max-lines-per-function -- one object whose methods share the view that is in force; apart they would hand it to each other
export function createSnapshot({ mostPlain }: { readonly mostPlain?: number } = {}): Snapshot {
  // What each tenant published itself, and the objects of its loads.
  const own = new Map<string, LoadedPolicy>()
  const parts = new Map<string, LoadedParts>()
  let views: ReadonlyMap<string, Revision> = new Map()
  let loadedAt: number | undefined
  let aheadOfStore = false

  /** Lays everything together anew; a view of the same revision stays the object that it was. */
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
        // A store that fell back to an older state, as a replica that took over can, does not take policy away.
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
      // Only now, so that a load that fails half-way changes nobody's view.
      for (const [tenantId, content] of loaded) {
        // Of two loads at once the one that began first may end last.
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
    // Who has nothing of its own has the public view itself, which costs nothing.
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
