import type { Expression } from '../shapes/expression.js'
import type { RuleOfKind } from '../shapes/rule.js'
import type { Source } from '../shapes/source.js'

/** Where the other service of a procedure pair stands. */
export type PairedService =
  | { readonly type: 'line'; readonly lineNumber: number }
  | { readonly type: 'serviceHistory' | 'plannedServices' }

/** What a procedure pair says of its column-two line. */
export type PairCode =
  | 'procedure-pair-with-modifier'
  | 'procedure-pair-not-paid-together'
  | 'procedure-pair-needs-modifier'
  | 'procedure-pair-modifiers-not-given'
  | 'procedure-pair-provider-not-given'
  | 'procedure-pair-in-history'
  | 'procedure-pair-planned'
  | 'date-span/pair'

export interface PairReason {
  readonly code: PairCode
  readonly columnTwo: string
  readonly columnOne: string
  readonly where: readonly PairedService[]
  readonly source: Source
  readonly rationale: string | undefined
  readonly indicator: number
  /** The modifiers that the claim carries, as a list. */
  readonly modifiers: string
}

/** Faults of a claim line that need no policy. `diagnosis` is undotted. */
export type ClaimFaultReason =
  | { readonly code: 'diagnosis-repeated'; readonly diagnosis: string }
  | { readonly code: 'pointer-repeated'; readonly pointer: number }
  | {
      readonly code: 'too-many-diagnoses' | 'too-many-pointers'
      readonly most: number
      readonly count: number
    }
  | {
      readonly code: 'diagnosis-never-first'
      readonly diagnosis: string
      readonly nature: 'external-cause' | 'adverse-effect' | 'underdosing' | 'sequela'
    }
  | { readonly code: 'ndc-not-readable' | 'jw-beside-jz' }
  | { readonly code: 'discard-without-dose'; readonly procedure: string }
  | {
      readonly code: 'not-by-telehealth' | 'facility-bills-it' | 'facility-may-bill-it'
      readonly place: string
      readonly procedure: string
    }

/** What rules and tables say of a claim line. */
export type ClaimReason =
  | PairReason
  | ClaimFaultReason
  | {
      readonly code: 'claim-line-complete' | 'claim-line-incomplete' | 'claim-line-unknown'
      readonly rule: RuleOfKind<'claim-line'>
    }
  | {
      readonly code: 'ndc-matches-code' | 'ndc-of-another-code'
      readonly ndc: string
      readonly procedure: string
      readonly codes: readonly string[]
      readonly source: Source
    }
  | { readonly code: 'rule-not-loaded/claim-line' }

/** What the chart and the laboratory show. */
export interface DocumentationReason {
  readonly code: 'documentation-present' | 'documentation-missing' | 'documentation-not-given'
  readonly criteria: Expression
}
