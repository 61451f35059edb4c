import type { PlainDate } from '../shapes/codes.js'
import type { RuleOfKind } from '../shapes/rule.js'
import type { Source } from '../shapes/source.js'

/** Why a text settles nothing by itself: too old, not read, or it may not apply. */
export type PolicyReason =
  | {
      readonly code: 'policy-stale' | 'version-not-held' | 'claim-type-not-given/table'
      readonly source: Source
      readonly from: PlainDate
    }
  | {
      readonly code: 'condition-text-not-held' | 'text-unread'
      readonly source: Source
      readonly rule: RuleOfKind<'review'>
    }
  | { readonly code: 'excluded'; readonly rule: RuleOfKind<'coverage-exclusion'> }
  | { readonly code: 'date-span/too-many-days'; readonly mostDays: number }
