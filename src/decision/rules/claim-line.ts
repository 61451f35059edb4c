import { evaluate } from '../conditions/evaluate.js'
import type { Facts } from '../facts/facts.js'
import type { RuleOfKind } from '../shapes/rule.js'
import { describe } from '../explain/wording.js'
import { saying, type PlainResult } from './result.js'

/** Whether the claim line carries what the document requires; the remedy is a sentence of the policy. */
export function evaluateClaimLine(rule: RuleOfKind<'claim-line'>, facts: Facts): PlainResult {
  const required = evaluate(rule.requires, facts)
  const wanted = describe(rule.requires, facts.view)
  if (required.truth === 'true')
    return saying(required, 'claim-line-complete', `The line carries what is required: ${wanted}.`)
  if (required.truth === 'false') return saying(required, 'claim-line-incomplete', rule.remedy)
  return saying(
    required,
    'claim-line-unknown',
    `Not known whether the line carries what is required: ${wanted}. ${rule.remedy}`,
  )
}
