import type { RuleOfKind } from '../rule.js'
import { unknown } from '../truth.js'
import { documentName } from '../wording.js'
import type { Origin } from '../voice.js'
import type { Facts } from '../facts.js'
import { saying, type RuleResult } from './result.js'

/** Text that nobody has turned into a rule: never a pass, never an objection; a person must read it. */
export function evaluateReview(rule: RuleOfKind<'review'>, _facts: Facts, origin: Origin): RuleResult {
  return saying(
    unknown([], [], rule.reasonCode),
    rule.reasonCode,
    `A person must read ${documentName(origin.source)}: ${rule.statement}`,
  )
}
