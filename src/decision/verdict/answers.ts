import type { Provision } from '../applicable/provision.js'
import type { BillingSteps } from '../reasons/billing.js'
import type { CodeValidityReason, CodesReason } from '../reasons/code-validity.js'
import type { Calculation } from '../reasons/frequency.js'
import type { Reason } from '../reasons/reason.js'
import type {
  ClaimLineAnswer,
  CodeStatus,
  CodeValidityAnswer,
  DocumentationAnswer,
  FrequencyAnswer,
  MedicalNecessityAnswer,
  PriorAuthorizationAnswer,
  RecordItem,
  UnitsAnswer,
} from '../shapes/answers.js'
import type { RuleOfKind } from '../shapes/rule.js'
import type { Source } from '../shapes/source.js'

/** An answer with its reason in place of the words for it. */
type WithReason<A> = Readonly<Omit<A, 'reasonCode' | 'reason' | 'findings'>> & { readonly reason: Reason }

type OfRule = 'contact' | 'decisionTime' | 'retroactiveDays' | 'urgentException'
export type PriorAuthorizationVerdict = Omit<WithReason<PriorAuthorizationAnswer>, OfRule> & {
  /** The rule that asks for it, with whom to ask and how long a decision takes. */
  readonly rule?: Pick<RuleOfKind<'prior-authorization'>, OfRule>
}
export type MedicalNecessityVerdict = WithReason<MedicalNecessityAnswer>
export type ClaimLineVerdict = WithReason<ClaimLineAnswer>
export type UnitsVerdict = Omit<WithReason<UnitsAnswer>, 'calculation'> & {
  readonly calculation?: BillingSteps
}
export type FrequencyVerdict = Omit<WithReason<FrequencyAnswer>, 'calculation'> & {
  readonly calculation?: Calculation
}

/** One code of the line, and whether it may be billed. */
export type CodeVerdict = Readonly<Omit<CodeStatus, 'reasonCode' | 'reason' | 'citation'>> & {
  readonly reason: CodeValidityReason
  /** The table that it was looked up in; absent where there is none. */
  readonly source?: Source
}
export type CodeValidityVerdict = Pick<CodeValidityAnswer, 'status'> & {
  readonly reason: CodesReason | Reason
  readonly codes: readonly CodeVerdict[]
}

/** A documented item or a laboratory result that a rule asks for. */
export type DocumentationVerdict = Readonly<RecordItem & Pick<DocumentationAnswer, 'purpose'>> & {
  readonly provision: Extract<Provision, { type: 'rule' }>
}
