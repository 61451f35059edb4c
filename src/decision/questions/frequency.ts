import type { PlainDate } from '../shapes/codes.js'
import type { FrequencyVerdict, PriorAuthorizationVerdict } from '../verdict/answers.js'
import type { Facts } from '../facts/facts.js'
import { holdAll } from '../rules/frequency-combine.js'
import type { ScheduleResult } from '../rules/result.js'
import { exceedConsequences, type ExceedConsequence } from '../shapes/rule.js'
import type { ApplicableRules } from '../applicable/applicable-rules.js'
import { union } from '../shapes/truth.js'
import { pressOfUnknown, type Answered } from '../verdict/answered.js'
import { evaluateApplicable, type EvaluatedProvision } from './evaluate-applicable.js'
import { findingOf } from './finding-of.js'
import { whyNoRule, whyPassDoesNotCount } from './no-rule.js'

/** Is the service within the frequency limits on its date? */
export function answerFrequency(
  applicable: ApplicableRules,
  facts: Facts,
  authorization: PriorAuthorizationVerdict,
): Answered<FrequencyVerdict> {
  const evaluated = evaluateApplicable('frequency', applicable, facts)
  const decided = decideFrequencyOf(evaluated, applicable, facts, authorization)
  return { ...decided, findings: [...evaluated.map((one) => findingOf(one)), ...decided.findings] }
}

/** Decides the answer without the findings of rules, whether there are any or not. */
export function decideFrequencyOf(
  evaluated: ReadonlyArray<EvaluatedProvision<ScheduleResult>>,
  applicable: ApplicableRules,
  facts: Facts,
  authorization: PriorAuthorizationVerdict,
): Answered<FrequencyVerdict> {
  if (evaluated.length === 0) return withoutRule(applicable, facts)
  const decided = decideRules(evaluated, facts.line.date, authorization)
  const lacking =
    decided.presses === 'proceed' ? whyPassDoesNotCount('frequency', applicable, facts) : undefined
  return lacking === undefined
    ? { ...decided, findings: [] }
    : {
        answer: { status: 'indeterminate', reason: lacking },
        missing: [],
        findings: [],
        presses: 'indeterminate',
      }
}

/** The answer where no rule decides: within the limit only if the publisher states that there is none. */
function withoutRule(applicable: ApplicableRules, facts: Facts): Answered<FrequencyVerdict> {
  const { means, reason, missing, findings } = whyNoRule('frequency', applicable, facts)
  return means === 'no-limit'
    ? { answer: { status: 'within-limit', reason }, missing, findings, presses: 'proceed' }
    : { answer: { status: 'indeterminate', reason }, missing, findings, presses: pressOfUnknown(missing) }
}

/**
 * Decides the answer of at least one rule, without its findings: the strictest rule decides. An authorization on file allows an
 * excess if every failing rule accepts it. Otherwise the strictest consequence applies; only `deny` means to
 * expect a denial.
 */
function decideRules(
  evaluated: ReadonlyArray<EvaluatedProvision<ScheduleResult>>,
  date: PlainDate,
  authorization: PriorAuthorizationVerdict,
): Omit<Answered<FrequencyVerdict>, 'findings'> {
  const { status, missing, reason, arithmetic } = holdAll(
    evaluated.map(({ result }) => withoutArithmetic(result)),
    date,
  )
  if (status === 'unknown')
    return {
      answer: { status: 'indeterminate', reason },
      missing,
      presses: pressOfUnknown(missing),
    }
  const answer: { -readonly [K in keyof FrequencyVerdict]: FrequencyVerdict[K] } = {
    status,
    reason,
    ...arithmetic,
  }
  if (status === 'within-limit') return { answer, missing: [], presses: 'proceed' }
  const curableBy = curesOf(evaluated)
  const curedBy =
    curableBy.includes('authorization') && authorization.requirement === 'satisfied'
      ? authorization.authorizationNumber
      : undefined
  const onExceed = curedBy === undefined ? consequenceOf(evaluated, authorization) : undefined
  if (curableBy.length > 0) answer.curableBy = curableBy
  if (onExceed !== undefined) answer.onExceed = onExceed
  if (curedBy !== undefined) answer.curedBy = curedBy
  if (onExceed === 'deny') return { answer, missing: [], presses: 'expect-denial' }
  // The failing rules are settled by an authorization or by records. Facts that other rules lack are still
  // missing.
  const open = evaluated.filter(({ result }) => result.truth === 'unknown')
  const stillMissing = union(...open.map(({ result }) => result.missing))
  if (onExceed !== undefined) return { answer, missing: stillMissing, presses: 'complete-information' }
  return {
    answer,
    missing: stillMissing,
    presses: open.length === 0 ? 'proceed' : pressOfUnknown(stillMissing),
  }
}

/**
 * The strictest consequence of the failing rules, without those whose excess the authorization on file
 * allows.
 */
function consequenceOf(
  evaluated: readonly EvaluatedProvision[],
  { requirement }: PriorAuthorizationVerdict,
): ExceedConsequence {
  const binding = evaluated.flatMap(({ provision, result }) => {
    if (result.truth !== 'false' || provision.type !== 'rule' || provision.rule.kind !== 'frequency')
      return []
    const { curableBy = [], onExceed = 'deny' } = provision.rule
    return curableBy.includes('authorization') && requirement === 'satisfied' ? [] : [onExceed]
  })
  return exceedConsequences.find((one) => binding.includes(one)) ?? 'deny'
}

/** What every failing rule accepts in order to allow its excess: `authorization`, or an empty list. */
function curesOf(evaluated: readonly EvaluatedProvision[]): Array<'authorization'> {
  const failing = evaluated
    .filter(({ result }) => result.truth === 'false')
    .map(({ provision }) =>
      provision.type === 'rule' && provision.rule.kind === 'frequency'
        ? (provision.rule.curableBy ?? [])
        : [],
    )
  const isCured = failing.length > 0 && failing.every((cures) => cures.includes('authorization'))
  return isCured ? ['authorization'] : []
}

/** An unknown rule has no arithmetic and does not delay the next eligible date. */
function withoutArithmetic(result: ScheduleResult): ScheduleResult {
  return result.truth === 'unknown' ? { ...result, status: 'unknown', arithmetic: {}, firstFree: [] } : result
}
