import type { BillingSteps } from './billing.js'
import type { Amount } from '../shapes/amount.js'

/** A limit on units: `maximum` units per line (MAI 1) or per day and provider (MAI 2 absolute, MAI 3 reviewable). */
export interface UnitsLimit {
  readonly maximum: number
  readonly adjudicationIndicator: number
  /** Why, as the table says it: "Drug discontinued", "CMS Policy". */
  readonly rationale?: string | undefined
}

/** Why the units of a line are not known. */
export type UnitsUnknown =
  | {
      readonly type: 'figures-disagree'
      readonly calculation: BillingSteps
      readonly units: number | undefined
    }
  | { readonly type: 'dose-does-not-convert'; readonly value: number; readonly unit: string }
  | { readonly type: 'not-given' }
  | { readonly type: 'not-certain' }

/** Why units are within a limit, over it, or cannot be compared with it. */
export type UnitsReason =
  | {
      readonly code: 'code-discontinued' | 'not-payable-in-setting'
      readonly billed: Amount
      readonly rationale: string | undefined
    }
  | {
      readonly code: 'units-within-maximum' | 'units-exceed-maximum'
      readonly limit: UnitsLimit
      readonly billed: Amount
    }
  | { readonly code: 'units-unknown'; readonly limit: UnitsLimit; readonly why: UnitsUnknown }
  | { readonly code: 'units-within-maximum/span'; readonly limit: UnitsLimit; readonly days: number }
  | {
      readonly code: 'units-exceed-maximum/span'
      readonly limit: UnitsLimit
      readonly days: number
      readonly units: number
    }
  | { readonly code: 'date-span/units'; readonly limit: UnitsLimit; readonly days: number }
  | { readonly code: 'rule-not-loaded/units' }
