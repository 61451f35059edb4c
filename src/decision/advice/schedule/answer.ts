import { Type, type Static } from 'typebox'
import { TreatmentPhase, plainDate } from '../../shapes/codes.js'
import { FrequencyAnswer, MedicalNecessityAnswer, PriorAuthorizationAnswer } from '../../shapes/answers.js'
import { Decision, NextStep, NotEvaluated } from '../../shapes/determination.js'
import { Citation, InfoNeeded } from '../../shapes/finding.js'
import { weekdays } from '../../shapes/plain-date.js'

const strict = { additionalProperties: false }
const ref = <T>($id: string) => Type.Unsafe<T>(Type.Ref($id))
const { policyRevision, engineVersion, planId, claimType } = Decision.properties
const CitationPointers = Type.Array(Type.Integer({ minimum: 1 }), {
  description: 'The rules behind it: positions in `citations`, counted from 1.',
})
const why = {
  reasonCode: Type.String({
    description: 'Stable machine code of the reason; new codes may be added.',
    examples: ['interval-too-short'],
  }),
  reason: Type.String({ description: 'The reason, as a sentence for a biller.' }),
  citationPointers: CitationPointers,
}
const Segment = Type.Integer({ minimum: 1, description: 'Segment of the wished rhythm, counted from 1.' })
const earlier = {
  onExceed: FrequencyAnswer.properties.onExceed,
  curableBy: Type.Optional(
    Type.Array(Type.Enum(['authorization']), { description: 'What would allow an earlier date.' }),
  ),
}

export const ScheduleMove = Type.Object(
  {
    from: plainDate('The date that was not possible'),
    to: plainDate('The date that was tried next'),
    ...why,
    ...earlier,
  },
  {
    ...strict,
    $id: 'ScheduleMove',
    description:
      'Why a date was moved: a closed day, a service already given or booked on the day, or a rule.',
  },
)
export type ScheduleMove = Static<typeof ScheduleMove>

export const AuthorizationRequest = Type.Object(
  {
    requestAuthorizationBy: Type.Optional(
      plainDate(
        'Last clinic day on which to ask, so that the payer decides in time; absent where its time for a decision is not known',
      ),
    ),
    reasonCode: Type.Enum(['decision-time-known', 'decision-time-before-start', 'decision-time-not-known'], {
      description: 'Where the day comes from, or why there is none.',
    }),
    reason: Type.String({ description: 'The arithmetic, or what is not known, as a sentence for a biller.' }),
  },
  { ...strict, $id: 'AuthorizationRequest', description: 'By when to ask for prior authorization.' },
)
export type AuthorizationRequest = Static<typeof AuthorizationRequest>

export const plannedStatuses = ['within-limit', 'indeterminate'] as const
export const PlannedDate = Type.Object(
  {
    number: Type.Integer({ minimum: 1, description: 'Number of the service in the course.' }),
    segment: Segment,
    segmentName: Type.Optional(Type.String({ description: 'Name of the segment.' })),
    phase: Type.Optional(TreatmentPhase),
    date: plainDate('Date of the service'),
    weekday: Type.Enum(weekdays, { description: 'Day of the week.' }),
    status: Type.Enum(plannedStatuses, {
      description:
        'within-limit: the schedule rules allow it, with the earlier dates counted as given. indeterminate: nothing that is known forbids it, but nothing says that it is allowed either; do not book it as if it were.',
    }),
    wishedOn: plainDate('Date on which it was wished'),
    moves: Type.Array(ref<ScheduleMove>('ScheduleMove'), {
      description: 'Why it is later than wished, step by step; empty when it is not.',
    }),
    frequency: ref<FrequencyAnswer>('FrequencyAnswer'),
    beyondOurCopies: Type.Optional(
      Type.String({
        description:
          'Where no rule speaks because our copy of a source may not be used for the date: which source, and until when it may.',
      }),
    ),
    priorAuthorization: ref<PriorAuthorizationAnswer>('PriorAuthorizationAnswer'),
    authorizationRequest: Type.Optional(ref<AuthorizationRequest>('AuthorizationRequest')),
    authorizationUnitsLeft: Type.Optional(
      Type.Number({ minimum: 0, description: 'Units left on the authorization after this service.' }),
    ),
    medicalNecessity: ref<MedicalNecessityAnswer>('MedicalNecessityAnswer'),
    infoNeeded: Type.Array(ref<InfoNeeded>('InfoNeeded'), {
      description: 'Facts to supply, with pointers into the schedule request.',
    }),
    citationPointers: Type.Object(
      {
        frequency: CitationPointers,
        priorAuthorization: CitationPointers,
        medicalNecessity: CitationPointers,
      },
      { ...strict, description: 'The rules behind each of the three answers.' },
    ),
  },
  { ...strict, $id: 'PlannedDate', description: 'One date of the calendar, with what holds on it.' },
)
export type PlannedDate = Static<typeof PlannedDate>

export const impossibleReasons = [
  'excluded',
  'limit-for-good',
  'rhythm-too-fast',
  'horizon-too-short',
  'no-clinic-day',
] as const
export const ImpossiblePart = Type.Object(
  {
    segment: Segment,
    segmentName: Type.Optional(Type.String({ description: 'Name of the segment.' })),
    planned: Type.Integer({ minimum: 0, description: 'Services of the segment that are in the calendar.' }),
    of: Type.Optional(
      Type.Integer({
        minimum: 1,
        description:
          'Services of the segment that were wished; absent when it was to go on until the end of the horizon.',
      }),
    ),
    wishedOn: Type.Optional(
      plainDate(
        'Date on which the first service that has no date was wished; absent where the segment was not reached',
      ),
    ),
    reasonCode: Type.Enum(impossibleReasons, {
      description:
        'excluded: not covered at all. limit-for-good: a limit leaves no later date. rhythm-too-fast: the rules allow fewer in the horizon than were wished. horizon-too-short: the rhythm does not fit even where no rule moves it. no-clinic-day: the clinic is closed on every day that is left.',
    }),
    reason: Type.String({ description: 'The reason, as a sentence for a biller.' }),
    citationPointers: CitationPointers,
    nextEligibleDate: Type.Optional(
      plainDate(
        'First day after the horizon on which the next would be within the limit, as far as is known',
      ),
    ),
    ...earlier,
  },
  { ...strict, $id: 'ImpossiblePart', description: 'What of the wished course has no date, and why.' },
)
export type ImpossiblePart = Static<typeof ImpossiblePart>

export const ScheduleAuthorization = Type.Object(
  {
    authorizationNumber: Type.String({ description: 'Number of an authorization on file.' }),
    dates: Type.Integer({ minimum: 0, description: 'Planned dates that it covers.' }),
    unitsTaken: Type.Number({ minimum: 0, description: 'Units that these dates take.' }),
    unitsLeft: Type.Optional(
      Type.Number({
        minimum: 0,
        description: 'Units left after them; absent where approved or used units are not given.',
      }),
    ),
    lastDate: Type.Optional(plainDate('Last planned date that it covers')),
    usedUpOn: Type.Optional(plainDate('Planned date that takes its last units')),
  },
  {
    ...strict,
    $id: 'ScheduleAuthorization',
    description: 'What the calendar takes from an authorization on file.',
  },
)
export type ScheduleAuthorization = Static<typeof ScheduleAuthorization>

export const scheduleOutcomes = [
  'impossible',
  'partly-possible',
  'indeterminate',
  'moved',
  'as-wished',
] as const
export const Schedule = Type.Object(
  {
    policyRevision,
    engineVersion,
    planId,
    claimType,
    outcome: Type.Enum(scheduleOutcomes, {
      description:
        'The calendar in a word, the worst that holds: impossible: no date at all. partly-possible: some of the course has no date. indeterminate: for some date it is not known whether it is allowed. moved: every date is within the limits, some later than wished. as-wished.',
    }),
    nextSteps: Type.Array(ref<NextStep>('NextStep'), { description: 'What to do, most pressing first.' }),
    from: plainDate('First day of the horizon'),
    to: plainDate('Last day of the horizon, inclusive'),
    dates: Type.Array(ref<PlannedDate>('PlannedDate'), { description: 'The calendar, in order of date.' }),
    cut: Type.Boolean({ description: 'true: more dates may follow, but `maximumDates` was reached.' }),
    impossible: Type.Array(ref<ImpossiblePart>('ImpossiblePart'), {
      description: 'What of the wished course has no date.',
    }),
    authorizations: Type.Array(ref<ScheduleAuthorization>('ScheduleAuthorization'), {
      description: 'The authorizations on file and what the calendar takes from them.',
    }),
    citations: Type.Array(ref<Citation>('Citation'), { description: 'Every rule that is pointed to.' }),
    notEvaluated: Type.Array(ref<NotEvaluated>('NotEvaluated'), { description: 'What was not checked.' }),
  },
  {
    ...strict,
    $id: 'Schedule',
    description:
      'The earliest calendar that the rules allow. It is advice, not a determination: it is not recorded and has no id. Check each visit before it is billed.',
  },
)
export type Schedule = Static<typeof Schedule>

/** The named components of the answer, for faces that publish or validate it. */
export const scheduleComponents = [
  ScheduleMove,
  AuthorizationRequest,
  PlannedDate,
  ImpossiblePart,
  ScheduleAuthorization,
  Schedule,
]
