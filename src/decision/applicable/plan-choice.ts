import { closest } from '../closest-name.js'
import type { PlanReason } from '../reasons/plan.js'
import type { Plan } from '../shapes/policy.js'
import type { CheckRequest } from '../shapes/request.js'
import type { PolicyView } from '../shapes/view.js'

/** The reason why no plan can answer, and the facts that would settle it. */
export interface NoPlan {
  readonly type: 'no-plan'
  /** The plan that was found, where it does not pay this kind of claim. */
  readonly plan?: Plan
  readonly reason: PlanReason
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
        reason: { code: 'plan-not-held', planId, closest: closest(planId, view.planIds()) },
        missing: [],
      }
    if (payerId !== undefined && plan.payerId !== payerId)
      return {
        type: 'no-plan',
        reason: { code: 'plan-payer-mismatch', plan, payerId },
        missing: ['planId'],
      }
    return fitting(plan, claimType)
  }
  if (payerId === undefined)
    return {
      type: 'no-plan',
      reason: { code: 'plan-not-given' },
      missing: ['planId'],
    }
  const plans = view.plansOf(payerId)
  const [only] = plans
  if (only === undefined)
    return {
      type: 'no-plan',
      reason: { code: 'payer-not-held', payerId },
      missing: [],
    }
  if (plans.length > 1)
    return {
      type: 'no-plan',
      reason: { code: 'payer-has-several-plans', payerId, planIds: plans.map((plan) => plan.planId) },
      missing: ['planId'],
    }
  return fitting(only, claimType)
}

function fitting(plan: Plan, claimType: CheckRequest['claimType']): PlanChoice {
  if (plan.claimTypes === undefined) return { type: 'plan', plan }
  if (claimType === undefined)
    return {
      type: 'no-plan',
      plan,
      reason: { code: 'claim-type-not-given', plan },
      missing: ['claimType'],
    }
  return plan.claimTypes.includes(claimType)
    ? { type: 'plan', plan }
    : {
        type: 'no-plan',
        plan,
        reason: { code: 'claim-type-not-of-plan', plan, claimType },
        missing: [],
      }
}
