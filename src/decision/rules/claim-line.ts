import { evaluate } from '../conditions/evaluate.js'
import type { Facts } from '../facts/facts.js'
import type { RuleOfKind } from '../shapes/rule.js'
import { saying, type PlainResult } from './result.js'

const codes = {
  true: 'claim-line-complete',
  false: 'claim-line-incomplete',
  unknown: 'claim-line-unknown',
} as const

/** Whether the claim line has what the document requires. The policy itself words what to add. */
export function evaluateClaimLine(rule: RuleOfKind<'claim-line'>, facts: Facts): PlainResult {
  const required = evaluate(rule.requires, facts)
  return saying(required, { code: codes[required.truth], rule })
}
