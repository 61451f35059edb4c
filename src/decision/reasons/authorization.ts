import type { PlainDate } from '../shapes/codes.js'
import type { Expression } from '../shapes/expression.js'
import type { Completeness } from '../shapes/policy.js'
import type { Rule, RuleOfKind } from '../shapes/rule.js'
import type { Source } from '../shapes/source.js'
import type { CodeValidityReason } from './code-validity.js'

/** What of an authorization on file does not fit the line. */
export type Mismatch =
  | { readonly type: 'status'; readonly status: string }
  | { readonly type: 'procedure'; readonly procedure: string }
  | { readonly type: 'begins-later' | 'ended' | 'ends-within-line'; readonly date: PlainDate }
  | { readonly type: 'another-provider' }
  | { readonly type: 'another-place'; readonly places: readonly string[] }
  | { readonly type: 'units-left'; readonly units: number }

type AuthorizationRule = RuleOfKind<'prior-authorization'>

/** Why prior authorization is needed or not. */
export type AuthorizationReason =
  | {
      readonly code:
        | 'authorization-required'
        | 'authorization-not-required'
        | 'authorization-conditional'
        | 'authorization-silent'
      readonly rule: AuthorizationRule
      /** The conditions that hold; undefined where the rule asks for none. */
      readonly holding: readonly Expression[] | undefined
    }
  | { readonly code: 'authorization-silent/list' }
  | { readonly code: 'authorization-depends/facts'; readonly rule: AuthorizationRule }
  /** A code that is not known to be valid is on no list, which says nothing; the code is that of its validity. */
  | {
      readonly code: 'as/lists-name-no-valid-code'
      readonly procedure: string
      readonly naming: readonly Rule[]
      readonly reason: CodeValidityReason
    }
  | {
      readonly code: 'version-not-held/lists' | 'policy-stale/lists'
      readonly source: Source
      readonly from: PlainDate
      readonly until: PlainDate | undefined
      readonly date: PlainDate
    }
  | {
      readonly code: 'rule-not-loaded/listed-for-other-cases'
      readonly procedure: string
      readonly naming: readonly Rule[]
    }
  | { readonly code: 'rule-not-loaded/authorization' }
  | {
      readonly code: 'on-no-list' | 'listed-for-other-cases'
      readonly procedure: string
      readonly naming: readonly Rule[]
      readonly declaration: Completeness
    }
  | { readonly code: 'authorization-on-file'; readonly authorizationNumber: string }
