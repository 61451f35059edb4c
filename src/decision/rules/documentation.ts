import { evaluate } from '../criteria.js'
import type { Facts } from '../facts.js'
import type { RuleOfKind } from '../policy.js'
import { describe } from '../wording.js'
import type { RuleResult } from './result.js'

/** Whether the chart and laboratory results, as given, show what the document asks for. */
export function evaluateDocumentation (rule: RuleOfKind<'documentation'>, facts: Facts): RuleResult {
  const criteria = evaluate(rule.criteria, facts)
  const asked = describe(rule.criteria, facts.view)
  if (criteria.truth === 'true') return { ...criteria, reasonCode: 'documentation-present', reason: `The record shows: ${asked}.` }
  if (criteria.truth === 'false') return { ...criteria, reasonCode: 'documentation-missing', reason: `The record does not show: ${asked}.` }
  return { ...criteria, reasonCode: 'documentation-not-given', reason: `Not known from what was given: ${asked}.` }
}
