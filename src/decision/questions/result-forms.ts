import type { Reason } from '../reasons/reason.js'
import { union, unknown, type UsedFact } from '../shapes/truth.js'
import type { PlainResult, ReachResult, RuleResult, ScheduleResult } from '../rules/result.js'

/** Facts that would tell whether a provision applies: those of its own condition, and those of what it is valid for. */
export interface Applicability {
  readonly condition: readonly string[]
  readonly scope: readonly string[]
}

/** How results of one form are made where no rule of their kind was evaluated, and what makes them less certain. */
export interface ResultForm<R extends RuleResult> {
  /** Of a table row, and of a text that only a person can read. */
  readonly ofPlain: (result: PlainResult) => R
  /** Of a text that cannot be used; `scope` are the facts that would tell whether it is needed. */
  readonly ofUnusable: (result: PlainResult, scope: readonly string[] | undefined) => R
  /** Of a rule whose condition does not hold; undefined where such a rule has no finding. */
  readonly ofUnmetCondition: (used: readonly UsedFact[]) => R | undefined
  /** Where the provision may apply or not; at least one of the two lists names a fact or is structurally open. */
  readonly mayApply: (result: R, missing: Partial<Applicability>) => R
  /** Whether the result may let the line pass, so that it must not rest on a secondary source alone. */
  readonly mayPass: (result: R) => boolean
  /** Whether it lets the line pass for sure: one such result from a better source backs those from secondary ones. */
  readonly passes: (result: R) => boolean
  /** What may let the line pass, read in a secondary source alone: shown, but not taken for an answer. */
  readonly secondaryOnly: (result: R) => R
}

const applicabilityUnknown = ({ reason }: RuleResult): Reason => ({
  code: 'applicability-unknown',
  otherwise: reason,
})

const secondarySourceOnly = ({ reason }: RuleResult): Reason => ({ code: 'secondary-source-only', reason })

/** What a result misses that may apply or not: what would tell, and what it missed already. */
function missingOf(result: RuleResult, { condition = [], scope = [] }: Partial<Applicability>): string[] {
  return union(scope, condition, result.truth === 'unknown' ? result.missing : [])
}

/** A result that is unknown because the provision may not apply. */
function mayApply<R extends PlainResult | ScheduleResult>(result: R, missing: Partial<Applicability>): R {
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

/** Results that say yes, no or "not known". */
export const plainForm: ResultForm<PlainResult> = {
  ofPlain: (result) => result,
  ofUnusable: (result, scope) => (scope === undefined ? result : { ...result, missing: scope }),
  ofUnmetCondition: () => undefined,
  mayApply,
  mayPass: passes,
  passes,
  secondaryOnly,
}

/** A schedule of which nothing is known has no arithmetic, and no date waits for it. */
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

/** Results with the arithmetic of a schedule. */
export const scheduleForm: ResultForm<ScheduleResult> = {
  ofPlain: unknownSchedule,
  ofUnusable: (result, scope) => unknownSchedule(plainForm.ofUnusable(result, scope)),
  ofUnmetCondition: () => undefined,
  mayApply,
  mayPass: passes,
  passes,
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

/** Results that keep every answer on prior authorization that is still reachable; a list that may not apply may also be silent. */
export const reachForm: ResultForm<ReachResult> = {
  ofPlain: (result) => ({ ...result, type: 'reach', reachable: ['unknown'] }),
  ofUnusable: (result, scope) => {
    const unusable = reachForm.ofPlain(result)
    return scope === undefined ? unusable : reachForm.mayApply(unusable, { scope })
  },
  ofUnmetCondition: (used) => ({ ...silent, used }),
  mayApply: (result, { condition, scope }) => {
    const told = condition === undefined ? result : orSilent(result, condition)
    return scope === undefined || isSilent(told) ? told : orSilent(told, scope)
  },
  mayPass: ({ reachable }) => reachable.includes('not-required'),
  passes: ({ reachable }) => reachable.length === 1 && reachable[0] === 'not-required',
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
