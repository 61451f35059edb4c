import type { Reason } from '../reasons/reason.js'
import type { Facts } from '../facts/facts.js'
import type { Completeness } from '../shapes/policy.js'
import type { ApplicableRules } from '../applicable/applicable-rules.js'
import type { KindCompleteness } from '../applicable/completeness.js'
import { addDays } from '../shapes/plain-date.js'
import type { CodeVerdict } from '../verdict/answers.js'
import type { FindingVerdict } from '../verdict/finding.js'
import { statusOf } from './code-validity.js'
import { setsNotLoaded } from './no-rule.js'

/**
 * Why the absence of the code on the lists does not mean "not required": the code is not valid, the loaded
 * lists do not cover the date, or no complete list is loaded.
 */
export function whyListsDecideNothing(
  { truth, setCount, lapsed: [lapsed] }: KindCompleteness,
  applicable: ApplicableRules,
  facts: Facts,
): Reason {
  const { code: procedure, date } = facts.line
  const validity = procedureStatus(facts)
  const naming = applicable.naming()
  const notLoaded = setsNotLoaded('prior-authorization', applicable)
  if (notLoaded.length > 0) return { code: 'rule-not-loaded/set', kind: 'authorization', notLoaded }
  if (truth === 'true' && setCount > 0 && validity.status !== 'valid')
    return { code: 'as/lists-name-no-valid-code', procedure, naming, reason: validity.reason }
  if (lapsed !== undefined)
    return {
      code: date < lapsed.from ? 'version-not-held/lists' : 'policy-stale/lists',
      source: lapsed.source,
      from: lapsed.from,
      until: lapsed.source.usableThrough ?? (lapsed.to === undefined ? undefined : addDays(lapsed.to, -1)),
      date,
    }
  return naming.length > 0
    ? { code: 'rule-not-loaded/listed-for-other-cases', procedure, naming }
    : { code: 'rule-not-loaded/authorization' }
}

/** Whether the procedure code of the line is valid on its date. */
export function procedureStatus({ line, view }: Facts): CodeVerdict {
  return statusOf('hcpcs', line.sent.procedureCode, line.code, view.codeTable('hcpcs'), line.date)
}

/**
 * The finding that complete lists require no authorization: they do not name the code, or name it for other
 * cases only.
 */
export function notListed(
  policySetId: string,
  declaration: Completeness,
  applicable: ApplicableRules,
  facts: Facts,
): FindingVerdict {
  const procedure = facts.line.code
  const naming = applicable.naming()
  const code = naming.length === 0 ? 'on-no-list' : 'listed-for-other-cases'
  return {
    question: 'prior-authorization',
    outcome: 'not-required',
    reason: { code, procedure, naming, declaration },
    used: [{ fact: 'procedureCode', value: procedure }],
    ground: { type: 'declaration', policySetId, declaration },
  }
}
