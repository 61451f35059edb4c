import type { PlainDate, TreatmentPhase } from '../shapes/codes.js'
import { historyGap, type Facts } from '../facts/facts.js'
import { addDays, addMonths } from '../shapes/plain-date.js'
import type { LoadingPhase, PhaseGround } from '../shapes/frequency-limit.js'
import { union } from '../shapes/truth.js'
import { modifiersOn } from '../facts/missing-facts.js'
import type { ServiceDays } from './service-days.js'
import { indexFrom } from './timeline.js'

/** The phase of a line, with `ground` if it was calculated; or the facts missing to calculate it. */
export type Phase =
  | { readonly phase: TreatmentPhase; readonly ground?: PhaseGround }
  | { readonly phase?: undefined; readonly missing: readonly string[] }

/**
 * The phase of a line: as the request gives it, else calculated by the rule from the start of the treatment
 * or from the history. An uncertain phase is never assumed.
 */
export function phaseOf(loading: LoadingPhase | undefined, days: ServiceDays, facts: Facts): Phase {
  const given = facts.sent.treatment?.phase
  if (given !== undefined) return { phase: given }
  if (loading === undefined) return { missing: ['treatment.phase'] }
  const { from, missing } = courseOf(loading, days, facts)
  if (from === undefined) return { missing: union(['treatment.phase'], missing) }
  const {
    over,
    ground,
    gap,
    open: several,
  } = 'services' in loading.first
    ? afterServices(loading.first.services, from, days, facts)
    : afterDays('days' in loading.first ? loading.first.days : 7 * loading.first.weeks, from, facts)
  // This holds also with facts missing: an earlier start or more services could only end the loading phase
  // sooner.
  if (over) return { phase: 'maintenance', ground }
  const open = union(missing, gap, several ?? [])
  return open.length === 0 && several === undefined
    ? { phase: 'loading', ground }
    : { missing: union(['treatment.phase'], open) }
}

interface Ended {
  readonly over: boolean
  readonly ground: PhaseGround
  readonly gap: readonly string[]
  /** The facts that would tell how many services the days have; undefined if that does not matter. */
  readonly open?: readonly string[] | undefined
}

function afterServices(first: number, from: PlainDate, days: ServiceDays, facts: Facts): Ended {
  const { date } = facts.line
  const before = days.others.sum(from, date)
  const isOpen = before.most >= first
  const openBefore = (end: PlainDate): PlainDate[] => days.openDays(from, end).filter((day) => day < end)
  return {
    over: before.least >= first,
    gap: historyGap(facts, (day) => day >= from),
    // If days may have several services but no modifiers are missing, this is empty, and the phase itself is
    // asked for.
    open: isOpen ? openBefore(date).map(modifiersOn) : undefined,
    ground: { type: 'services', first, known: before.least },
  }
}

function afterDays(first: number, from: PlainDate, { line }: Facts): Ended {
  const end = addDays(from, first)
  return {
    over: line.date >= end,
    gap: [],
    ground: { type: 'days', first, from, end },
  }
}

/**
 * The first day of the course of treatment. If facts are missing, it is the latest possible first day, or
 * undefined.
 */
interface Course {
  readonly from: PlainDate | undefined
  readonly missing: readonly string[]
}

function courseOf({ newCourseAfter }: LoadingPhase, days: ServiceDays, facts: Facts): Course {
  const { date } = facts.line
  const startedOn = facts.sent.treatment?.startedOn
  // A treatment that begins after this service does not tell when the course of this service began.
  if (startedOn !== undefined)
    return startedOn <= date
      ? { from: startedOn, missing: [] }
      : { from: undefined, missing: ['treatment.startedOn'] }
  if (newCourseAfter === undefined) return { from: undefined, missing: ['treatment.startedOn'] }
  const endOf = (day: PlainDate): PlainDate =>
    'days' in newCourseAfter ? addDays(day, newCourseAfter.days) : addMonths(day, newCourseAfter.months)
  const chainOf = (dates: readonly PlainDate[]): PlainDate => {
    let from = date
    for (let at = indexFrom(dates, date) - 1; at >= 0; at--) {
      const day = dates[at] ?? from
      if (from >= endOf(day)) break
      from = day
    }
    return from
  }
  const from = chainOf(days.dates)
  const gap = historyGap(facts, (day) => from < endOf(day))
  // Days on which the service may have been given could make the course begin earlier.
  const isSure = gap.length === 0 && !days.hasLongLine && chainOf(days.others.dates) === from
  return { from, missing: isSure ? [] : union(['treatment.startedOn'], gap) }
}
