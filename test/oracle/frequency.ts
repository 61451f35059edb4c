// Is it too soon or too often? Rules and exemptions; the limits are in limits.ts, the phases in phase.ts. Section 7 of the specification.
import type { FrequencyStatus } from '../../src/decision/shapes/statuses.js'
import type { Plan } from '../../src/decision/shapes/policy.js'
import type { RuleOfKind } from '../../src/decision/shapes/rule.js'
import { holds } from './conditions.js'
import type { Case } from './facts.js'
import { checkLimits, nextDay, strictest, treatmentPhasesKnown, type Check } from './limits.js'
import { phaseOf } from './phase.js'
import { speakersOf, type Speaker } from './selection.js'
import { silenceOn } from './silence.js'
import { unique } from './truth.js'

/**
 * `curable` tells whether every failing rule allows more by authorization; `excess` and `excessAuthorized` what happens to a service
 * beyond the limits, without an authorization and with one; `beside` what other rules left open.
 */
export interface FrequencyAnswer {
  status: FrequencyStatus
  nextEligibleDate?: string
  missing: string[]
  curable: boolean
  excess?: Excess
  excessAuthorized?: Excess
  beside?: { missing: readonly string[] }
}

export type Excess = 'denied' | 'reviewed'

interface RuleCheck {
  speaker: Speaker
  check: Check
  curable: boolean
  excess: Excess
}

/** All speaking rules together: the worst answer, the latest date. */
export function frequencyOf(plan: Plan, at: Case): FrequencyAnswer {
  const checks = checksOf(plan, at)
  const together = togetherOf(checks, plan, at)
  const open = checks.filter((one) => one.check.status === 'unknown')
  const failing = checks.filter((one) => fails(one.check))
  return {
    status: statusOf(together),
    ...(fails(together) ? nextDateOf(checks, at) : {}),
    missing: together.status === 'unknown' ? unique(together.missing) : [],
    curable: failing.length > 0 && failing.every((one) => one.curable),
    ...excessOf('excess', failing),
    ...excessOf(
      'excessAuthorized',
      failing.filter((one) => !one.curable),
    ),
    ...(open.length === 0
      ? {}
      : { beside: { missing: unique(open.flatMap((one) => [...one.check.missing])) } }),
  }
}

/** The status alone, for who asks about every day of a year: the search for the next date is most of the work. */
export function frequencyStatusOf(plan: Plan, at: Case): FrequencyStatus {
  return statusOf(togetherOf(checksOf(plan, at), plan, at))
}

function checksOf(plan: Plan, at: Case): RuleCheck[] {
  return withoutSecondaryPasses(
    speakersOf(plan, 'frequency', at)
      .map((speaker) => checkRule(speaker, at))
      .filter((one) => one !== undefined),
  )
}

function togetherOf(checks: readonly RuleCheck[], plan: Plan, at: Case): Check {
  if (checks.length > 0) return strictest(checks.map((one) => one.check))
  const { noLimit, missing } = silenceOn('frequency', plan, at)
  return noLimit ? { status: 'within-limit', missing: [], bounds: [] } : unknownCheck(missing)
}

function statusOf({ status }: Check): FrequencyStatus {
  return status === 'unknown' ? 'indeterminate' : status
}

/** One failing rule that denies is enough. */
function excessOf<K extends string>(name: K, failing: readonly RuleCheck[]): { [key in K]?: Excess } {
  if (failing.length === 0) return {}
  return { [name]: failing.some((one) => one.excess === 'denied') ? 'denied' : 'reviewed' } as {
    [key in K]?: Excess
  }
}

/** Rules that cannot be told do not delay the next date. */
function nextDateOf(checks: readonly RuleCheck[], at: Case): { nextEligibleDate?: string } {
  const known = checks.filter((one) => one.check.status !== 'unknown')
  const next = nextDay(
    at.line.dateOfService,
    known.flatMap((one) => [...one.check.bounds]),
  )
  return next === undefined ? {} : { nextEligibleDate: next }
}

function unknownCheck(missing: readonly string[]): Check {
  return { status: 'unknown', missing, bounds: [] }
}

function fails(check: Check): boolean {
  return check.status === 'too-soon' || check.status === 'exceeds-limit'
}

/** One rule with its `when` and its doubt; undefined when it is skipped. */
function checkRule(speaker: Speaker, at: Case): RuleCheck | undefined {
  const { voice } = speaker
  if (voice.is !== 'rule')
    return { speaker, check: unknownCheck(speaker.doubt ?? []), curable: false, excess: 'denied' }
  const { rule } = voice
  const when = rule.when === undefined ? undefined : holds(rule.when, at)
  if (when?.value === 'false') return undefined
  let check = rule.kind === 'frequency' ? checkWithExemption(rule, at) : unknownCheck([])
  if (when?.value === 'unknown') check = unknownCheck([...check.missing, ...when.missing])
  if (speaker.doubt !== undefined) check = unknownCheck([...check.missing, ...speaker.doubt])
  if (speaker.onlyStops !== undefined) {
    if (check.status === 'within-limit') return undefined
    check = unknownCheck(check.status === 'unknown' ? check.missing : [])
  }
  return {
    speaker,
    check,
    curable: rule.kind === 'frequency' && (rule.curableBy ?? []).includes('authorization'),
    excess: rule.kind === 'frequency' && rule.onExceed === 'medical-review' ? 'reviewed' : 'denied',
  }
}

/** A secondary source alone never says within-limit. */
function withoutSecondaryPasses(checks: readonly RuleCheck[]): RuleCheck[] {
  const passes = (one: RuleCheck) => one.check.status === 'within-limit'
  if (checks.some((one) => passes(one) && one.speaker.grade !== 'secondary')) return [...checks]
  return checks.map((one) => (passes(one) ? { ...one, check: unknownCheck([]) } : one))
}

function checkWithExemption(rule: RuleOfKind<'frequency'>, at: Case): Check {
  const body = checkBody(rule, at)
  const exempt = rule.exemptWhen === undefined ? undefined : holds(rule.exemptWhen, at)
  if (exempt?.value === 'true') return { status: 'within-limit', missing: [], bounds: [] }
  if (exempt?.value !== 'unknown' || body.status === 'within-limit') return body
  return unknownCheck([...body.missing, ...exempt.missing])
}

/** The limits, or those of the phase. Without a phase every phase must say the same, one without limits included. */
function checkBody(rule: RuleOfKind<'frequency'>, at: Case): Check {
  if (rule.phases === undefined) return checkLimits(rule.limits ?? [], rule, at)
  const checkOf = (phase: string): Check => {
    const entry = rule.phases?.find((one) => one.phase === phase)
    return entry === undefined ? unknownCheck([]) : checkLimits(entry.limits, rule, at)
  }
  const told = phaseOf(rule, at)
  if (told.phase !== undefined) return checkOf(told.phase)
  const checks = treatmentPhasesKnown.map(checkOf)
  const missing = checks.flatMap((check) => [...check.missing])
  if (checks.every((check) => check.status === 'unknown')) return unknownCheck(missing)
  if (checks.every((check) => check.status === checks[0]?.status)) return strictest(checks)
  return unknownCheck([...missing, ...told.missing])
}
