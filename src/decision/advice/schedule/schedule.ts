import { authorizationInFull, frequencyInFull, standingAlone, withWords } from '../../explain/answers.js'
import { codeOf } from '../../reasons/reason.js'
import type { MedicalNecessityVerdict, PriorAuthorizationVerdict } from '../../verdict/answers.js'
import type { Draft } from '../../draft.js'
import type { InfoNeeded } from '../../shapes/finding.js'
import type { Question } from '../../shapes/statuses.js'
import { engineVersion } from '../../engine-version.js'
import { infoNeeded } from '../../facts/missing-facts.js'
import type { Plan } from '../../shapes/policy.js'
import { addDays, weekdayOf } from '../../shapes/plain-date.js'
import { choosePlan } from '../../applicable/plan-choice.js'
import type { Answered } from '../../verdict/answered.js'
import { satisfyFromAuthorizations } from '../../questions/authorizations.js'
import { answerMedicalNecessity } from '../../questions/medical-necessity.js'
import { answerWithFacility } from '../../questions/facility-authorization.js'
import { union } from '../../shapes/truth.js'
import type { PolicyView } from '../../shapes/view.js'
import { documentName } from '../../shapes/source.js'
import type { PlannedDate, Schedule } from './answer.js'
import { authorizationRequest, authorizationsUsed } from './authorization.js'
import { calendarOf, type Planned } from './calendar.js'
import { citationsOf, type Citations } from './citations.js'
import { clinicDaysOf, type ClinicDays } from './clinic-days.js'
import { checkOf, courseOf, pointerInSchedule } from './course.js'
import { impossibleParts } from './impossible.js'
import { movesInWords } from './moves.js'
import { outcomeOf, stepsFor } from './next-steps.js'
import { notChecked } from './not-checked.js'
import type { ScheduleRequest } from './request.js'
import { lastDayOf } from './rhythm.js'

/**
 * Puts a wished course into the calendar: each service on the earliest clinic day, on or after the wished one, that no rule known
 * forbids, the earlier ones counted as given. Pure, total and bounded: docs/use/schedules.md.
 */
export function planSchedule(request: ScheduleRequest, view: PolicyView): Schedule {
  const choice = choosePlan(checkOf(request), view)
  const course = courseOf(request, view, choice.plan)
  const days = clinicDaysOf(request)
  const calendar = calendarOf(request, view, { course, choice, days })
  const citations = citationsOf()
  const answers = answersOf(calendar.planned, choice.plan)
  const { used, leftAfter } = authorizationsUsed(
    request.authorizations ?? [],
    answers.map(({ planned, priorAuthorization }) => ({
      line: planned.facts.line,
      priorAuthorization: priorAuthorization.answer,
    })),
  )
  const dates = answers.map((answer) =>
    plannedDate(answer, leftAfter.get(answer.planned.facts.line), { request, days, citations }),
  )
  const parts = {
    dates,
    cut: calendar.cut,
    impossible: impossibleParts(calendar, request, citations, view),
    authorizations: used,
  }
  return {
    policyRevision: view.policyRevision,
    engineVersion,
    ...(choice.plan === undefined ? {} : { planId: choice.plan.planId }),
    ...(request.claimType === undefined ? {} : { claimType: request.claimType }),
    outcome: outcomeOf(parts),
    nextSteps: stepsFor(parts),
    from: request.startOn,
    to: lastDayOf(request),
    ...parts,
    citations: citations.all(),
    notEvaluated: notChecked(calendar.planned, course.factsOn(request.startOn, request.treatment?.phase, [])),
  }
}

interface Answers {
  readonly planned: Planned
  readonly priorAuthorization: Answered<PriorAuthorizationVerdict>
  readonly medicalNecessity: Answered<MedicalNecessityVerdict>
}

/** Necessity and authorization on each planned date; authorizations on file are spent in the order of the dates. */
function answersOf(planned: readonly Planned[], plan: Plan | undefined): Answers[] {
  const asked = planned.map((one) => {
    const { facts, applicable, verdict } = one
    if (applicable !== undefined && plan !== undefined)
      return {
        planned: one,
        facts,
        answered: answerWithFacility(applicable, facts, { plan }),
        medicalNecessity: answerMedicalNecessity(applicable, facts),
      }
    // Without a plan every question is open for the same reason.
    const { reason } = verdict
    const rest = { missing: verdict.frequency.missing, findings: [], presses: verdict.frequency.presses }
    return {
      planned: one,
      facts,
      answered: { answer: { requirement: 'indeterminate' as const, reason }, ...rest },
      medicalNecessity: { answer: { status: 'indeterminate' as const, reason }, ...rest },
    }
  })
  return satisfyFromAuthorizations(asked).map((priorAuthorization, at) => {
    const { planned: one, medicalNecessity } = asked[at] as (typeof asked)[number]
    return { planned: one, priorAuthorization, medicalNecessity }
  })
}

function plannedDate(
  { planned, priorAuthorization, medicalNecessity }: Answers,
  unitsLeft: number | undefined,
  { request, days, citations }: { request: ScheduleRequest; days: ClinicDays; citations: Citations },
): PlannedDate {
  const {
    wish: { segment, segmentNumber, wishedOn },
    phase,
    date,
    verdict,
    moves,
    facts,
  } = planned
  const wording = standingAlone(facts.view)
  const ask = authorizationRequest(priorAuthorization.answer, date, request.startOn, days)
  // Its optional fields stand in the middle, and are assigned in their place.
  const dated: Draft<Partial<PlannedDate>> = { number: facts.line.lineNumber, segment: segmentNumber }
  if (segment.name !== undefined) dated.segmentName = segment.name
  if (phase !== undefined) dated.phase = phase
  dated.date = date
  dated.weekday = weekdayOf(date)
  dated.status = verdict.status === 'within-limit' ? 'within-limit' : 'indeterminate'
  dated.wishedOn = wishedOn
  dated.moves = movesInWords(moves, citations, facts.view)
  dated.frequency = frequencyInFull(verdict.frequency.answer, wording)
  const beyond = beyondOurCopies(planned)
  if (beyond !== undefined) dated.beyondOurCopies = beyond
  dated.priorAuthorization = authorizationInFull(priorAuthorization.answer, wording)
  if (ask !== undefined) dated.authorizationRequest = ask
  if (unitsLeft !== undefined) dated.authorizationUnitsLeft = unitsLeft
  dated.medicalNecessity = withWords('medical-necessity', medicalNecessity.answer, wording)
  dated.infoNeeded = [
    ...needed('prior-authorization', priorAuthorization.missing),
    ...needed('medical-necessity', medicalNecessity.missing),
    ...needed('frequency', verdict.frequency.missing),
  ]
  dated.citationPointers = {
    frequency: citations.pointersToProvisions(verdict.provisions),
    priorAuthorization: citations.pointersTo(
      priorAuthorization.findings.filter(({ outcome }) => outcome !== 'not-applicable'),
    ),
    medicalNecessity: citations.pointersTo(medicalNecessity.findings),
  }
  return dated as PlannedDate
}

/** Why no rule speaks on a date on which an earlier one had one: a declaration of completeness that no longer reaches it. */
function beyondOurCopies({ applicable, verdict, date }: Planned): string | undefined {
  const lapsed = ['rule-not-loaded', 'policy-stale'].includes(codeOf(verdict.reason))
    ? (applicable?.completeness('frequency').lapsed ?? [])
    : []
  const ended = lapsed.flatMap(({ source, to }) => {
    const until = source.usableThrough ?? (to === undefined ? undefined : addDays(to, -1))
    return until !== undefined && until < date
      ? [`${documentName(source)} may be used for dates of service through ${until}, not for ${date}.`]
      : []
  })
  return ended.length === 0
    ? undefined
    : `${union(ended).join(' ')} Plan these dates when a newer copy is loaded, or ask the payer.`
}

function needed(question: Question, missing: readonly string[]): InfoNeeded[] {
  return [...missing].sort().map((fact) => {
    const info = infoNeeded(fact, question, 0)
    return { ...info, pointer: pointerInSchedule(info.pointer) }
  })
}
