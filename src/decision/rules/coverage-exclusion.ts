import type { ExclusionBasis, RuleOfKind } from '../shapes/rule.js'
import { decided } from '../shapes/truth.js'
import { saying, type PlainResult } from './result.js'

const grounds = {
  statutory: ' by statute',
  'benefit-category': ' because it is outside the benefit',
  'reasonable-and-necessary': ' as not reasonable and necessary',
  'not-stated': '',
} satisfies Record<ExclusionBasis, string>

/** An exclusion whose condition holds always objects: the service is not covered at all. */
export function evaluateCoverageExclusion(rule: RuleOfKind<'coverage-exclusion'>): PlainResult {
  return saying(decided(false), 'excluded', `Not covered${grounds[rule.basis]}: ${rule.statement}`)
}
