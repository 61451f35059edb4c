import type { PlanReason } from '../../reasons/plan.js'
import type { SentencesOf } from './sentences-of.js'

/** The sentences on why no plan answers. */
export const planSentences: SentencesOf<PlanReason> = {
  'plan-not-held': ({ planId }) =>
    `No policy is loaded for plan "${planId}". Nothing can be said of it; ask the payer, or load its policies.`,
  'plan-payer-mismatch': ({ plan, payerId }) =>
    `Plan "${plan.planId}" belongs to payer "${plan.payerId}", not to "${payerId}".`,
  'plan-not-given': () => 'The request does not say which plan pays: give coverage.planId.',
  'payer-not-held': ({ payerId }) => `No plan is loaded for payer "${payerId}".`,
  'payer-has-several-plans': ({ payerId, planIds }) =>
    `Payer "${payerId}" has several plans (${planIds.join(', ')}): say which.`,
  'claim-type-not-given': ({ plan }) =>
    `${plan.name} pays ${(plan.claimTypes ?? []).join(' or ')} claims; the request does not say which kind this is.`,
  'claim-type-not-of-plan': ({ plan, claimType }) =>
    `${plan.name} pays ${(plan.claimTypes ?? []).join(' or ')} claims, not ${claimType} ones.`,
}
