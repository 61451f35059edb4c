import type { Reason } from '../reasons/reason.js'
import { union, unknown, type UsedFact } from '../shapes/truth.js'
import type { PlainResult, ReachResult, RuleResult, ScheduleResult } from '../rules/result.js'

/**
 * The facts that would settle whether a provision applies: those of its own condition, and those of its scope
 * (place, claim type and the like).
 */
export interface Applicability {
  readonly condition?: readonly string[] | undefined
  readonly scope?: readonly string[] | undefined
}

/**
 * Functions for results of one form: they make results where no rule was evaluated, and make results less
 * certain.
 */
export interface ResultForm<R extends RuleResult> {
  /** Makes the result of a table row, or of a text that only a person can read. */
  readonly ofPlain: (result: PlainResult) => R
  /**
   * Makes the result of a text that cannot be used. `scope` are the facts that would tell whether it applies.
   */
  readonly ofUnusable: (result: PlainResult, scope: readonly string[] | undefined) => R
  /** Makes the result of a rule whose condition is false; undefined if such a rule has no finding. */
  readonly ofUnmetCondition: (used: readonly UsedFact[]) => R | undefined
  /**
   * Makes a result unknown because the provision may not apply. `missing` has the lists of facts that would
   * settle it; an empty list means that nothing the caller supplies would.
   */
  readonly mayApply: (result: R, missing: Applicability) => R
  /** Whether the result may pass the line, so that a secondary source alone is not enough. */
  readonly mayPass: (result: R) => boolean
  /**
   * Whether the result certainly passes the line. One such result from a better source supports those from
   * secondary sources.
   */
  readonly passes: (result: R) => boolean
  /** Whether the result says nothing of the line. */
  readonly isSilent: (result: R) => boolean
  /** Makes a possible pass from a secondary source alone unknown: it is shown, but does not decide. */
  readonly secondaryOnly: (result: R) => R
}

const applicabilityUnknown = ({ reason }: RuleResult): Reason => ({
  code: 'applicability-unknown',
  otherwise: reason,
})

const secondarySourceOnly = ({ reason }: RuleResult): Reason => ({ code: 'secondary-source-only', reason })

/**
 * The facts missing for a provision that may not apply: those that would settle it, and those that its result
 * misses.
 */
function missingOf(result: RuleResult, { condition = [], scope = [] }: Applicability): string[] {
  return union(scope, condition, result.truth === 'unknown' ? result.missing : [])
}

/** A result that is unknown because the provision may not apply. */
function mayApply<R extends PlainResult | ScheduleResult>(result: R, missing: Applicability): R {
  return {
    ...result,
    truth: 'unknown',
    missing: missingOf(result, missing),
    reason: applicabilityUnknown(result),
  }
}

/** A result that is unknown because a secondary source alone has it. */
function secondaryOnly<R extends PlainResult | ScheduleResult>(result: R): R {
  return { ...result, truth: 'unknown', missing: [], reason: secondarySourceOnly(result) }
}

const passes = ({ truth }: RuleResult): boolean => truth === 'true'

/** The form of results that pass, fail or are unknown. */
export const plainForm: ResultForm<PlainResult> = {
  ofPlain: (result) => result,
  ofUnusable: (result, scope) => (scope === undefined ? result : { ...result, missing: scope }),
  ofUnmetCondition: () => undefined,
  mayApply,
  mayPass: passes,
  passes,
  isSilent: () => false,
  secondaryOnly,
}

/** Makes an unknown schedule result. It has no arithmetic and does not delay the next eligible date. */
function unknownSchedule(result: PlainResult | ScheduleResult): ScheduleResult {
  const { missing, used, because, reason, listed } = result
  return {
    type: 'schedule',
    truth: 'unknown',
    missing,
    used,
    because,
    reason,
    listed,
    status: 'unknown',
    arithmetic: {},
    firstFree: [],
  }
}

/** The form of results with the arithmetic of a schedule. */
export const scheduleForm: ResultForm<ScheduleResult> = {
  ofPlain: unknownSchedule,
  ofUnusable: (result, scope) => unknownSchedule(plainForm.ofUnusable(result, scope)),
  ofUnmetCondition: () => undefined,
  mayApply,
  mayPass: passes,
  passes,
  isSilent: () => false,
  secondaryOnly,
}

const silent: ReachResult = {
  type: 'reach',
  ...unknown([]),
  truth: 'true',
  reachable: ['silent'],
  reason: { code: 'authorization-silent/list' },
}

const isSilent = ({ reachable }: ReachResult): boolean => reachable.length === 1 && reachable[0] === 'silent'

/**
 * The form of results with every answer on prior authorization that is still possible. For a list that may
 * not apply, `silent` is possible too.
 */
export const reachForm: ResultForm<ReachResult> = {
  ofPlain: ({ truth, missing, used, because, reason, listed, diagnosis }) => ({
    type: 'reach',
    truth,
    missing,
    used,
    because,
    reason,
    listed,
    diagnosis,
    reachable: ['unknown'],
  }),
  ofUnusable: (result, scope) => {
    const unusable = reachForm.ofPlain(result)
    return scope === undefined ? unusable : reachForm.mayApply(unusable, { scope })
  },
  ofUnmetCondition: (used) => ({ ...silent, used }),
  mayApply: (result, { condition, scope }) => {
    const afterCondition = condition === undefined ? result : orSilent(result, condition)
    return scope === undefined || isSilent(afterCondition) ? afterCondition : orSilent(afterCondition, scope)
  },
  mayPass: ({ reachable }) => reachable.includes('not-required'),
  passes: ({ reachable }) => reachable.length === 1 && reachable[0] === 'not-required',
  isSilent,
  secondaryOnly: (result) => ({
    ...result,
    truth: 'unknown',
    reachable: union(result.reachable.map((reach) => (reach === 'not-required' ? 'unknown' : reach))),
    reason: secondarySourceOnly(result),
  }),
}

function orSilent(result: ReachResult, missing: readonly string[]): ReachResult {
  return {
    ...result,
    truth: 'unknown',
    reachable: union(result.reachable, ['silent']),
    missing: union(missing, result.missing),
  }
}
