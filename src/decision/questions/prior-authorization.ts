import { citeCompleteness } from '../explain/citation.js'
import type { CodeStatus, PriorAuthorizationAnswer } from '../shapes/answers.js'
import type { Finding } from '../shapes/finding.js'
import type { Facts } from '../facts/facts.js'
import { collect } from '../collect.js'
import type { Expression } from '../shapes/expression.js'
import type { Rule } from '../shapes/rule.js'
import { evaluators } from '../rules/index.js'
import type { Reach, ReachResult } from '../rules/result.js'
import { factInWords } from '../facts/missing-facts.js'
import type { ApplicableRules, Silence } from '../applicable/applicable-rules.js'
import { addDays } from '../shapes/plain-date.js'
import { union, usedBy } from '../shapes/truth.js'
import type { Provision } from '../applicable/provision.js'
import { describe, documentName, listed } from '../explain/wording.js'
import { pressOfUnknown, type Answered } from '../shapes/answered.js'
import { statusOf } from './code-validity.js'
import {
  findingOf,
  unusable,
  unknownOutcome,
  whenOf,
  type EvaluatedProvision,
} from './evaluate-applicable.js'

const mostDemandingFirst: readonly Reach[] = ['required', 'conditional', 'unknown', 'not-required', 'silent']

/** Is prior authorization needed? Every answer still reachable is kept; where all agree that is the answer. */
export function answerPriorAuthorization(
  applicable: ApplicableRules,
  facts: Facts,
): Answered<PriorAuthorizationAnswer> {
  return authorizationReached(applicable, facts).answered
}

/** The same, with every answer that is still reachable. */
export function authorizationReached(
  applicable: ApplicableRules,
  facts: Facts,
): { readonly answered: Answered<PriorAuthorizationAnswer>; readonly reachable: readonly Reach[] } {
  const evaluated = backedBySecondary(
    collect(applicable.setsFor('prior-authorization'), ({ set, provisions }) =>
      provisions.map((provision) => ({ provision, set, result: reachOf(provision, facts) })),
    ),
  )
  const combined = evaluated.reduce<readonly Reach[]>(
    (all, { result }) => union(collect(all, (a) => result.reachable.map((b) => moreDemanding(a, b)))),
    ['silent'],
  )
  const silence = applicable.silence('prior-authorization')
  const silent = combined.includes('silent')
  // A code that is not known to exist is on no list, which says nothing: only a valid code's absence means something.
  const complete =
    silence.setCount > 0 && silence.truth === 'true' && procedureStatus(facts).status === 'valid'
  const reachable = union(
    combined.map((reach) => (reach !== 'silent' ? reach : complete ? 'not-required' : 'unknown')),
  )
  const missing = union(
    ...evaluated.map(({ result }) => result.missing),
    silent && silence.setCount > 0 && silence.truth === 'unknown' ? silence.missing : [],
  )
  const findings = evaluated.map(findingWithConsequence)
  if (silent && complete)
    findings.push(
      ...silence.declarations.map(({ set, declaration }) =>
        notListed(set.policySetId, declaration, applicable.naming(), facts),
      ),
    )
  const [only] = reachable
  const requirement =
    only === undefined || only === 'unknown' || reachable.includes('unknown')
      ? 'indeterminate'
      : reachable.length === 1
        ? only
        : 'conditional'
  const answered = finish({
    requirement,
    missing,
    findings,
    evaluated,
    reachable,
    silence,
    applicable,
    facts,
  })
  return { answered, reachable }
}

/** The finding of a rule; where it asks for authorization, with what happens to a claim without it. */
function findingWithConsequence(one: EvaluatedProvision<ReachResult>): Finding {
  const { reachable, consequence } = one.result
  const asks = reachable.includes('required') || reachable.includes('conditional')
  return findingOf('prior-authorization', one, outcomeOf(one.result), asks ? consequence : undefined)
}

type Requirement = Exclude<PriorAuthorizationAnswer['requirement'], 'satisfied'>

interface Reached {
  readonly requirement: Requirement
  readonly missing: readonly string[]
  readonly findings: readonly Finding[]
  readonly evaluated: ReadonlyArray<EvaluatedProvision<ReachResult>>
  readonly reachable: readonly Reach[]
  readonly silence: Silence
  readonly applicable: ApplicableRules
  readonly facts: Facts
}

function finish(reached: Reached): Answered<PriorAuthorizationAnswer> {
  const { requirement, missing, findings, evaluated, reachable } = reached
  const open = requirement === 'conditional' || requirement === 'indeterminate'
  // A voluntary program hangs on no fact of the case; what is wanted is whether the practice asks for it.
  const wanted = !open
    ? []
    : requirement === 'conditional' && missing.length === 0
      ? ['authorizations']
      : missing
  const target: Reach = reachable.includes('required')
    ? 'required'
    : reachable.includes('conditional')
      ? 'conditional'
      : requirement === 'not-required'
        ? 'not-required'
        : 'unknown'
  const deciding = evaluated.find(({ result }) => result.reachable.includes(target))
  const rule =
    deciding?.provision.type === 'rule' && deciding.provision.rule.kind === 'prior-authorization'
      ? deciding.provision.rule
      : undefined
  const demands = target === 'required' || target === 'conditional'
  return {
    answer: {
      requirement,
      ...reasonFor(reached, deciding),
      ...(demands && deciding?.result.consequence !== undefined
        ? { consequence: deciding.result.consequence }
        : {}),
      ...(demands && rule?.contact !== undefined ? { contact: rule.contact } : {}),
      ...(demands && rule?.decisionTime !== undefined ? { decisionTime: rule.decisionTime } : {}),
      ...(demands && rule?.retroactiveDays !== undefined ? { retroactiveDays: rule.retroactiveDays } : {}),
      ...(demands && rule?.urgentException !== undefined ? { urgentException: rule.urgentException } : {}),
    },
    missing: wanted,
    findings,
    presses:
      requirement === 'required'
        ? 'obtain-authorization'
        : requirement === 'not-required'
          ? 'proceed'
          : requirement === 'conditional'
            ? 'complete-information'
            : pressOfUnknown(wanted),
  }
}

function reasonFor(
  { requirement, missing, findings, reachable, silence, applicable, facts }: Reached,
  deciding: EvaluatedProvision<ReachResult> | undefined,
): { reasonCode: string; reason: string } {
  const silenceFinding = findings.find((finding) => finding.kind === 'completeness')
  if (requirement === 'not-required' && deciding?.result.truth !== 'true' && silenceFinding !== undefined)
    return { reasonCode: silenceFinding.reasonCode, reason: silenceFinding.reason }
  if (deciding === undefined) return unheld(silence, applicable, facts)
  const rule = deciding.provision.type === 'rule' ? deciding.provision.rule : undefined
  if (reachable.length === 1 || rule === undefined)
    return { reasonCode: deciding.result.reasonCode, reason: deciding.result.reason }
  const rest = reachable.includes('unknown')
    ? ` Where that does not apply: ${unheld(silence, applicable, facts).reason}`
    : ''
  return {
    reasonCode: 'authorization-depends',
    reason: `Whether prior authorization is required depends on what was not given (${missing.map(factInWords).join(', ') || 'see the findings'}): ${rule.statement}${rest}`,
  }
}

/** Why the silence of the lists settles nothing: the code, the age of our copy, or no list at all. */
function unheld(
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

function procedureStatus({ line, view }: Facts): CodeStatus {
  return statusOf('hcpcs', line.sent.procedureCode, line.code, view.codeTable('hcpcs'), line.date)
}

/** That the lists are complete and none asks for it: they do not name the code, or name it for other cases only. */
function notListed(
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

function moreDemanding(a: Reach, b: Reach): Reach {
  return mostDemandingFirst.indexOf(a) <= mostDemandingFirst.indexOf(b) ? a : b
}

/** What a provision can still answer; when it is not certain that it speaks at all, it may also be silent. */
function reachOf(provision: Provision, facts: Facts): ReachResult {
  const spoken = spokenReach(provision, facts)
  if (
    provision.missingScope === undefined ||
    (spoken.reachable.includes('silent') && spoken.reachable.length === 1)
  )
    return spoken
  return {
    ...spoken,
    reachable: union(spoken.reachable, ['silent']),
    missing: union(provision.missingScope, spoken.missing),
    truth: 'unknown',
  }
}

function spokenReach(provision: Provision, facts: Facts): ReachResult {
  if (provision.type === 'unusable') return { ...unusable(provision), reachable: ['unknown'] }
  if (provision.type !== 'rule') return { ...silentResult, truth: 'unknown' }
  const when = whenOf(provision, facts)
  if (when?.truth === 'false') return { ...silentResult, used: when.used }
  const { rule } = provision
  const body: ReachResult =
    rule.kind === 'prior-authorization'
      ? evaluators[rule.kind](rule, facts, provision.origin)
      : rule.kind === 'review'
        ? { ...evaluators.review(rule, facts, provision.origin), reachable: ['unknown'] }
        : silentResult
  if (when?.truth !== 'unknown') return { ...body, used: union(when?.used ?? [], body.used) }
  return {
    ...body,
    used: usedBy([when, body]),
    reachable: union(body.reachable, ['silent']),
    missing: union(when.missing, body.missing),
    truth: 'unknown',
  }
}

const silentResult: ReachResult = {
  truth: 'true',
  missing: [],
  used: [],
  reachable: ['silent'],
  reasonCode: 'authorization-silent',
  reason: 'This list does not speak to the case.',
}

/** A secondary source alone never says that authorization is not required. */
function backedBySecondary(
  evaluated: Array<EvaluatedProvision<ReachResult>>,
): Array<EvaluatedProvision<ReachResult>> {
  const backed = evaluated.some(
    ({ provision, result }) =>
      provision.origin.source.grade !== 'secondary' &&
      result.reachable.length === 1 &&
      result.reachable[0] === 'not-required',
  )
  return evaluated.map((one) => {
    if (
      backed ||
      one.provision.origin.source.grade !== 'secondary' ||
      !one.result.reachable.includes('not-required')
    )
      return one
    return {
      ...one,
      result: {
        ...one.result,
        truth: 'unknown',
        reachable: union(one.result.reachable.map((reach) => (reach === 'not-required' ? 'unknown' : reach))),
        reasonCode: 'secondary-source-only',
        reason: `${one.result.reason} But this was read in a secondary source only; confirm it with the payer.`,
      },
    }
  })
}

function outcomeOf({ reachable, missing }: ReachResult): Finding['outcome'] {
  const [only] = reachable
  if (reachable.length > 1) return reachable.includes('unknown') ? unknownOutcome(missing) : 'conditional'
  return only === 'silent' || only === undefined
    ? 'not-applicable'
    : only === 'unknown'
      ? 'indeterminate'
      : only
}
