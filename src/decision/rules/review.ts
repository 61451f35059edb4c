import type { RuleOfKind } from '../shapes/rule.js'
import { unknown } from '../shapes/truth.js'
import type { Origin } from '../applicable/provision.js'
import type { Facts } from '../facts/facts.js'
import { saying, type PlainResult } from './result.js'

/** A text that nobody has turned into a rule is always unknown: a person must read it. */
export function evaluateReview(rule: RuleOfKind<'review'>, _facts: Facts, origin: Origin): PlainResult {
  const code = rule.reasonCode === 'text-not-interpreted' ? 'text-unread' : rule.reasonCode
  return saying(unknown([], [], code), { code, source: origin.source, rule })
}
