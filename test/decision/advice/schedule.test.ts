// Calendars under rules that are written out: what changes on the way, what contradicts, and what never depends on how it is told.
import t from 'tap'
import { planSchedule } from '../../../src/decision/advice/schedule/schedule.js'
import type { ScheduleRequest } from '../../../src/decision/advice/schedule/request.js'
import { lastDayOf, mostDatesOf } from '../../../src/decision/advice/schedule/rhythm.js'
import { emptyContent, type PolicyContent, type PolicyVersion } from '../../../src/decision/shapes/policy.js'
import type { Rule } from '../../../src/decision/shapes/rule.js'
import { compilePolicyView } from '../../../src/policies/loaded/compile.js'
import { courseInWorld, courseOfLimits } from '../../oracle/generate-schedule.js'
import { frozen, shuffled } from '../worlds.js'
import { worldsOf } from '../../support/short.js'

type FrequencyRule = Extract<Rule, { kind: 'frequency' }>
const source = {
  publisher: 'A publisher',
  title: 'A document',
  url: 'https://example.org/',
  retrievedOn: '2026-10-01',
  grade: 'primary' as const,
}
const frequency = (
  ruleId: string,
  limits: NonNullable<FrequencyRule['limits']>,
  more: Partial<FrequencyRule> = {},
): Rule => ({
  kind: 'frequency',
  ruleId,
  procedures: ['J3420'],
  counting: 'services',
  statement: 'A limit.',
  limits,
  ...more,
})
const authorization = (
  requirement: 'required' | 'not-required',
  decisionTime?: { days: number; dayType: 'calendar' | 'business' },
): Rule => ({
  kind: 'prior-authorization',
  ruleId: requirement,
  procedures: ['J3420'],
  statement: 'It says so.',
  cases: [{ requirement }],
  ...(decisionTime === undefined ? {} : { decisionTime }),
})
const version = (rules: Rule[], more: Partial<PolicyVersion> = {}): PolicyVersion => ({
  versionId: '1',
  from: '2020-01-01',
  source,
  rules,
  ...more,
})

function under(...versions: PolicyVersion[]): PolicyContent {
  return {
    ...emptyContent,
    payers: [{ payerId: 'a-payer', name: 'A payer' }],
    plans: [
      {
        planId: 'a-plan',
        payerId: 'a-payer',
        name: 'A plan',
        lineOfBusiness: 'not-stated',
        benefit: 'medical',
        follows: [{ policySetId: 'a-set', role: 'governing' }],
      },
    ],
    policySets: [
      {
        policySetId: 'a-set',
        title: 'A set',
        publisher: 'A publisher',
        speaksTo: ['frequency', 'prior-authorization'],
      },
    ],
    policies: [{ policyId: 'a-policy', policySetId: 'a-set', title: 'A policy', versions }],
  }
}

const base: ScheduleRequest = {
  coverage: { planId: 'a-plan' },
  claimType: 'professional',
  patient: { ageYears: 40 },
  diagnosisCodes: ['D51.0'],
  procedureCode: 'J3420',
  units: 1,
  serviceHistory: [],
  serviceHistorySince: '1950-01-01',
  startOn: '2028-01-10',
  horizonDays: 200,
  wishedRhythm: [{ every: { weeks: 1 } }],
}
const plan = (content: PolicyContent, more: Partial<ScheduleRequest> = {}) =>
  planSchedule({ ...base, ...more }, compilePolicyView(content, 1))
const datesOf = (schedule: ReturnType<typeof plan>): string[] => schedule.dates.map(({ date }) => date)

t.test('a milder version on the way gives an earlier date than the old one promised', async (t) => {
  const strict = frequency('old', [{ type: 'minimum-interval', days: 90 }])
  const mild = frequency('new', [{ type: 'minimum-interval', days: 30 }])
  const schedule = plan(
    under(version([strict], { to: '2028-02-20' }), version([mild], { versionId: '2', from: '2028-02-20' })),
  )
  t.strictSame(datesOf(schedule).slice(0, 3), ['2028-01-10', '2028-02-20', '2028-03-21'])
  t.match(
    schedule.dates[1]?.moves,
    [{ from: '2028-01-17', to: '2028-02-20', reasonCode: 'interval-too-short', reason: /2028-04-09/ }],
    'the policy changes before the date that the old one named',
  )
  t.match(schedule.citations, [{ ruleId: 'old' }, { ruleId: 'new' }])
})

t.test('prior authorization is that of each date', async (t) => {
  const free = frequency('free', [])
  const content = under(
    version([free, authorization('not-required')], { to: '2028-01-20' }),
    version([free, authorization('required', { days: 14, dayType: 'calendar' })], {
      versionId: '2',
      from: '2028-01-20',
    }),
  )
  const { dates } = plan(content, {
    wishedRhythm: [{ every: { weeks: 1 }, times: 5 }],
    closedOn: ['2028-01-17'],
  })
  t.strictSame(
    dates.map(({ date, priorAuthorization: { requirement }, authorizationRequest }) => [
      date,
      requirement,
      authorizationRequest?.requestAuthorizationBy,
    ]),
    [
      ['2028-01-10', 'not-required', undefined],
      ['2028-01-18', 'not-required', undefined],
      ['2028-01-25', 'required', '2028-01-11'],
      ['2028-02-01', 'required', '2028-01-18'],
      ['2028-02-08', 'required', '2028-01-25'],
    ],
  )
})

t.test('a source that may no longer be used ends what is known, not the calendar', async (t) => {
  const content = under(
    version([frequency('monthly', [{ type: 'minimum-interval', months: 1 }])], {
      source: { ...source, usableThrough: '2028-03-01' },
    }),
  )
  const schedule = plan(content, { wishedRhythm: [{ every: { months: 1 } }] })
  t.strictSame(schedule.dates.map(({ date, status }) => `${date} ${status}`).slice(0, 3), [
    '2028-01-10 within-limit',
    '2028-02-10 within-limit',
    '2028-03-10 indeterminate',
  ])
  t.match(schedule.dates[2]?.frequency, {
    reasonCode: 'policy-stale',
    reason: /may be used until 2028-03-01/,
  })
  t.equal(schedule.outcome, 'indeterminate')
})

t.test('rules that contradict one another leave no date, and say so at once', async (t) => {
  const never = plan(
    under(
      version([
        frequency('some', [{ type: 'rolling-window', days: 30, maximum: 4 }]),
        frequency('none', [{ type: 'calendar-period', period: 'year', maximum: 0 }]),
      ]),
    ),
  )
  t.match(never, {
    outcome: 'impossible',
    dates: [],
    impossible: [{ reasonCode: 'limit-for-good', planned: 0 }],
  })
  t.match(never.citations, [{ ruleId: 'none' }])
  const both = plan(
    under(
      version([
        frequency('a', [{ type: 'minimum-interval', days: 45 }]),
        frequency('b', [
          { type: 'calendar-period', period: 'month', maximum: 1 },
          { type: 'full-months-after', months: 2 },
        ]),
      ]),
    ),
  )
  t.strictSame(
    datesOf(both),
    ['2028-01-10', '2028-04-01', '2028-07-01'],
    'the latest of what each rule asks for',
  )
})

t.test('more units than a period ever allows', async (t) => {
  const schedule = plan(
    under(
      version([
        frequency('units', [{ type: 'calendar-period', period: 'month', maximum: 3 }], { counting: 'units' }),
      ]),
    ),
    { units: 4 },
  )
  t.match(schedule, { outcome: 'impossible', impossible: [{ reasonCode: 'limit-for-good' }] })
})

t.test('an exemption on single days is found among days that are not allowed', async (t) => {
  const content = under(
    version([
      frequency('once', [{ type: 'lifetime', maximum: 1 }], {
        exemptWhen: { companion: { procedureCodes: ['J9305'] } },
      }),
    ]),
  )
  const plannedServices = ['2028-02-29', '2028-05-01'].map((dateOfService) => ({
    procedureCode: 'J9305',
    dateOfService,
  }))
  const schedule = plan(content, { plannedServices, claimIsComplete: true })
  t.strictSame(datesOf(schedule), ['2028-01-10', '2028-02-29', '2028-05-01'])
  t.equal(schedule.dates[1]?.moves.length, 1, 'day after day is one move')
  t.match(schedule.impossible, [{ reasonCode: 'limit-for-good', planned: 3 }])
})

t.test(
  'without a phase, a day on which one phase allows it and the other does not is not known, and not passed over',
  async (t) => {
    const phases = [
      { phase: 'loading' as const, limits: [{ type: 'minimum-interval' as const, days: 3 }] },
      { phase: 'maintenance' as const, limits: [{ type: 'minimum-interval' as const, days: 30 }] },
    ]
    const { limits: _limits, ...rule } = frequency('phased', []) as FrequencyRule
    const content = under(version([{ ...rule, phases }]))
    const schedule = plan(content, { wishedRhythm: [{ every: { days: 1 }, times: 2 }] })
    t.match(schedule.dates, [
      { date: '2028-01-10', status: 'within-limit' },
      { date: '2028-01-13', status: 'indeterminate', infoNeeded: [{ fact: 'treatment.phase' }] },
    ])
    t.strictSame(
      datesOf(
        plan(content, {
          treatment: { phase: 'maintenance' },
          wishedRhythm: [{ every: { days: 1 }, times: 2 }],
        }),
      ),
      ['2028-01-10', '2028-02-09'],
    )
  },
)

t.test('a date that was moved does not move the later ones, where the first one counts', async (t) => {
  const free = under(version([frequency('free', [])]))
  const closed = { closedOn: ['2028-01-17'], horizonDays: 30 }
  t.strictSame(datesOf(plan(free, closed)), [
    '2028-01-10',
    '2028-01-18',
    '2028-01-25',
    '2028-02-01',
    '2028-02-08',
  ])
  t.strictSame(
    datesOf(plan(free, { ...closed, wishedRhythm: [{ every: { weeks: 1 }, countedFrom: 'first-date' }] })),
    ['2028-01-10', '2028-01-18', '2028-01-24', '2028-01-31', '2028-02-07'],
  )
  const long = plan(free, {
    closedOn: ['2028-01-11', '2028-01-12', '2028-01-13'],
    wishedRhythm: [{ every: { days: 1 }, times: 4, countedFrom: 'first-date' }],
  })
  t.strictSame(
    datesOf(long),
    ['2028-01-10', '2028-01-14', '2028-01-15', '2028-01-16'],
    'never two on one day',
  )
  t.match(long.dates[2]?.moves, [{ from: '2028-01-12', to: '2028-01-15', reasonCode: 'after-previous-date' }])
})

t.test('the horizon and the number of dates', async (t) => {
  t.equal(lastDayOf({ ...base, startOn: '2028-02-28', horizonDays: 2 }), '2028-02-29')
  t.equal(lastDayOf({ ...base, startOn: '2099-12-30' }), '2099-12-31', 'dates end with the century')
  t.equal(
    mostDatesOf({
      ...base,
      wishedRhythm: [
        { every: { days: 1 }, times: 5 },
        { every: { weeks: 1 }, times: 4 },
      ],
    }),
    9,
  )
  t.equal(mostDatesOf({ ...base, horizonDays: 1, wishedRhythm: [{ every: { months: 24 } }] }), 1)
  t.equal(mostDatesOf({ ...base, horizonDays: 731, wishedRhythm: [{ every: { days: 1 } }] }), 100)
})

t.test(
  'never more dates than a caller is charged for, nothing written to, and the order of what is told does not show',
  async (t) => {
    const courses = worldsOf(300, 40)
    for (let seed = 1; seed <= courses; seed++) {
      const { request, content } = seed % 2 === 0 ? courseOfLimits(seed) : courseInWorld(seed)
      const view = compilePolicyView(content, 1)
      const schedule = planSchedule(frozen(structuredClone(request)), view)
      const text = JSON.stringify(schedule)
      if (schedule.dates.length > mostDatesOf(request))
        return t.fail(`seed ${seed}: ${schedule.dates.length} dates, ${mostDatesOf(request)} charged`)
      if (JSON.stringify(planSchedule(structuredClone(request), view)) !== text)
        return t.fail(`seed ${seed}: asked twice`)
      const reordered = {
        ...request,
        ...(request.serviceHistory === undefined
          ? {}
          : { serviceHistory: shuffled(request.serviceHistory, seed) }),
        ...(request.closedOn === undefined ? {} : { closedOn: shuffled(request.closedOn, seed) }),
      }
      if (JSON.stringify(planSchedule(reordered, view)) !== text)
        return t.fail(`seed ${seed}: in another order`)
      const gaps = schedule.dates.filter(
        ({ date }, at) => at > 0 && date <= (schedule.dates[at - 1]?.date ?? ''),
      )
      if (
        gaps.length > 0 ||
        schedule.dates.some(({ date, wishedOn }) => date < wishedOn || date > schedule.to)
      )
        return t.fail(`seed ${seed}: out of order`)
    }
    t.pass(`${courses} courses`)
  },
)
