import { evaluate } from '../conditions/evaluate.js'
import type { Facts } from '../facts/facts.js'
import type { RuleOfKind } from '../shapes/rule.js'
import { saying, type PlainResult } from './result.js'

const codes = {
  true: 'documentation-present',
  false: 'documentation-missing',
  unknown: 'documentation-not-given',
} as const

/** Whether the given chart items and laboratory results meet the criteria of the document. */
export function evaluateDocumentation(rule: RuleOfKind<'documentation'>, facts: Facts): PlainResult {
  const criteria = evaluate(rule.criteria, facts)
  return saying(criteria, { code: codes[criteria.truth], criteria: rule.criteria })
}
