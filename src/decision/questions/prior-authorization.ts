import type { Reason } from '../reasons/reason.js'
import type { PriorAuthorizationVerdict } from '../verdict/answers.js'
import type { FindingVerdict } from '../verdict/finding.js'
import type { Facts } from '../facts/facts.js'
import { collect } from '../collect.js'
import type { Reach, ReachResult } from '../rules/result.js'
import type { ApplicableRules } from '../applicable/applicable-rules.js'
import type { KindCompleteness } from '../applicable/completeness.js'
import { union } from '../shapes/truth.js'
import { pressOfUnknown, type Answered } from '../verdict/answered.js'
import { notListed, procedureStatus, whyListsDecideNothing } from './authorization-lists.js'
import { evaluateApplicable, type EvaluatedProvision } from './evaluate-applicable.js'
import { findingOf, unknownOutcome } from './finding-of.js'
import { setsNotLoaded } from './no-rule.js'

const mostDemandingFirst: readonly Reach[] = ['required', 'conditional', 'unknown', 'not-required', 'silent']

/**
 * Is prior authorization needed? Collects every answer that is still possible; if there is only one, it is
 * the answer.
 */
export function answerPriorAuthorization(
  applicable: ApplicableRules,
  facts: Facts,
): Answered<PriorAuthorizationVerdict> {
  return authorizationReached(applicable, facts).answered
}

/** The answer on prior authorization, with every answer that is still possible. */
export function authorizationReached(
  applicable: ApplicableRules,
  facts: Facts,
): { readonly answered: Answered<PriorAuthorizationVerdict>; readonly reachable: readonly Reach[] } {
  const evaluated = evaluateApplicable('prior-authorization', applicable, facts)
  const combined = evaluated.reduce<readonly Reach[]>(
    (all, { result }) => union(collect(all, (a) => result.reachable.map((b) => moreDemanding(a, b)))),
    ['silent'],
  )
  const completeness = applicable.completeness('prior-authorization')
  const silent = combined.includes('silent')
  // Only for a valid code does absence from the lists mean that no authorization is required.
  const complete =
    completeness.setCount > 0 && completeness.truth === 'true' && procedureStatus(facts).status === 'valid'
  // A set that is not loaded may require it.
  const isWhole = setsNotLoaded('prior-authorization', applicable).length === 0
  const reachable = union(
    combined.map((reach) => {
      const settled = reach !== 'silent' ? reach : complete ? 'not-required' : 'unknown'
      return settled === 'not-required' && !isWhole ? 'unknown' : settled
    }),
  )
  const missing = union(
    ...evaluated.map(({ result }) => result.missing),
    silent && completeness.setCount > 0 && completeness.truth === 'unknown' ? completeness.missing : [],
  )
  const findings = evaluated.map(findingWithConsequence)
  if (silent && complete)
    findings.push(
      ...completeness.declarations.map(({ set, declaration }) =>
        notListed(set.policySetId, declaration, applicable, facts),
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
    completeness,
    applicable,
    facts,
  })
  return { answered, reachable }
}

/**
 * The finding of a rule. If the rule may require authorization, it has the consequence for a claim without
 * one.
 */
function findingWithConsequence(one: EvaluatedProvision<ReachResult>): FindingVerdict {
  const { reachable, consequence } = one.result
  const mayRequire = reachable.includes('required') || reachable.includes('conditional')
  return findingOf(one, 'prior-authorization', outcomeOf(one.result), mayRequire ? consequence : undefined)
}

type Requirement = Exclude<PriorAuthorizationVerdict['requirement'], 'satisfied'>

interface Reached {
  readonly requirement: Requirement
  readonly missing: readonly string[]
  readonly findings: readonly FindingVerdict[]
  readonly evaluated: ReadonlyArray<EvaluatedProvision<ReachResult>>
  readonly reachable: readonly Reach[]
  readonly completeness: KindCompleteness
  readonly applicable: ApplicableRules
  readonly facts: Facts
}

function finish(reached: Reached): Answered<PriorAuthorizationVerdict> {
  const { requirement, missing, findings, evaluated, reachable } = reached
  const open = requirement === 'conditional' || requirement === 'indeterminate'
  // A voluntary program depends on no fact of the case. The missing fact is whether the practice has an
  // authorization.
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
      reason: reasonFor(reached, deciding),
      ...(demands && deciding?.result.consequence !== undefined
        ? { consequence: deciding.result.consequence }
        : {}),
      ...(demands && rule !== undefined ? { rule } : {}),
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
  { requirement, missing, findings, reachable, completeness, applicable, facts }: Reached,
  deciding: EvaluatedProvision<ReachResult> | undefined,
): Reason {
  const byLists = findings.find(({ ground }) => ground.type === 'declaration')
  if (requirement === 'not-required' && deciding?.result.truth !== 'true' && byLists !== undefined)
    return byLists.reason
  if (deciding === undefined) return whyListsDecideNothing(completeness, applicable, facts)
  const rule = deciding.provision.type === 'rule' ? deciding.provision.rule : undefined
  if (reachable.length === 1 || rule === undefined) return deciding.result.reason
  return {
    code: 'authorization-depends',
    missing,
    rule,
    otherwise: reachable.includes('unknown')
      ? whyListsDecideNothing(completeness, applicable, facts)
      : undefined,
  }
}

function moreDemanding(a: Reach, b: Reach): Reach {
  return mostDemandingFirst.indexOf(a) <= mostDemandingFirst.indexOf(b) ? a : b
}

function outcomeOf({ reachable, missing }: ReachResult): FindingVerdict['outcome'] {
  const [only] = reachable
  if (reachable.length > 1) return reachable.includes('unknown') ? unknownOutcome(missing) : 'conditional'
  return only === 'silent' || only === undefined
    ? 'not-applicable'
    : only === 'unknown'
      ? 'indeterminate'
      : only
}
