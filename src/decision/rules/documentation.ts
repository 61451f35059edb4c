import { evaluate } from '../conditions/evaluate.js'
import type { Facts } from '../facts/facts.js'
import type { RuleOfKind } from '../shapes/rule.js'
import { describe } from '../explain/wording.js'
import { saying, type PlainResult } from './result.js'

/** Whether the chart and laboratory results, as given, show what the document asks for. */
export function evaluateDocumentation(rule: RuleOfKind<'documentation'>, facts: Facts): PlainResult {
  const criteria = evaluate(rule.criteria, facts)
  const asked = describe(rule.criteria, facts.view)
  if (criteria.truth === 'true')
    return saying(criteria, 'documentation-present', `The record shows: ${asked}.`)
  if (criteria.truth === 'false')
    return saying(criteria, 'documentation-missing', `The record does not show: ${asked}.`)
  return saying(criteria, 'documentation-not-given', `Not known from what was given: ${asked}.`)
}
