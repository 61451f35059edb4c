import type { RuleOfKind } from '../shapes/rule.js'
import { decided } from '../shapes/truth.js'
import { saying, type PlainResult } from './result.js'

/** An exclusion whose condition holds always fails the line: the service is not covered. */
export function evaluateCoverageExclusion(rule: RuleOfKind<'coverage-exclusion'>): PlainResult {
  return saying(decided(false), { code: 'excluded', rule })
}
