// Contradictory rules, impossible rhythms, history in the future and very long histories: a clear answer, soon. Properties of the dates.
import * as fc from 'fast-check'
import t from 'tap'
import { determine } from '../../src/decision/determine.js'
import type { FrequencyAnswer } from '../../src/decision/shapes/answers.js'
import { addDays, addMonths } from '../../src/decision/shapes/plain-date.js'
import type { FrequencyLimit } from '../../src/decision/shapes/frequency-limit.js'
import { emptyContent } from '../../src/decision/shapes/policy.js'
import type { Rule } from '../../src/decision/shapes/rule.js'
import type { CheckRequest, HistoryEntry } from '../../src/decision/shapes/request.js'
import { compilePolicyView } from '../../src/policies/loaded/compile.js'
import { runs } from './worlds.js'

const date = '2026-11-03'

function viewOf(...lists: readonly FrequencyLimit[][]) {
  const rules: Rule[] = lists.map((limits, at) => ({
    kind: 'frequency',
    ruleId: `rule-${at}`,
    procedures: ['J3420'],
    statement: 'How often.',
    counting: 'services',
    limits,
  }))
  return compilePolicyView(
    {
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
        { policySetId: 'a-set', title: 'A set', publisher: 'A publisher', speaksTo: ['frequency'] },
      ],
      policies: [
        {
          policyId: 'a-policy',
          policySetId: 'a-set',
          title: 'A policy',
          versions: [
            {
              versionId: 'v1',
              from: '2000-01-01',
              source: {
                publisher: 'A publisher',
                title: 'A document',
                url: 'https://example.org/',
                retrievedOn: '2026-11-03',
                grade: 'primary',
              },
              rules,
            },
          ],
        },
      ],
    },
    1,
  )
}

function requestOf(serviceHistory: HistoryEntry[], dates: readonly string[] = [date]): CheckRequest {
  return {
    coverage: { planId: 'a-plan' },
    claimType: 'professional',
    patient: { ageYears: 20 },
    serviceHistory,
    serviceHistorySince: '1900-01-01',
    serviceLines: dates.map((dateOfService, at) => ({
      lineNumber: at + 1,
      procedureCode: 'J3420',
      dateOfService,
      units: 1,
    })),
  }
}

function ask(view: ReturnType<typeof viewOf>, history: readonly string[], on = date): FrequencyAnswer {
  const [line] = determine(
    requestOf(
      history.map((dateOfService) => ({ procedureCode: 'J3420', dateOfService })),
      [on],
    ),
    view,
  ).lines
  if (line === undefined) throw new Error('no line was answered')
  return line.frequency
}

const rhythms: readonly [string, FrequencyLimit[][]][] = [
  [
    'none is ever allowed',
    [[{ type: 'rolling-window', days: 30, maximum: 0 }], [{ type: 'lifetime', maximum: 0 }]],
  ],
  [
    'rules that contradict each other',
    [
      [{ type: 'minimum-interval', days: 36500 }],
      [{ type: 'calendar-period', period: 'month', maximum: 1 }],
      [{ type: 'calendar-period', period: 'plan-year', maximum: 0 }],
    ],
  ],
  [
    'every limit there is',
    [
      [
        { type: 'minimum-interval', days: 29 },
        { type: 'minimum-interval', months: 1 },
        { type: 'full-months-after', months: 2 },
        { type: 'rolling-window', days: 90, maximum: 2 },
        { type: 'rolling-window', months: 12, maximum: 5 },
        { type: 'rolling-window', months: 1200, maximum: 9 },
        { type: 'calendar-period', period: 'quarter', maximum: 1 },
        { type: 'calendar-period', period: 'year', maximum: 4 },
        { type: 'calendar-period', period: 'plan-year', maximum: 4 },
        { type: 'lifetime', maximum: 50 },
      ],
    ],
  ],
]

const failing = /too-soon|exceeds-limit/
const histories: readonly [string, readonly string[], RegExp][] = [
  ['10,000 days in a row', Array.from({ length: 10_000 }, (_, n) => addDays('2099-01-01', -n)), failing],
  ['10,000 services on one day', Array.from({ length: 10_000 }, () => '2026-10-30'), failing],
  // One service or many: without their modifiers nobody knows, unless even one is too many.
  [
    '10,000 services on the day of the line',
    Array.from({ length: 10_000 }, () => date),
    /too-soon|exceeds-limit|indeterminate/,
  ],
  [
    '10,000 services in the future, a month apart',
    Array.from({ length: 10_000 }, (_, n) => addMonths('2026-11-04', n % 870)),
    failing,
  ],
]

t.test('a clear answer in bounded time', async (t) => {
  for (const [rhythm, limits] of rhythms) {
    const view = viewOf(...limits)
    for (const [title, history, expected] of histories) {
      const began = performance.now()
      const { status, reason } = ask(view, history)
      const took = performance.now() - began
      t.match(status, expected, `${rhythm}, ${title}: ${reason?.slice(0, 60) ?? ''}`)
      t.ok(took < 2_000, `${rhythm}, ${title}: ${Math.round(took)} ms`)
    }
  }
  const dates = Array.from({ length: 200 }, (_, n) => addDays(date, 7 * n))
  const began = performance.now()
  const { lines } = determine(
    requestOf(
      (histories[0]?.[1] ?? [])
        .slice(0, 2_000)
        .map((dateOfService) => ({ procedureCode: 'J3420', dateOfService })),
      dates,
    ),
    viewOf(...(rhythms[2]?.[1] ?? [])),
  )
  t.equal(lines.length, 200)
  t.ok(
    performance.now() - began < 10_000,
    `the longest request that is accepted: ${Math.round(performance.now() - began)} ms`,
  )
})

const day = fc.integer({ min: -800, max: 800 }).map((n) => addDays(date, n))
const limit: fc.Arbitrary<FrequencyLimit> = fc.oneof(
  fc.record({ type: fc.constant('minimum-interval' as const), days: fc.integer({ min: 1, max: 120 }) }),
  fc.record({ type: fc.constant('minimum-interval' as const), months: fc.integer({ min: 1, max: 6 }) }),
  fc.record({ type: fc.constant('full-months-after' as const), months: fc.integer({ min: 1, max: 6 }) }),
  fc.record({
    type: fc.constant('rolling-window' as const),
    days: fc.integer({ min: 1, max: 120 }),
    maximum: fc.integer({ min: 1, max: 4 }),
  }),
  fc.record({
    type: fc.constant('rolling-window' as const),
    months: fc.integer({ min: 1, max: 6 }),
    maximum: fc.integer({ min: 1, max: 4 }),
  }),
  fc.record({
    type: fc.constant('calendar-period' as const),
    period: fc.constantFrom('month' as const, 'quarter' as const, 'year' as const),
    maximum: fc.integer({ min: 1, max: 4 }),
  }),
)

t.test(
  'the next eligible date is one on which the service is in order, and no day before it is',
  async (t) => {
    fc.assert(
      fc.property(
        fc.array(fc.array(limit, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 2 }),
        fc.array(day, { maxLength: 12 }),
        fc.nat(),
        (lists, history, pick) => {
          const view = viewOf(...lists)
          const { status, nextEligibleDate } = ask(view, history)
          if (status === 'within-limit' || nextEligibleDate === undefined) return status === 'within-limit'
          // On a day that history names already the line would be taken for that entry, which is another question.
          if (
            !history.includes(nextEligibleDate) &&
            ask(
              view,
              history.filter((one) => one !== date),
              nextEligibleDate,
            ).status !== 'within-limit' &&
            !history.includes(date)
          )
            return false
          const between = addDays(date, pick % 400)
          return (
            history.includes(date) ||
            between >= nextEligibleDate ||
            history.includes(between) ||
            ask(view, history, between).status !== 'within-limit'
          )
        },
      ),
      { numRuns: Math.min(runs, 2_000), seed: 20261124 },
    )
    t.pass('held')
  },
)

t.test('history in any order gives the same answer', async (t) => {
  fc.assert(
    fc.property(
      fc.array(limit, { minLength: 1, maxLength: 4 }),
      fc
        .array(day, { maxLength: 12 })
        .chain((dates) =>
          fc.tuple(fc.constant(dates), fc.shuffledSubarray(dates, { minLength: dates.length })),
        ),
      (limits, [one, other]) =>
        JSON.stringify(ask(viewOf(limits), one)) === JSON.stringify(ask(viewOf(limits), other)),
    ),
    { numRuns: Math.min(runs, 2_000), seed: 20261124 },
  )
  t.pass('held')
})
