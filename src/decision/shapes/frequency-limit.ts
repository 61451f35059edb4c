import { Type, type Static } from 'typebox'
import type { PlainDate } from './codes.js'
import { Month } from './codes.js'

const strict = { additionalProperties: false }

/** One limit over time: an interval, a window, a calendar period or a lifetime. */
export const FrequencyLimit = Type.Union(
  [
    Type.Object(
      { type: Type.Literal('minimum-interval'), days: Type.Integer({ minimum: 1, maximum: 36500 }) },
      strict,
    ),
    Type.Object(
      { type: Type.Literal('minimum-interval'), months: Type.Integer({ minimum: 1, maximum: 1200 }) },
      strict,
    ),
    Type.Object(
      { type: Type.Literal('full-months-after'), months: Type.Integer({ minimum: 1, maximum: 1200 }) },
      strict,
    ),
    Type.Object(
      {
        type: Type.Literal('rolling-window'),
        days: Type.Integer({ minimum: 1, maximum: 36500 }),
        maximum: Type.Number({ minimum: 0, maximum: 999999 }),
      },
      strict,
    ),
    Type.Object(
      {
        type: Type.Literal('rolling-window'),
        months: Type.Integer({ minimum: 1, maximum: 1200 }),
        maximum: Type.Number({ minimum: 0, maximum: 999999 }),
      },
      strict,
    ),
    Type.Object(
      {
        type: Type.Literal('calendar-period'),
        period: Type.Enum(['month', 'quarter', 'year']),
        maximum: Type.Number({ minimum: 0, maximum: 999999 }),
      },
      strict,
    ),
    Type.Object(
      {
        type: Type.Literal('calendar-period'),
        period: Type.Literal('plan-year', {
          description: 'The plan year: twelve months from the first day of its first month.',
        }),
        startMonth: Type.Optional(
          Month(
            'First month of the plan year, where the document says so; absent = that of the plan, or of the request',
          ),
        ),
        maximum: Type.Number({ minimum: 0, maximum: 999999 }),
      },
      strict,
    ),
    Type.Object(
      { type: Type.Literal('lifetime'), maximum: Type.Number({ minimum: 0, maximum: 999999 }) },
      strict,
    ),
  ],
  { description: 'One limit over time.' },
)
export type FrequencyLimit = Static<typeof FrequencyLimit>

/** A limit on the time between two services. */
export type IntervalLimit = Extract<FrequencyLimit, { type: 'minimum-interval' | 'full-months-after' }>
/** A limit on a number of services or units. */
export type CountLimit = Exclude<FrequencyLimit, IntervalLimit>

/** A length of time; where one begins is said where it is used. */
const Stretch = Type.Union([
  Type.Object({ days: Type.Integer({ minimum: 1, maximum: 36500 }) }, strict),
  Type.Object({ months: Type.Integer({ minimum: 1, maximum: 1200 }) }, strict),
])

/** How the loading phase is told from maintenance, where the document says how; never more than it says. */
export const LoadingPhase = Type.Object(
  {
    first: Type.Union(
      [
        Type.Object({ services: Type.Integer({ minimum: 1, maximum: 1000 }) }, strict),
        Type.Object({ days: Type.Integer({ minimum: 1, maximum: 36500 }) }, strict),
        Type.Object({ weeks: Type.Integer({ minimum: 1, maximum: 520 }) }, strict),
      ],
      { description: 'The first services, days or weeks of a course of treatment are its loading phase.' },
    ),
    newCourseAfter: Type.Optional({
      ...Stretch,
      description:
        'Without a service for so long, the next one begins a new course, so that history tells when the course began; absent: the document does not say, and treatment.startedOn must.',
    }),
  },
  {
    ...strict,
    description:
      'How the phase follows from the course of treatment when the request does not name it; maintenance is what comes after.',
  },
)
export type LoadingPhase = Static<typeof LoadingPhase>

/** How the treatment phase follows from the rule: by the number of services of a course, or by its days. */
export type PhaseGround =
  | { readonly type: 'services'; readonly first: number; readonly known: number }
  | { readonly type: 'days'; readonly first: number; readonly from: PlainDate; readonly end: PlainDate }
