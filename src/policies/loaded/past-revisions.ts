import type { Database } from '../../store/database/database.js'
import { LoadedParts } from '../../store/tables/loading.js'
import { inRevision } from '../../store/tables/policy-content.js'
import { revisionAt } from '../../store/tables/revisions.js'
import { orUnavailable } from '../../store/database/store-away.js'
import { StoreError } from '../../store/database/store-error.js'
import { publicTenant } from '../../store/tables/tenants.js'
import { compilePolicyView } from './compile.js'
import { laidOverLoaded } from './laid-over.js'
import { loadedPolicyAt } from './load-policy.js'
import type { LoadedContent } from '../lists/policy-list.js'
import type { Revision, Snapshot } from './snapshot.js'

const mostCached = 4
// The longest time that a request waits for a revision to load; a large one takes a while.
const loadingMs = 60_000

/**
 * A policy revision by its number, or by an instant (ISO 8601 with a zone) at which it was the
 * newest.
 */
export type KnownAt = number | { readonly instant: string }

/** Past revisions: read from the store when they are asked for, and cached. */
export interface PastRevisions {
  /**
   * The policy of a tenant at that revision or instant; undefined when there was none. Rejects with
   * StoreUnavailable.
   */
  readonly at: (tenantId: string, knownAt: KnownAt) => Promise<Revision | undefined>
}

/**
 * Past revisions of a store, with a cache of the last four. Parts that revisions share are in
 * memory once. Only policies that differ from the current revision are read.
 */
export function createPastRevisions(
  database: Database,
  snapshot: Pick<Snapshot, 'current'> & Partial<Pick<Snapshot, 'loaded'>>,
): PastRevisions {
  const cached = new Map<string, Promise<Revision>>()
  const parts = new LoadedParts()
  let loading: Promise<unknown> = Promise.resolve()

  const load = async (tenantId: string, revision: number): Promise<Revision> => {
    const content = await inRevision(database, { tenantId, revision, parts }, async (tx) => {
      const ownAt = async (owner: string): Promise<LoadedContent> =>
        (await loadedPolicyAt(tx, { tenantId: owner, revision, before: snapshot.loaded?.(owner), parts }))
          .content
      return tenantId === publicTenant
        ? await ownAt(publicTenant)
        : laidOverLoaded(await ownAt(publicTenant), await ownAt(tenantId))
    })
    return { revision, content, view: compilePolicyView(content, revision) }
  }
  const take = async (tenantId: string, revision: number): Promise<Revision> => {
    const key = `${revision} ${tenantId}`
    const known = cached.get(key)
    cached.delete(key)
    // Load one at a time: two large revisions loaded at once share no parts and need the memory of
    // both.
    const wanted =
      known ??
      ((loading = loading
        .catch(() => {})
        .then(async () => await load(tenantId, revision))) as Promise<Revision>)
    cached.set(key, wanted)
    wanted.catch(() => {
      cached.delete(key)
    })
    for (const oldest of cached.keys()) if (cached.size > mostCached) cached.delete(oldest)
    return await wanted
  }
  return {
    async at(tenantId, knownAt) {
      const current = snapshot.current(tenantId)
      const revision =
        typeof knownAt === 'number'
          ? knownAt
          : await orUnavailable(async () => await revisionAt(database, tenantId, knownAt.instant))
      if (revision === current?.revision) return current
      if (revision < 1) return undefined
      try {
        return await orUnavailable(async () => await take(tenantId, revision), loadingMs)
      } catch (error) {
        if (error instanceof StoreError && error.code === 'revision-unknown') return undefined
        throw error
      }
    },
  }
}

/** The past revisions of a process without a store: only the current revision is found. */
export function withoutPast(snapshot: Pick<Snapshot, 'current'>): PastRevisions {
  return {
    at: async (tenantId, knownAt) => {
      const current = snapshot.current(tenantId)
      return typeof knownAt === 'number' && knownAt !== current?.revision ? undefined : current
    },
  }
}
