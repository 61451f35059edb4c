import type { PlainDate, TreatmentPhase } from '../../shapes/codes.js'
import type { Facts, LineFacts } from '../../facts/facts.js'
import { addDays } from '../../shapes/plain-date.js'
import type { PlanChoice } from '../../applicable/plan-choice.js'
import type { ApplicableRules } from '../../applicable/applicable-rules.js'
import type { PolicyView } from '../../shapes/view.js'
import type { ClinicDays } from './clinic-days.js'
import type { Course } from './course.js'
import { applicableByStretch, dayWithoutPlan, judgeDay, type DayVerdict } from './day.js'
import { earliestDay, type Moved, type Search } from './earliest.js'
import type { ScheduleRequest } from './request.js'
import { firstWish, lastDayOf, wishAfter, type Wish } from './rhythm.js'
import { policyChanges, type PolicyChanges } from './turning-points.js'

export const usualMaximum = 100

/** A service that has a date: the wish, the way to the date, and the facts it was judged on. */
export interface Planned {
  readonly wish: Wish
  readonly phase: TreatmentPhase | undefined
  readonly date: PlainDate
  readonly moves: readonly Moved[]
  readonly verdict: DayVerdict
  readonly facts: Facts
  readonly applicable: ApplicableRules | undefined
}

/** The wish at which the course stopped short; without a search it was wished after the horizon. */
export interface Unplanned {
  readonly wish: Wish
  readonly search?: Search
}

export interface Calendar {
  readonly planned: readonly Planned[]
  readonly unplanned?: Unplanned
  readonly cut: boolean
}

interface Judged {
  readonly facts: Facts
  readonly applicable: ApplicableRules | undefined
  readonly verdict: DayVerdict
}

/** Puts the course into the calendar, service by service: each on the earliest day that nothing known forbids, the earlier ones counted as given. */
export function calendarOf(
  request: ScheduleRequest,
  view: PolicyView,
  { course, choice, days }: { course: Course; choice: PlanChoice; days: ClinicDays },
): Calendar {
  const lastDay = lastDayOf(request)
  const { changes, judge } = judgeOf(choice, course.code, view)
  const planned: Planned[] = []
  const lines: LineFacts[] = []
  let segmentBegan = request.startOn
  for (let wish = firstWish(request); wish !== undefined;) {
    if (wish.wishedOn > lastDay)
      return wish.segment.times === undefined
        ? { planned, cut: false }
        : { planned, cut: false, unplanned: { wish } }
    if (planned.length === (request.maximumDates ?? usualMaximum)) return { planned, cut: true }
    const phase = wish.segment.phase ?? request.treatment?.phase
    let judged: Judged | undefined
    const before = lines.at(-1)?.date
    const search = earliestDay({
      wishedOn: wish.wishedOn,
      notBefore: before === undefined ? wish.wishedOn : addDays(before, 1),
      lastDay,
      days,
      given: course.given,
      judge: (date) => {
        const facts = course.factsOn(date, phase, lines)
        const { applicable, verdict } = judge(facts)
        judged = { facts, applicable, verdict }
        return judged.verdict
      },
      nextChange: (date) =>
        firstOf(
          changeAfter(date, changes, phase),
          course.recorded.find((day) => day > date),
        ),
    })
    if (search.date === undefined || judged === undefined)
      return { planned, cut: false, unplanned: { wish, search } }
    const { facts, applicable, verdict } = judged
    planned.push({ wish, phase, date: search.date, moves: search.moves, verdict, facts, applicable })
    lines.push(facts.line)
    if (wish.number === 1) segmentBegan = search.date
    wish = wishAfter(wish, search.date, segmentBegan, request.wishedRhythm)
  }
  return { planned, cut: false }
}

function firstOf(one: PlainDate | undefined, other: PlainDate | undefined): PlainDate | undefined {
  return one === undefined || (other !== undefined && other < one) ? other : one
}

interface Judge {
  readonly changes: PolicyChanges
  readonly judge: (facts: Facts) => Pick<Judged, 'applicable' | 'verdict'>
}

/** How days are judged: by the rules of the plan, or all alike where no plan answers. */
function judgeOf(choice: PlanChoice, code: string, view: PolicyView): Judge {
  if (choice.type === 'no-plan') {
    const verdict = dayWithoutPlan(choice)
    return { changes: unchanging, judge: () => ({ applicable: undefined, verdict }) }
  }
  const changes = policyChanges(choice.plan, code, view)
  const applicableOf = applicableByStretch(choice.plan, changes)
  return {
    changes,
    judge: (facts) => {
      const applicable = applicableOf(facts)
      return { applicable, verdict: judgeDay(applicable, facts) }
    },
  }
}

const unchanging: PolicyChanges = { turningPoints: [], changesDaily: false, hasPhases: false }

/** Without a phase both phases are asked, and a day on which one still forbids and the other no longer does is unknown, not forbidden: each day counts. */
function changeAfter(
  date: PlainDate,
  { turningPoints, changesDaily, hasPhases }: PolicyChanges,
  phase: TreatmentPhase | undefined,
): PlainDate | undefined {
  return changesDaily || (hasPhases && phase === undefined)
    ? addDays(date, 1)
    : turningPoints.find((day) => day > date)
}
