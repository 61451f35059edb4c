import type { ClaimType } from '../shapes/codes.js'
import type { Plan } from '../shapes/policy.js'

/** Why no plan answers. */
export type PlanReason =
  /** `closest` is the id of a loaded plan that may be meant. */
  | { readonly code: 'plan-not-held'; readonly planId: string; readonly closest: string | undefined }
  | { readonly code: 'plan-payer-mismatch'; readonly plan: Plan; readonly payerId: string }
  | { readonly code: 'plan-not-given' }
  | { readonly code: 'payer-not-held'; readonly payerId: string }
  | {
      readonly code: 'payer-has-several-plans'
      readonly payerId: string
      readonly planIds: readonly string[]
    }
  | { readonly code: 'claim-type-not-given'; readonly plan: Plan }
  | { readonly code: 'claim-type-not-of-plan'; readonly plan: Plan; readonly claimType: ClaimType }

const codes: Record<PlanReason['code'], true> = {
  'plan-not-held': true,
  'plan-payer-mismatch': true,
  'plan-not-given': true,
  'payer-not-held': true,
  'payer-has-several-plans': true,
  'claim-type-not-given': true,
  'claim-type-not-of-plan': true,
}

/** Whether a reason says why no plan answers. */
export function isPlanReason(reason: { readonly code: string }): reason is PlanReason {
  return reason.code in codes
}
