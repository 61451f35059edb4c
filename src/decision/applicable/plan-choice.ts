import type { Plan } from '../shapes/policy.js'
import type { CheckRequest } from '../shapes/request.js'
import type { PolicyView } from '../shapes/view.js'

/** Why no plan can answer, and which fact would settle it. */
export interface NoPlan {
  readonly type: 'no-plan'
  /** The plan that was found, where it does not pay this kind of claim. */
  readonly plan?: Plan
  readonly reasonCode: string
  readonly reason: string
  readonly missing: readonly string[]
}

/** The plan that answers, or why there is none. */
export type PlanChoice = { readonly type: 'plan'; readonly plan: Plan } | NoPlan

/** Finds the plan of a request: by planId, or by payerId when that payer has a single plan. Never guesses. */
export function choosePlan({ coverage, claimType }: CheckRequest, view: PolicyView): PlanChoice {
  const { planId, payerId } = coverage
  if (planId !== undefined) {
    const plan = view.plan(planId)
    if (plan === undefined)
      return {
        type: 'no-plan',
        reasonCode: 'plan-not-held',
        reason: `No policy is loaded for plan "${planId}". Nothing can be said of it; ask the payer, or load its policies.`,
        missing: [],
      }
    if (payerId !== undefined && plan.payerId !== payerId)
      return {
        type: 'no-plan',
        reasonCode: 'plan-payer-mismatch',
        reason: `Plan "${planId}" belongs to payer "${plan.payerId}", not to "${payerId}".`,
        missing: ['planId'],
      }
    return fitting(plan, claimType)
  }
  if (payerId === undefined)
    return {
      type: 'no-plan',
      reasonCode: 'plan-not-given',
      reason: 'The request does not say which plan pays: give coverage.planId.',
      missing: ['planId'],
    }
  const plans = view.plansOf(payerId)
  const [only] = plans
  if (only === undefined)
    return {
      type: 'no-plan',
      reasonCode: 'payer-not-held',
      reason: `No plan is loaded for payer "${payerId}".`,
      missing: [],
    }
  if (plans.length > 1)
    return {
      type: 'no-plan',
      reasonCode: 'payer-has-several-plans',
      reason: `Payer "${payerId}" has several plans (${plans.map((plan) => plan.planId).join(', ')}): say which.`,
      missing: ['planId'],
    }
  return fitting(only, claimType)
}

function fitting(plan: Plan, claimType: CheckRequest['claimType']): PlanChoice {
  if (plan.claimTypes === undefined) return { type: 'plan', plan }
  const types = plan.claimTypes.join(' or ')
  if (claimType === undefined)
    return {
      type: 'no-plan',
      plan,
      reasonCode: 'claim-type-not-given',
      reason: `${plan.name} pays ${types} claims; the request does not say which kind this is.`,
      missing: ['claimType'],
    }
  return plan.claimTypes.includes(claimType)
    ? { type: 'plan', plan }
    : {
        type: 'no-plan',
        plan,
        reasonCode: 'claim-type-not-of-plan',
        reason: `${plan.name} pays ${types} claims, not ${claimType} ones.`,
        missing: [],
      }
}
