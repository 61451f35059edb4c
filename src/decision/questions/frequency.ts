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

/** Is the service within the frequency limits on its date? */
export function answerFrequency(
  applicable: ApplicableRules,
  facts: Facts,
  authorization: PriorAuthorizationVerdict,
): Answered<FrequencyVerdict> {
  const evaluated = evaluateApplicable('frequency', applicable, facts)
  const { answer, missing, presses } = decideFrequency(evaluated, facts.line.date, authorization)
  return { findings: evaluated.map((one) => findingOf(one)), answer, missing, presses }
}

/**
 * Decides the answer without its findings: the strictest rule decides. An authorization on file allows an
 * excess if every failing rule accepts it. Otherwise the strictest consequence applies; only `deny` means to
 * expect a denial.
 */
export function decideFrequency(
  evaluated: ReadonlyArray<EvaluatedProvision<ScheduleResult>>,
  date: PlainDate,
  authorization: PriorAuthorizationVerdict,
): Omit<Answered<FrequencyVerdict>, 'findings'> {
  if (evaluated.length === 0) return { answer: noRules, missing: [], presses: 'indeterminate' }
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

const noRules: FrequencyVerdict = {
  status: 'indeterminate',
  reason: { code: 'rule-not-loaded/frequency' },
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
