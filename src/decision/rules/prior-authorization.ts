import { evaluate } from '../conditions/evaluate.js'
import type { Expression } from '../shapes/expression.js'
import type { Facts } from '../facts/facts.js'
import type { RuleOfKind } from '../shapes/rule.js'
import { union } from '../shapes/truth.js'
import { describe } from '../explain/wording.js'
import type { Reach, ReachResult } from './result.js'

/** A condition that holds, in words: of alternatives only those that hold. */
function describeWhatHolds(when: Expression, facts: Facts): string {
  if (!('any' in when)) return describe(when, facts.view)
  return when.any
    .filter((part) => evaluate(part, facts).truth === 'true')
    .map((part) => describe(part, facts.view))
    .join(' and ')
}

const said: Record<Reach, string> = {
  required: 'Prior authorization is required',
  'not-required': 'Prior authorization is not required',
  conditional: 'Prior authorization is voluntary',
  unknown: 'Not known',
  silent: 'This rule does not speak to the case',
}

/** Goes through the cases in order and keeps every answer that is still reachable while facts are missing. */
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
    ...(answers.length === 1 && only !== undefined
      ? {
          reasonCode: `authorization-${only}`,
          reason: `${said[only]}${decidedBy?.when === undefined ? '' : ` (${describeWhatHolds(decidedBy.when, facts)})`}: ${rule.statement}`,
        }
      : {
          reasonCode: 'authorization-depends',
          reason: `Whether prior authorization is required depends on facts that were not given: ${rule.statement}`,
        }),
  }
}
