import type { Payer, Plan, PolicyContent, PolicySet } from '../decision/policy.js'
import { loadCodeSets } from './code-sets.js'
import { loadCodeTables } from './code-tables.js'
import type { Database, Queryable } from './connection.js'
import { loadDocuments } from './documents.js'
import { loadNdcEditions } from './ndc-codes.js'
import { loadPolicies } from './policy-versions.js'
import { loadProcedurePairs } from './procedure-pairs.js'
import { currentRevision } from './revisions.js'
import { StoreError } from './store-error.js'
import { loadUnitLimits } from './unit-limits.js'

const STATEMENT_MS = 60_000

export interface LoadedContent { readonly revision: number, readonly content: PolicyContent }

/** Told while content is loaded that takes time: how many procedure pairs have come so far. */
export type OnLoading = (loaded: { readonly procedurePairs: number }) => void

/**
 * Everything in force at a policy revision, the newest if none is named, in an order that depends on the content alone: objects
 * by id, versions and editions by date, code rows by code and first day. Revision 0 is empty; one that was never made rejects
 * with `revision-unknown`.
 */
export async function loadPolicyContent (db: Database, which: { tenantId: string, revision?: number, onLoading?: OnLoading }): Promise<LoadedContent> {
  const { tenantId } = which
  // Publishing meanwhile does no harm: it never changes what was in force at a revision that exists.
  return await db.transaction(async tx => {
    const current = await currentRevision(tx, tenantId)
    const revision = which.revision ?? current
    if (!Number.isSafeInteger(revision) || revision < 0 || revision > current) {
      throw new StoreError('revision-unknown', `There is no policy revision ${revision}; the newest is ${current}.`, { revision, newest: current })
    }
    const content = await contentAt(tx, tenantId, revision, which.onLoading)
    return { revision, content }
  }, { timeoutMs: STATEMENT_MS })
}

/** Everything in force at `revision`, read inside a transaction; the revision may be the one that the transaction makes. */
export async function contentAt (tx: Queryable, tenantId: string, revision: number, onLoading?: OnLoading): Promise<PolicyContent> {
  return {
    payers: await loadDocuments<Payer>(tx, 'payers', tenantId, revision),
    plans: await loadDocuments<Plan>(tx, 'plans', tenantId, revision),
    policySets: await loadDocuments<PolicySet>(tx, 'policySets', tenantId, revision),
    policies: await loadPolicies(tx, tenantId, revision),
    codeSets: await loadCodeSets(tx, tenantId, revision),
    unitLimits: await loadUnitLimits(tx, tenantId, revision),
    procedurePairs: await loadProcedurePairs(tx, tenantId, revision, pairs => { onLoading?.({ procedurePairs: pairs }) }),
    ndcEditions: await loadNdcEditions(tx, tenantId, revision),
    codeTables: await loadCodeTables(tx, tenantId, revision)
  }
}
