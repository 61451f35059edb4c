import type { PlainDate, TreatmentPhase } from '../codes.js'
import { historyGap, type Facts } from '../facts.js'
import { addDays, addMonths } from '../plain-date.js'
import type { LoadingPhase } from '../frequency-limit.js'
import { union } from '../truth.js'
import { count } from '../wording.js'
import type { Timeline } from './timeline.js'

/** The phase of a line, with `because` where the caller did not name it; or what is missing to tell. */
export type Phase =
  | { readonly phase: TreatmentPhase; readonly because?: string }
  | { readonly phase?: undefined; readonly missing: readonly string[] }

/** The phase that the request names; else the one that follows, by the rule, from the start of the treatment or from history. Never guessed. */
export function phaseOf(loading: LoadingPhase | undefined, timeline: Timeline, facts: Facts): Phase {
  const given = facts.sent.treatment?.phase
  if (given !== undefined) return { phase: given }
  if (loading === undefined) return { missing: ['treatment.phase'] }
  const { from, missing } = courseOf(loading, timeline, facts)
  if (from === undefined) return { missing: union(['treatment.phase'], missing) }
  const { over, because, gap } =
    'services' in loading.first
      ? afterServices(loading.first.services, from, timeline, facts)
      : afterDays('days' in loading.first ? loading.first.days : 7 * loading.first.weeks, from, facts)
  // A course that began earlier, or had more services than are known, is over its loading phase all the more.
  if (over) return { phase: 'maintenance', because }
  const open = union(missing, gap)
  return open.length === 0 ? { phase: 'loading', because } : { missing: union(['treatment.phase'], open) }
}

interface Ended {
  readonly over: boolean
  readonly because: string
  readonly gap: readonly string[]
}

function afterServices(first: number, from: PlainDate, timeline: Timeline, facts: Facts): Ended {
  const before = timeline.services(from, addDays(facts.line.date, 1))
  return {
    over: before >= first,
    gap: historyGap(facts, (day) => day >= from),
    because: `the first ${count(first, 'service', 'services')} of a course ${first === 1 ? 'is' : 'are'} its loading phase, and ${before} of this one ${before === 1 ? 'is' : 'are'} known before`,
  }
}

function afterDays(first: number, from: PlainDate, { line }: Facts): Ended {
  const end = addDays(from, first)
  return {
    over: line.date >= end,
    gap: [],
    because: `the first ${count(first, 'day', 'days')} of a course are its loading phase; counted from ${from} they are those before ${end}`,
  }
}

/** First day of the course of treatment; while something is missing it is the latest that it can be, or not known at all. */
interface Course {
  readonly from: PlainDate | undefined
  readonly missing: readonly string[]
}

function courseOf({ newCourseAfter }: LoadingPhase, { dates }: Timeline, facts: Facts): Course {
  const { date } = facts.line
  const startedOn = facts.sent.treatment?.startedOn
  // A treatment that begins after this service says nothing of the course that the service belongs to.
  if (startedOn !== undefined)
    return startedOn <= date
      ? { from: startedOn, missing: [] }
      : { from: undefined, missing: ['treatment.startedOn'] }
  if (newCourseAfter === undefined) return { from: undefined, missing: ['treatment.startedOn'] }
  const endOf = (day: PlainDate): PlainDate =>
    'days' in newCourseAfter ? addDays(day, newCourseAfter.days) : addMonths(day, newCourseAfter.months)
  let from = date
  for (const day of dates.filter((one) => one <= date).reverse()) {
    if (from >= endOf(day)) break
    from = day
  }
  const gap = historyGap(facts, (day) => from < endOf(day))
  return { from, missing: gap.length === 0 ? [] : union(['treatment.startedOn'], gap) }
}
