import type { Facts } from '../facts/facts.js'
import type { RuleOfKind } from '../shapes/rule.js'
import type { RuleKind } from '../shapes/rule-kinds.js'
import type { Origin } from '../applicable/provision.js'
import { evaluateClaimLine } from './claim-line.js'
import { evaluateCoverageExclusion } from './coverage-exclusion.js'
import { evaluateDiagnosis } from './diagnosis.js'
import { evaluateDocumentation } from './documentation.js'
import { evaluateFrequency } from './frequency.js'
import { evaluatePriorAuthorization } from './prior-authorization.js'
import type { ResultOf } from './result.js'
import { evaluateReview } from './review.js'
import { evaluateUnits } from './units.js'

type Evaluate<K extends RuleKind> = (rule: RuleOfKind<K>, facts: Facts, origin: Origin) => ResultOf<K>

/** How each kind of rule is evaluated; a kind without an evaluator does not compile. */
export const evaluators: { readonly [K in RuleKind]: Evaluate<K> } = {
  'prior-authorization': evaluatePriorAuthorization,
  'coverage-exclusion': evaluateCoverageExclusion,
  diagnosis: evaluateDiagnosis,
  documentation: evaluateDocumentation,
  frequency: evaluateFrequency,
  units: evaluateUnits,
  'claim-line': evaluateClaimLine,
  review: evaluateReview,
}
