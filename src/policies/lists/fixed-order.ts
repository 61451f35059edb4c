import type { Policy, PolicyVersion } from '../../decision/shapes/policy.js'
import type { Rule } from '../../decision/shapes/rule.js'
import { byText } from './policy-list.js'

const ordered = new WeakMap<readonly Rule[], Rule[]>()

/**
 * Sorts versions by date and rules by id, so that the order in the pack has no effect. A sorted
 * policy is returned as it is.
 */
export function inFixedOrder(policy: Policy): Policy {
  let isOrdered = true
  let before = ''
  for (const version of policy.versions) {
    if (version.from < before || rulesInOrder(version.rules) !== version.rules) isOrdered = false
    before = version.from
  }
  if (isOrdered) return policy
  return {
    ...policy,
    versions: [...policy.versions].sort((a, b) => byText(a.from, b.from)).map(withRulesInOrder),
  }
}

function withRulesInOrder(version: PolicyVersion): PolicyVersion {
  const rules = rulesInOrder(version.rules)
  return rules === version.rules ? version : { ...version, rules }
}

// Rules that several versions share are ordered once for all of them.
function rulesInOrder(rules: Rule[]): Rule[] {
  if (rules.length < 2) return rules
  const known = ordered.get(rules)
  if (known !== undefined) return known
  const isOrdered = rules.every((rule, at) => at === 0 || rules[at - 1]!.ruleId <= rule.ruleId)
  const sorted = isOrdered ? rules : [...rules].sort((a, b) => byText(a.ruleId, b.ruleId))
  ordered.set(rules, sorted)
  return sorted
}

/** The codes and code ranges that some version of the policy has rules for, each once. */
export function proceduresOf(policy: Policy): string[] {
  const found = new Set<string>()
  let last: readonly Rule[] | undefined
  for (const { rules } of policy.versions) {
    if (rules === last) continue
    last = rules
    for (const rule of rules) for (const entry of rule.procedures) found.add(entry)
  }
  return [...found]
}
