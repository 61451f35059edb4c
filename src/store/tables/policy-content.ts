import type { Payer, Plan, PolicyContent, PolicySet } from '../../decision/shapes/policy.js'
import { loadCodeSets } from './code-sets.js'
import { loadCodeTables } from './code-tables.js'
import type { Database, Queryable } from '../database/connection.js'
import { loadDocuments } from './documents.js'
import { wants, type Loading } from './loading.js'
import { loadNdcEditions } from './ndc-codes.js'
import { loadPolicies } from './policy-versions.js'
import { laidOver } from './overlay.js'
import { loadProcedurePairs } from './procedure-pairs.js'
import { newestRevision } from './revisions.js'
import { StoreError } from '../database/store-error.js'
import { publicTenant } from './tenants.js'
import { loadUnitLimits } from './unit-limits.js'

const STATEMENT_MS = 60_000

export interface LoadedContent {
  readonly revision: number
  readonly content: PolicyContent
}

export interface WhichContent extends Loading {
  readonly tenantId: string
  readonly revision?: number
  /** Only what the tenant published itself, without public policy. */
  readonly ownOnly?: boolean
}

/**
 * Everything in force in a tenant's view at a policy revision (default: the newest), or only some
 * families: public content, overlaid by the tenant's own. The order depends on the content alone:
 * objects by id, versions and editions by date, code rows by code and first day. Revision 0 is
 * empty. A revision that does not exist, or belongs to another tenant, rejects with
 * `revision-unknown`.
 */
export async function loadPolicyContent(db: Database, which: WhichContent): Promise<LoadedContent> {
  return await inRevision(db, which, async (tx, revision) => ({
    revision,
    content: await (which.ownOnly === true ? contentAt : viewAt)(tx, which.tenantId, revision, which),
  }))
}

/**
 * Runs `read` in a transaction of a tenant at a revision, by default the newest of its view.
 * Rejects with `revision-unknown` as above.
 */
export async function inRevision<T>(
  db: Database,
  which: Pick<WhichContent, 'tenantId' | 'revision' | 'parts'>,
  read: (tx: Queryable, revision: number) => Promise<T>,
): Promise<T> {
  const { tenantId } = which
  // A concurrent publication does no harm: it never changes the content of an existing revision.
  return await db.transaction(
    async (tx) => {
      const current = await newestRevision(tx, tenantId)
      const revision = which.revision ?? current
      // The revision of another tenant is unknown here, like one that does not exist.
      if (
        !Number.isSafeInteger(revision) ||
        revision < 0 ||
        revision > current ||
        (revision < current && (await newestRevision(tx, tenantId, revision)) !== revision)
      ) {
        throw new StoreError(
          'revision-unknown',
          `There is no policy revision ${revision}; the newest is ${current}.`,
          { revision, newest: current },
        )
      }
      which.parts?.turn()
      return await read(tx, revision)
    },
    { timeoutMs: STATEMENT_MS, tenantId },
  )
}

/**
 * The tenant's view at `revision`, read in a transaction of that tenant. The revision may be the
 * one that the transaction makes.
 */
export async function viewAt(
  tx: Queryable,
  tenantId: string,
  revision: number,
  loading: Loading = {},
): Promise<PolicyContent> {
  const own = await contentAt(tx, tenantId, revision, loading)
  return tenantId === publicTenant ? own : laidOver(await contentAt(tx, publicTenant, revision, loading), own)
}

type Load<T> = (tx: Queryable, tenantId: string, revision: number, loading: Loading) => Promise<T[]>

const loads: { readonly [Family in keyof PolicyContent]: Load<PolicyContent[Family][number]> } = {
  payers: async (tx, ...where) => await loadDocuments<Payer>(tx, 'payers', ...where),
  plans: async (tx, ...where) => await loadDocuments<Plan>(tx, 'plans', ...where),
  policySets: async (tx, ...where) => await loadDocuments<PolicySet>(tx, 'policySets', ...where),
  policies: loadPolicies,
  codeSets: loadCodeSets,
  unitLimits: loadUnitLimits,
  procedurePairs: loadProcedurePairs,
  ndcEditions: loadNdcEditions,
  codeTables: loadCodeTables,
}

/**
 * The tenant's own content in force at `revision`, as far as `loading` includes it, read in a
 * transaction of that tenant.
 */
export async function contentAt(
  tx: Queryable,
  tenantId: string,
  revision: number,
  loading: Loading = {},
): Promise<PolicyContent> {
  const loaded: [string, readonly unknown[]][] = []
  for (const [family, load] of Object.entries(loads) as [keyof PolicyContent, Load<unknown>][]) {
    loaded.push([family, wants(loading, family) ? await load(tx, tenantId, revision, loading) : []])
  }
  return Object.fromEntries(loaded) as unknown as PolicyContent
}
