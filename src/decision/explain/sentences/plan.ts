import type { PlanReason } from '../../reasons/plan.js'
import type { SentencesOf } from './sentences-of.js'

/** The sentences on why no plan answers. */
export const planSentences: SentencesOf<PlanReason> = {
  'plan-not-held': ({ planId }) => `No policy is loaded for plan "${planId}".`,
  'plan-payer-mismatch': ({ plan, payerId }) =>
    `Plan "${plan.planId}" belongs to payer "${plan.payerId}", not to "${payerId}".`,
  'plan-not-given': () => 'The request does not say which plan pays.',
  'payer-not-held': ({ payerId }) => `No plan is loaded for payer "${payerId}".`,
  'payer-has-several-plans': ({ payerId }) =>
    `Payer "${payerId}" has several plans, and the request does not say which.`,
  'claim-type-not-given': ({ plan }) =>
    `${plan.name} pays ${(plan.claimTypes ?? []).join(' or ')} claims; the request does not say which kind this is.`,
  'claim-type-not-of-plan': ({ plan, claimType }) =>
    `${plan.name} pays ${(plan.claimTypes ?? []).join(' or ')} claims, not ${claimType} ones.`,
}
