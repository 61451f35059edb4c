import type { PlainDate, TreatmentPhase } from '../shapes/codes.js'
import type { PhaseGround } from '../shapes/frequency-limit.js'
import type { Rule } from '../shapes/rule.js'
import type { AuthorizationReason, Mismatch } from './authorization.js'
import type { ClaimReason, DocumentationReason } from './claim.js'
import type { CodesReason } from './code-validity.js'
import type { DiagnosisReason } from './diagnosis.js'
import type { FrequencyReason } from './frequency.js'
import type { NoRuleReason } from './no-rule.js'
import type { PlanReason } from './plan.js'
import type { PolicyReason } from './policy.js'
import type { UnitsReason } from './units.js'

/**
 * Why something was decided: a code and what its sentence is made of, without a word of it. `explain/sentences` has a sentence for each
 * code; a code without one does not compile. What follows a `/` tells sentences of one published code apart.
 */
export type Reason =
  | AuthorizationReason
  | ClaimReason
  | CodesReason
  | DiagnosisReason
  | DocumentationReason
  | FrequencyReason
  | NoRuleReason
  | PlanReason
  | PolicyReason
  | UnitsReason
  | ComposedAuthorizationReason
  | ComposedDiagnosisReason
  | ComposedFrequencyReason
  | ComposedPolicyReason

/** Reasons on any question that are made of others. */
export type ComposedPolicyReason =
  | { readonly code: 'applicability-unknown'; readonly otherwise: Reason }
  | { readonly code: 'secondary-source-only'; readonly reason: Reason }
  /** Several reasons that hold at once, each sentence once; the code is that of the first. */
  | { readonly code: 'as/together'; readonly reasons: readonly Reason[] }
  | {
      readonly code: 'date-span/days-disagree'
      readonly days: ReadonlyArray<{ readonly day: PlainDate; readonly reason: Reason }>
    }

/** Reasons on diagnoses that are made of others. */
export type ComposedDiagnosisReason = {
  readonly code: 'policies-disagree'
  readonly sides: readonly Reason[]
}

interface OfPhase {
  readonly phase: TreatmentPhase
  readonly reason: Reason
}

/** Reasons on frequency that are made of others. */
export type ComposedFrequencyReason =
  | { readonly code: 'exemption-unknown'; readonly otherwise: Reason }
  | { readonly code: 'phase-not-given'; readonly phases: readonly OfPhase[] }
  /** All phases agree; the code is that of what they agree on. */
  | { readonly code: 'as/phases-agree'; readonly phases: readonly OfPhase[]; readonly reason: Reason }
  /** What holds in the phase that follows from the rule; the code is that of the reason. */
  | {
      readonly code: 'as/in-phase'
      readonly phase: TreatmentPhase
      readonly ground: PhaseGround
      readonly reason: Reason
    }

/** Reasons on prior authorization that are made of others. */
export type ComposedAuthorizationReason =
  | {
      readonly code: 'authorization-depends'
      readonly missing: readonly string[]
      readonly rule: Rule
      /** Why nothing is known where the rule does not apply. */
      readonly otherwise: Reason | undefined
    }
  | {
      readonly code: 'authorization-uncertain'
      readonly reason: Reason
      readonly authorizationNumbers: readonly string[]
      readonly onlyUnitsUsed: boolean
    }
  /** Authorizations on file that do not fit; the code is that of the reason why one is needed. */
  | {
      readonly code: 'as/authorization-mismatch'
      readonly reason: Reason
      readonly tried: ReadonlyArray<{
        readonly authorizationNumber: string
        readonly mismatches: readonly Mismatch[]
      }>
    }
  | {
      readonly code: 'facility-authorization' | 'authorization-depends/facility'
      readonly isNeeded: boolean
      readonly hospital: Reason
      /** What holds for this claim itself, where that is not "not required". */
      readonly own: Reason | undefined
    }
  | { readonly code: 'facility-authorization/finding'; readonly reason: Reason }

/** Reasons that hold at once as one; of a single one itself. */
export function together(reasons: readonly Reason[]): Reason {
  const [only] = reasons
  return only !== undefined && reasons.length === 1 ? only : { code: 'as/together', reasons }
}

/** The published code of a reason: that of its first part where it is made of others (`as/…`). */
export function codeOf(reason: Reason): string {
  switch (reason.code) {
    case 'as/together':
      return reason.reasons[0] === undefined ? 'rule-not-loaded' : codeOf(reason.reasons[0])
    case 'as/phases-agree':
    case 'as/in-phase':
    case 'as/lists-name-no-valid-code':
    case 'as/authorization-mismatch':
      return codeOf(reason.reason)
    default: {
      const { code } = reason
      const end = code.indexOf('/')
      return end < 0 ? code : code.slice(0, end)
    }
  }
}
