import type { Behind } from '../applicable/behind.js'
import type { PlanChoice } from '../applicable/plan-choice.js'
import type { Facts, RequestFacts } from '../facts/facts.js'
import type { ExclusionBasis } from '../shapes/rule.js'
import type { Outcome } from '../shapes/statuses.js'
import type { Reason } from '../reasons/reason.js'
import type {
  ClaimLineVerdict,
  CodeValidityVerdict,
  DocumentationVerdict,
  FrequencyVerdict,
  MedicalNecessityVerdict,
  PriorAuthorizationVerdict,
  UnitsVerdict,
} from './answers.js'
import type { Answered } from './answered.js'

/** Every question of a line, answered. A question without an answer does not compile. */
export interface LineAnswers {
  readonly 'prior-authorization': Answered<PriorAuthorizationVerdict>
  readonly 'medical-necessity': Answered<MedicalNecessityVerdict> & {
    /** The grounds of everything that is known to speak against the service. */
    readonly objections: readonly ExclusionBasis[]
  }
  readonly frequency: Answered<FrequencyVerdict>
  readonly units: Answered<UnitsVerdict>
  readonly 'claim-line': Answered<ClaimLineVerdict> & {
    /** Advice that never changes the outcome. */
    readonly advice: readonly Reason[]
    /** Whether any rule says what the line must carry, and whether the NDC was found in a crosswalk. */
    readonly checked: { readonly claimLine: boolean; readonly ndc: boolean }
  }
  readonly 'code-validity': Answered<CodeValidityVerdict>
  readonly documentation: Answered<readonly DocumentationVerdict[]> & {
    /** What a request for authorization still wants. */
    readonly withAuthorization: readonly Reason[]
  }
}

/** One line decided. */
export interface LineVerdict {
  readonly facts: Facts
  readonly outcome: Outcome
  readonly answers: LineAnswers
  /** Editions that are older than the line. */
  readonly behind: readonly Behind[]
  /** Whether every exclusion of the plan is loaded; also where no plan answers. */
  readonly hasAllExclusions: boolean
}

/** A request decided: no word of it is a sentence; `explain` makes those. */
export interface Verdict {
  readonly facts: RequestFacts
  readonly choice: PlanChoice
  readonly outcome: Outcome
  /** In the order of the line numbers. */
  readonly lines: readonly LineVerdict[]
}
