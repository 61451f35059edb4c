import { evaluate } from '../conditions/evaluate.js'
import type { Expression } from '../shapes/expression.js'
import type { Facts } from '../facts/facts.js'
import type { RuleOfKind } from '../shapes/rule.js'
import { union } from '../shapes/truth.js'
import type { Reach, ReachResult } from './result.js'

/** The conditions by which a case applies: of alternatives only the true ones. */
function whatHolds(when: Expression, facts: Facts): readonly Expression[] {
  return 'any' in when ? when.any.filter((part) => evaluate(part, facts).truth === 'true') : [when]
}

/** Evaluates the cases in order and collects every answer that is still possible while facts are missing. */
export function evaluatePriorAuthorization(
  rule: RuleOfKind<'prior-authorization'>,
  facts: Facts,
): ReachResult {
  const reached: Array<(typeof rule.cases)[number]> = []
  const missing: string[] = []
  const used: ReachResult['used'][number][] = []
  let decidedBy: (typeof rule.cases)[number] | undefined
  for (const candidate of rule.cases) {
    const when = candidate.when === undefined ? undefined : evaluate(candidate.when, facts)
    used.push(...(when?.used ?? []))
    if (when?.truth === 'false') continue
    reached.push(candidate)
    if (when?.truth !== 'unknown') {
      decidedBy = candidate
      break
    }
    missing.push(...when.missing)
  }
  const answers = union<Reach>(
    reached.map(({ requirement }) => requirement),
    decidedBy === undefined ? ['silent'] : [],
  )
  const [only] = answers
  const strictest =
    reached.find(({ requirement }) => requirement === 'required') ??
    reached.find(({ requirement }) => requirement === 'conditional')
  const consequence = strictest?.consequence
  return {
    type: 'reach',
    truth: answers.length > 1 || only === 'conditional' ? 'unknown' : only === 'required' ? 'false' : 'true',
    reachable: answers,
    missing: answers.length > 1 ? union(missing) : [],
    used: union(used),
    ...(consequence === undefined ? {} : { consequence }),
    reason:
      answers.length === 1 && only !== undefined && only !== 'unknown'
        ? {
            code: `authorization-${only}`,
            rule,
            holding: decidedBy?.when === undefined ? undefined : whatHolds(decidedBy.when, facts),
          }
        : { code: 'authorization-depends/facts', rule },
  }
}
