// What a calendar costs: CPU of the process for one plan of two years, without HTTP.
//
//   npm run bench -- schedule [--runs N] [--json]
//
// The first row is the promise: two years under five rules, at most 0.2 ms of CPU at the median. The others show what is slow and that it ends.
import { parseArgs } from 'node:util'
import { emptyContent, type PolicyContent } from '../src/decision/shapes/policy.js'
import type { Rule } from '../src/decision/shapes/rule.js'
import type { ScheduleRequest } from '../src/decision/advice/schedule/request.js'
import { addDays } from '../src/decision/shapes/plain-date.js'
import { built } from './built-app.js'

const { planSchedule } = (await built(
  'decision/advice/schedule/schedule.js',
)) as typeof import('../src/decision/advice/schedule/schedule.js')
const { compilePolicyView } = (await built(
  'policies/loaded/compile.js',
)) as typeof import('../src/policies/loaded/compile.js')

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '300' }, json: { type: 'boolean', default: false } },
})
const runs = Number(values.runs)

type FrequencyRule = Extract<Rule, { kind: 'frequency' }>
const rule = (
  ruleId: string,
  limits: NonNullable<FrequencyRule['limits']>,
  more: Partial<FrequencyRule> = {},
): Rule => ({
  kind: 'frequency',
  ruleId,
  procedures: ['J3420'],
  countsTogether: ['J3420', 'J3425'],
  counting: 'services',
  statement: 'A limit.',
  limits,
  ...more,
})

const fiveRules: Rule[] = [
  rule('interval', [{ type: 'minimum-interval', months: 1 }]),
  rule('window', [{ type: 'rolling-window', days: 90, maximum: 3 }]),
  rule('quarter', [{ type: 'calendar-period', period: 'quarter', maximum: 3 }]),
  rule('year', [{ type: 'calendar-period', period: 'year', maximum: 11 }]),
  rule('lifetime', [{ type: 'lifetime', maximum: 500 }]),
]

const request: ScheduleRequest = {
  coverage: { planId: 'a-plan' },
  claimType: 'professional',
  patient: { ageYears: 70 },
  diagnosisCodes: ['D51.0'],
  procedureCode: 'J3420',
  units: 1,
  placeOfService: '11',
  serviceHistory: Array.from({ length: 12 }, (_, at) => ({
    procedureCode: 'J3420',
    dateOfService: addDays('2025-11-01', at * 31),
    units: 1,
  })),
  serviceHistorySince: '1950-01-01',
  serviceHistoryScope: 'payer',
  startOn: '2026-11-02',
  horizonDays: 731,
  clinicWeekdays: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
  closedOn: ['2026-11-26', '2026-12-25', '2027-01-01', '2027-11-25', '2027-12-24'],
  wishedRhythm: [{ every: { weeks: 1 }, times: 4 }, { every: { months: 1 } }],
}

const history2000 = Array.from({ length: 2000 }, (_, at) => ({
  procedureCode: at % 2 === 0 ? 'J3420' : 'J3425',
  dateOfService: addDays('2026-10-31', -at),
  units: 1,
}))
const exempt = { exemptWhen: { companion: { procedureCodes: ['J9305'] } } }

const cases: ReadonlyArray<readonly [name: string, rules: Rule[], request: ScheduleRequest]> = [
  ['two years, five rules', fiveRules, request],
  ['the same, 2000 services in the history', fiveRules, { ...request, serviceHistory: history2000 }],
  [
    'every day looked at: a lifetime limit with a daily exemption',
    [rule('lifetime', [{ type: 'lifetime', maximum: 1 }], exempt), ...fiveRules.slice(1)],
    request,
  ],
  [
    'the same, 2000 services in the history',
    [rule('lifetime', [{ type: 'lifetime', maximum: 1 }], exempt), ...fiveRules.slice(1)],
    { ...request, serviceHistory: history2000 },
  ],
  [
    '400 dates, one each day',
    [rule('none', [])],
    {
      ...request,
      wishedRhythm: [{ every: { days: 1 } }],
      clinicWeekdays: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'],
      maximumDates: 400,
    },
  ],
  [
    '400 dates, 2000 services in the history, five rules that hold',
    fiveRules.map((_, at) => rule(`wide-${at}`, [{ type: 'rolling-window', days: 30, maximum: 9999 }])),
    { ...request, serviceHistory: history2000, wishedRhythm: [{ every: { days: 1 } }], maximumDates: 400 },
  ],
  [
    'an impossible rhythm: daily under once a month',
    fiveRules,
    { ...request, wishedRhythm: [{ every: { days: 1 }, times: 400 }] },
  ],
]

function contentOf(rules: Rule[]): PolicyContent {
  const source = {
    publisher: 'A publisher',
    title: 'A document',
    url: 'https://example.org/',
    retrievedOn: '2026-10-01',
    grade: 'primary' as const,
  }
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
        speaksTo: ['frequency', 'prior-authorization', 'diagnosis'],
      },
    ],
    policies: [
      {
        policyId: 'a-policy',
        policySetId: 'a-set',
        title: 'A policy',
        versions: [
          {
            versionId: 'v1',
            from: '2020-01-01',
            source,
            rules: [
              ...rules,
              {
                kind: 'prior-authorization',
                ruleId: 'listed',
                procedures: ['J3420'],
                statement: 'Needs authorization.',
                cases: [{ requirement: 'required' }],
              },
              {
                kind: 'diagnosis',
                ruleId: 'any',
                procedures: ['J3420'],
                statement: 'No restriction.',
                others: 'unknown',
              },
            ],
          },
        ],
      },
    ],
  }
}

interface Planned {
  readonly name: string
  readonly medianMs: number
  readonly p95Ms: number
  readonly mostMs: number
  readonly dates: number
}

/** Milliseconds of CPU that one plan takes. */
function measure(name: string, asked: ScheduleRequest, rules: Rule[]): Planned {
  const view = compilePolicyView(contentOf(rules), 1)
  // A server runs for days: what is asked for is compiled by then.
  const warm = process.cpuUsage()
  while (process.cpuUsage(warm).user < 2_000_000) planSchedule(asked, view)
  const times = Array.from({ length: runs }, () => {
    const before = process.cpuUsage()
    planSchedule(asked, view)
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1000
  }).sort((a, b) => a - b)
  const at = (share: number): number =>
    times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? NaN
  return {
    name,
    medianMs: at(0.5),
    p95Ms: at(0.95),
    mostMs: at(1),
    dates: planSchedule(asked, view).dates.length,
  }
}

const rows = cases.map(([name, rules, asked]) => measure(name, asked, rules))
if (values.json) process.stdout.write(`${JSON.stringify(rows)}\n`)
else {
  process.stdout.write('CPU ms: median   p95   max  dates  case\n')
  for (const { name, medianMs, p95Ms, mostMs, dates } of rows)
    process.stdout.write(
      `${medianMs.toFixed(2).padStart(14)} ${p95Ms.toFixed(2).padStart(5)} ${mostMs.toFixed(2).padStart(5)} ${String(dates).padStart(6)}  ${name}\n`,
    )
}
