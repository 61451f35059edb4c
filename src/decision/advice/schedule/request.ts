import { Type, type Static } from 'typebox'
import { TreatmentPhase, plainDate } from '../../shapes/codes.js'
import { weekdays } from '../../shapes/plain-date.js'
import { CheckRequest, ServiceLine } from '../../shapes/request.js'

const strict = { additionalProperties: false }
const interval = (unit: string, maximum: number) =>
  Type.Optional(Type.Integer({ minimum: 1, maximum, description: `Number of ${unit}.` }))

export const longestHorizon = 731
export const mostDatesEver = 400

export const Interval = Type.Object(
  { days: interval('days', longestHorizon), weeks: interval('weeks', 104), months: interval('months', 24) },
  {
    ...strict,
    minProperties: 1,
    maxProperties: 1,
    description:
      'A length of time: exactly one of `days`, `weeks` and `months`. Months keep the day of the month, or take the last day where a month has no such day.',
  },
)
export type Interval = Static<typeof Interval>

export const WishedSegment = Type.Object(
  {
    name: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z0-9][A-Za-z0-9 _-]*$',
        maxLength: 40,
        description: 'What the practice calls this part of the course; comes back with each date.',
        examples: ['weekly'],
      }),
    ),
    every: Interval,
    times: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: mostDatesEver,
        description:
          'Number of services. Absent: until the end of the horizon, which only the last segment may.',
      }),
    ),
    phase: Type.Optional(TreatmentPhase),
    countedFrom: Type.Optional(
      Type.Enum(['previous-date', 'first-date'], {
        description:
          'What the rhythm is counted from. previous-date (the default): each wished date is one interval after the planned date before it, so services are never closer together than wished. first-date: the dates are counted from the first of the segment, so that a date which was moved does not move the later ones.',
      }),
    ),
  },
  {
    ...strict,
    description:
      'One part of the wished rhythm: a service every so often, so many times. The first service of the course is wished on `startOn`; the first of a later segment one interval of that segment after the last of the one before.',
  },
)
export type WishedSegment = Static<typeof WishedSegment>

const {
  coverage,
  claimType,
  patient,
  diagnosisCodes,
  claimIsComplete,
  serviceHistory,
  serviceHistorySince,
  serviceHistoryScope,
  labResults,
  documentation,
  treatment,
  authorizations,
  plannedServices,
} = CheckRequest.properties
const {
  procedureCode,
  units,
  administeredDose,
  modifiers,
  ndc,
  vialType,
  diagnosisPointers,
  placeOfService,
  provider,
} = ServiceLine.properties

/** The facts of a check of one line, and the calendar that is wished. */
export const ScheduleRequest = Type.Object(
  {
    coverage,
    claimType,
    patient,
    diagnosisCodes,
    procedureCode,
    units,
    administeredDose,
    modifiers,
    ndc,
    vialType,
    diagnosisPointers,
    placeOfService,
    provider,
    claimIsComplete,
    serviceHistory,
    serviceHistorySince,
    serviceHistoryScope,
    labResults,
    documentation,
    treatment,
    authorizations,
    plannedServices,
    startOn: plainDate('Day on which the first service is wished, and first day of the horizon'),
    wishedRhythm: Type.Array(WishedSegment, {
      minItems: 1,
      maxItems: 10,
      description:
        'The wished course, part by part in order: for instance daily 5 times, weekly 4 times, then monthly.',
    }),
    horizonDays: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: longestHorizon,
        description: 'Number of days that are planned, `startOn` included. Absent: 365.',
      }),
    ),
    clinicWeekdays: Type.Optional(
      Type.Array(Type.Enum(weekdays), {
        minItems: 1,
        maxItems: weekdays.length,
        uniqueItems: true,
        description: 'Days of the week on which the clinic gives the service. Absent: every day.',
      }),
    ),
    closedOn: Type.Optional(
      Type.Array(plainDate('A day on which the clinic is closed'), {
        maxItems: 400,
        description: 'Holidays and other days on which the clinic is closed.',
      }),
    ),
    maximumDates: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: mostDatesEver,
        description: 'Most dates to answer with; the answer says when it was cut. Absent: 100.',
      }),
    ),
  },
  {
    $id: 'ScheduleRequest',
    additionalProperties: false,
    description:
      'A course of one procedure that is to be put into the calendar. The same facts as a check of one line, on no date yet; they count as unchanged over the whole course. Nothing that identifies a patient.',
  },
)
export type ScheduleRequest = Static<typeof ScheduleRequest>
