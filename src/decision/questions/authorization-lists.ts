import { citeCompleteness } from '../explain/citation.js'
import type { CodeStatus } from '../shapes/answers.js'
import type { Finding } from '../shapes/finding.js'
import type { Facts } from '../facts/facts.js'
import type { Expression } from '../shapes/expression.js'
import type { Rule } from '../shapes/rule.js'
import type { ApplicableRules, Silence } from '../applicable/applicable-rules.js'
import { addDays } from '../shapes/plain-date.js'
import { union } from '../shapes/truth.js'
import { describe, documentName, listed } from '../explain/wording.js'
import { statusOf } from './code-validity.js'

/** Why the silence of the lists settles nothing: the code, the age of our copy, or no list at all. */
export function whySilenceSettlesNothing(
  { truth, setCount, lapsed: [lapsed] }: Silence,
  applicable: ApplicableRules,
  facts: Facts,
): { reasonCode: string; reason: string } {
  const { line } = facts
  const code = procedureStatus(facts)
  const naming = applicable.naming()
  if (truth === 'true' && setCount > 0 && code.status !== 'valid')
    return {
      reasonCode: code.reasonCode,
      reason: `${naming.length === 0 ? `The lists that we hold do not name ${line.code}` : `The lists that we hold name ${line.code} only ${inCertainCases(naming, facts)}`}, but that settles nothing: ${code.reason} Ask the payer.`,
    }
  if (lapsed !== undefined) {
    const until =
      lapsed.source.usableThrough ?? (lapsed.to === undefined ? undefined : addDays(lapsed.to, -1))
    return {
      reasonCode: line.date < lapsed.from ? 'version-not-held' : 'policy-stale',
      reason: `What we hold of ${documentName(lapsed.source)} is for dates of service from ${lapsed.from}${until === undefined ? '' : ` to ${until}`}, not for ${line.date}. Ask the payer.`,
    }
  }
  if (naming.length > 0)
    return {
      reasonCode: 'no-rule-held',
      reason: `The lists that we hold name ${line.code} only ${inCertainCases(naming, facts)}; whether another one asks for it we do not know. That is not a "no": ask the payer.`,
    }
  return {
    reasonCode: 'no-rule-held',
    reason:
      'We hold no prior-authorization rule of this plan for the code, and no list that is complete for it. That is not a "no": ask the payer.',
  }
}

/** Whether the procedure code of the line is valid on its date. */
export function procedureStatus({ line, view }: Facts): CodeStatus {
  return statusOf('hcpcs', line.sent.procedureCode, line.code, view.codeTable('hcpcs'), line.date)
}

/** That the lists are complete and none asks for it: they do not name the code, or name it for other cases only. */
export function notListed(
  policySetId: string,
  declaration: Parameters<typeof citeCompleteness>[1],
  naming: readonly Rule[],
  facts: Facts,
): Finding {
  const { code } = facts.line
  const words =
    naming.length === 0
      ? `No prior-authorization list of this plan asks for it for ${code} in this case, and the lists are complete for the code:`
      : `The prior-authorization lists of this plan name ${code} only ${inCertainCases(naming, facts)}, and they are complete for the code:`
  return {
    question: 'prior-authorization',
    kind: 'completeness',
    outcome: 'not-required',
    reasonCode: naming.length === 0 ? 'on-no-list' : 'listed-for-other-cases',
    reason: `${words} ${declaration.statement}`,
    statement: declaration.statement,
    factsUsed: [{ fact: 'procedureCode', value: code }],
    citation: citeCompleteness(policySetId, declaration),
  }
}

const mostCharacters = 120

/** In which cases lists name a code: their own conditions where these are short. Where it is open whether they hold, that is true as well. */
function inCertainCases(naming: readonly Rule[], { view }: Facts): string {
  const conditions = union(
    naming.map((rule) => {
      const whole = [...(rule.when === undefined ? [] : [rule.when]), ...casesOf(rule)]
      return whole.length === 0 ? undefined : describe({ all: whole }, view)
    }),
  )
  const text = listed(
    conditions.map((condition) => condition ?? ''),
    'or',
    true,
  )
  return conditions.length === 0 || conditions.includes(undefined) || text.length > mostCharacters
    ? 'in certain settings, kinds of claim or cases'
    : `in certain cases (${text})`
}

/** What the cases of a rule ask for; nothing where one of them holds always. */
function casesOf(rule: Rule): Expression[] {
  if (rule.kind !== 'prior-authorization') return []
  const whens = rule.cases.flatMap(({ when }) => when ?? [])
  return whens.length < rule.cases.length ? [] : [{ any: whens }]
}
