import type { PolicyView } from '../../decision/shapes/view.js'
import { laidOverAs, type PolicyOperations } from '../../store/tables/overlay.js'
import { MergedPolicies } from '../lists/merged-list.js'
import { PlainPolicies } from '../lists/plain-list.js'
import type { LoadedContent, PolicyList } from '../lists/policy-list.js'

const asLists: PolicyOperations<PolicyList> = {
  isEmpty: (policies) => policies.counts.policies === 0,
  together: (base, own) => new MergedPolicies(base, own),
  map: (policies, change) => new PlainPolicies([...policies].map(change)),
}

/** A tenant's view of loaded contents. */
export function laidOverLoaded(base: LoadedContent, own: LoadedContent): LoadedContent {
  return laidOverAs(asLists, base, own)
}

/** The look-ups that the core uses, without the number of the revision. */
export type LookUps = Omit<PolicyView, 'policyRevision'>

/**
 * The look-ups of a tenant: its own compiled content merged with the public one, which is compiled once
 * for all tenants. Results and their order are the same as from compiling both contents together.
 */
export function laidOverLookUps(base: LookUps, own: LookUps): LookUps {
  return {
    plan: (planId) => own.plan(planId) ?? base.plan(planId),
    planIds: () => [...new Set([...base.planIds(), ...own.planIds()])].sort(),
    plansOf: (payerId) =>
      merged(
        base.plansOf(payerId).filter(({ planId }) => own.plan(planId) === undefined),
        own.plansOf(payerId),
        ({ planId }) => planId,
      ),
    policySet: (policySetId) => own.policySet(policySetId) ?? base.policySet(policySetId),
    policies: (policySetId, code) =>
      merged(base.policies(policySetId, code), own.policies(policySetId, code), ({ policyId }) => policyId),
    // A set is the tenant's own or public, and so are its tables.
    unitLimits: (...of) =>
      merged(base.unitLimits(...of), own.unitLimits(...of), ({ edition }) => edition.from),
    procedurePairs: (...of) => own.procedurePairs(...of) ?? base.procedurePairs(...of),
    ndcEditions: (...of) =>
      merged(base.ndcEditions(...of), own.ndcEditions(...of), ({ edition }) => edition.from),
    codeSet: (codeSetId) => own.codeSet(codeSetId) ?? base.codeSet(codeSetId),
    codeTable: (system) => base.codeTable(system),
  }
}

function merged<T>(base: readonly T[], own: readonly T[], keyOf: (one: T) => string): readonly T[] {
  if (own.length === 0) return base
  if (base.length === 0) return own
  return [...base, ...own].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0))
}
