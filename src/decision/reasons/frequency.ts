import type { Amount } from '../shapes/amount.js'
import type { PlainDate, TreatmentPhase } from '../shapes/codes.js'
import type { CountLimit, FrequencyLimit, IntervalLimit } from '../shapes/frequency-limit.js'

export type Counting = 'services' | 'units'

/** A limit and, where a number was compared with it, what is counted already and what is asked for. */
export interface ComparedLimit {
  readonly limit: FrequencyLimit
  readonly counting: Counting
  readonly used?: Amount
  readonly own?: Amount
}

/** A step of the arithmetic of a schedule, as a person would check it. */
export type Sum =
  | {
      readonly type: 'interval'
      readonly from: PlainDate
      readonly limit: IntervalLimit
      readonly sum: PlainDate
    }
  | {
      readonly type: 'addition'
      readonly used: Amount
      readonly own: Amount
      readonly maximum: number
      readonly counting: Counting
      readonly dates: readonly PlainDate[]
      readonly range: { readonly from?: PlainDate; readonly to?: PlainDate }
    }
  | { readonly type: 'all-limits-hold'; readonly from: PlainDate }

/** The arithmetic behind an answer: one sum, some in their order, or that of several limits, each once. */
export type Calculation =
  | Sum
  | { readonly type: 'in-order'; readonly sums: readonly Sum[] }
  | { readonly type: 'each-once'; readonly parts: readonly Calculation[] }

/** Why a service is on schedule, too soon or too often, or cannot be placed. */
export type FrequencyReason =
  | {
      readonly code: 'interval-too-short'
      readonly limit: IntervalLimit
      readonly last: PlainDate
      readonly next: PlainDate
    }
  | {
      readonly code: 'interval-too-short/following'
      readonly limit: IntervalLimit
      readonly date: PlainDate
      readonly following: PlainDate
      readonly next: PlainDate
    }
  | {
      readonly code: 'interval-kept'
      readonly limit: IntervalLimit
      readonly last: { readonly date: PlainDate; readonly next: PlainDate } | undefined
    }
  | {
      readonly code: 'limit-reached'
      readonly limit: CountLimit
      readonly counting: Counting
      readonly used: Amount
      readonly own: Amount
      readonly next: PlainDate | undefined
    }
  | {
      readonly code: 'limit-kept'
      readonly limit: CountLimit
      readonly counting: Counting
      readonly used: Amount
    }
  | {
      readonly code: 'history-not-given' | 'history-incomplete' | 'history-incomplete/units'
      readonly of: ComparedLimit
    }
  | { readonly code: 'date-span/frequency'; readonly of: ComparedLimit; readonly days: number }
  | {
      readonly code: 'same-day-modifiers-not-given'
      readonly of: ComparedLimit
      readonly days: readonly PlainDate[]
    }
  | { readonly code: 'same-day-services'; readonly of: ComparedLimit }
  | { readonly code: 'plan-year-not-known'; readonly limit: CountLimit; readonly counting: Counting }
  | { readonly code: 'no-numeric-limit' }
  | { readonly code: 'exempt' }
  | { readonly code: 'phase-not-covered'; readonly phase: TreatmentPhase }
  | { readonly code: 'rule-not-loaded/frequency' }
