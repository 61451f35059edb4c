import type { NextStep } from '../../shapes/determination.js'
import { stepCodeFor } from '../../facts/missing-facts.js'
import { count } from '../../explain/wording.js'
import type { ImpossiblePart, PlannedDate, Schedule } from './answer.js'

type Parts = Pick<Schedule, 'dates' | 'impossible' | 'cut'>

/** The calendar in a word: the worst that holds. */
export function outcomeOf({ dates, impossible }: Parts): Schedule['outcome'] {
  if (impossible.length > 0) return dates.length === 0 ? 'impossible' : 'partly-possible'
  if (dates.some(({ status }) => status === 'indeterminate')) return 'indeterminate'
  return dates.some(({ date, wishedOn }) => date !== wishedOn) ? 'moved' : 'as-wished'
}

/** What to do about it, most pressing first; the same sentence once. */
export function stepsFor({ dates, impossible, cut }: Parts): NextStep[] {
  const steps = [
    ...denied(dates),
    ...impossible.map(withoutDate),
    ...authorization(dates),
    ...facts(dates),
    ...undecided(dates),
    ...(cut
      ? [
          {
            code: 'ask-for-more-dates',
            text: `Only the first ${count(dates.length, 'date', 'dates')} are given: raise maximumDates, or ask again from the last one on.`,
          },
        ]
      : []),
    ...(dates.length === 0
      ? []
      : [
          {
            code: 'check-each-visit',
            text: 'This is a plan, not a determination: check each visit before it is billed.',
          },
        ]),
  ]
  return steps.filter((step, at) => steps.findIndex((other) => other.text === step.text) === at)
}

function denied(dates: readonly PlannedDate[]): NextStep[] {
  return byReason(
    dates.filter(({ medicalNecessity }) => medicalNecessity.status === 'not-met'),
    (date) => date.medicalNecessity.reason ?? '',
  ).map(([reason, on]) => ({
    code: 'necessity-not-met',
    text: `Expect denial ${inWords(on)}, whatever the schedule: ${reason}`,
  }))
}

function withoutDate({ segment, segmentName, planned, of, reason }: ImpossiblePart): NextStep {
  const some =
    of === undefined
      ? `after ${count(planned, 'service', 'services')}`
      : `${planned} of ${count(of, 'service', 'services')} planned`
  return {
    code: 'change-course',
    text: `Segment ${segment}${segmentName === undefined ? '' : ` (${segmentName})`}, ${some}: ${reason}`,
  }
}

function authorization(dates: readonly PlannedDate[]): NextStep[] {
  const required = dates.filter(({ priorAuthorization }) => priorAuthorization.requirement === 'required')
  const [first] = required
  if (first === undefined) return []
  const by = first.authorizationRequest?.requestAuthorizationBy
  return [
    {
      code: 'obtain-authorization',
      text: `Obtain prior authorization ${inWords(required)}${by === undefined ? '; how long the decision takes is not known' : `; ask by ${by}`}: ${first.priorAuthorization.reason ?? ''}`,
    },
  ]
}

function facts(dates: readonly PlannedDate[]): NextStep[] {
  return dates.flatMap(({ infoNeeded }) =>
    infoNeeded.map(({ fact, text }) => ({ code: stepCodeFor(fact), text: text ?? '' })),
  )
}

function undecided(dates: readonly PlannedDate[]): NextStep[] {
  const open = dates.filter(
    ({ status, infoNeeded }) =>
      status === 'indeterminate' && !infoNeeded.some(({ question }) => question === 'frequency'),
  )
  return byReason(
    open,
    ({ date, beyondOurCopies, frequency }) =>
      beyondOurCopies?.replace(`, not for ${date}.`, '.') ?? frequency.reason ?? '',
  ).map(([reason, on]) => ({ code: 'verify-schedule', text: `Not decided ${inWords(on)}: ${reason}` }))
}

function byReason(
  dates: readonly PlannedDate[],
  reasonOf: (date: PlannedDate) => string,
): Array<[string, PlannedDate[]]> {
  const groups = new Map<string, PlannedDate[]>()
  for (const date of dates) groups.set(reasonOf(date), [...(groups.get(reasonOf(date)) ?? []), date])
  return [...groups]
}

function inWords(dates: readonly PlannedDate[]): string {
  const first = dates[0]?.date ?? ''
  return dates.length === 1
    ? `for ${first}`
    : `for ${dates.length} dates from ${first} to ${dates.at(-1)?.date ?? ''}`
}
