import type { PlainDate } from '../shapes/codes.js'
import type { Completeness, PolicySet, PublishesNo } from '../shapes/policy.js'
import type { Source } from '../shapes/source.js'

/** The kinds of rules whose absence is an answer of its own. */
export type KindWithoutRule = 'diagnosis' | 'frequency' | 'units' | 'claim-line'

/** Why a question has no rule: what is not loaded, or who says that there is none. */
export type NoRuleReason =
  | {
      readonly code: 'rule-not-loaded/set'
      readonly kind: KindWithoutRule | 'authorization'
      readonly notLoaded: readonly string[]
    }
  | { readonly code: 'rule-not-loaded/table'; readonly set: PolicySet; readonly date: PlainDate }
  | {
      readonly code: 'policy-stale/declaration' | 'version-not-held/declaration'
      readonly kind: KindWithoutRule
      readonly source: Source
      readonly from: PlainDate
      readonly until: PlainDate | undefined
      readonly date: PlainDate
    }
  | {
      readonly code: 'no-rule-published' | 'no-limit-in-document'
      readonly kind: KindWithoutRule
      readonly declarations: readonly Completeness[]
    }
  | {
      readonly code: 'no-rule-published/payer'
      readonly statement: PublishesNo
    }
  | {
      readonly code: 'policy-stale/payer'
      readonly statement: PublishesNo
      readonly until: PlainDate
    }
  | {
      readonly code: 'no-limit-stated'
      readonly kind: KindWithoutRule
      readonly declaration: Completeness
    }
