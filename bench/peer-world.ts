import { addDays } from '../src/decision/shapes/plain-date.js'
import type { Decision } from '../src/decision/shapes/determination.js'
import { emptyContent, type PolicyContent } from '../src/decision/shapes/policy.js'
import type { CheckRequest } from '../src/decision/shapes/request.js'
import type { Verdict } from '../src/decision/verdict/verdict.js'

/** What one plan says, in the few words that every rule engine has: the subset of our policy that peers can be asked about. */
export interface PlanRules {
  readonly planId: string
  readonly authorizationAt: readonly string[]
  readonly diagnoses: readonly string[]
  readonly days: number
  readonly maximum: number
}

/** A question in those words, with what a peer would have to be told: days since the last service (null: none). */
export interface Asked {
  readonly plan: number
  readonly request: CheckRequest
  readonly placeOfService: string
  readonly diagnosis: string
  readonly units: number
  readonly daysSince: number | null
}

/** Four answers, joined: requirement, necessity, frequency, units. */
export type Words = string

const places = ['11', '12', '19', '22', '32', '50']
const pool = Array.from(
  { length: 400 },
  (_, at) => `${'ABCD'[at % 4] ?? 'A'}${10 + Math.floor(at / 40)}${Math.floor(at / 4) % 10}`,
)

function random(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

/** Plans with rules of their own: authorization by place, a list of 40 diagnoses, an interval, a unit limit. */
export function plansOf(count: number): PlanRules[] {
  const next = random(7)
  return Array.from({ length: count }, (_, at) => ({
    planId: `plan-${at}`,
    authorizationAt: places
      .filter(() => next(3) === 0)
      .concat('22')
      .filter((one, position, all) => all.indexOf(one) === position),
    diagnoses: Array.from(
      { length: 40 },
      (__, position) => pool[(10 * position + next(10)) % pool.length] ?? 'A100',
    ),
    days: 7 + next(60),
    maximum: 1 + next(3),
  }))
}

/** The same plans as policy of ours, with sources, so that every finding is cited. */
export function contentOf(plans: readonly PlanRules[]): PolicyContent {
  const base = {
    procedures: ['J3420'],
    statement: 'What the document says of it, in a sentence of usual length for a biller to read.',
  }
  return {
    ...emptyContent,
    payers: [{ payerId: 'payer', name: 'A payer' }],
    plans: plans.map(({ planId }) => ({
      planId,
      payerId: 'payer',
      name: planId,
      lineOfBusiness: 'not-stated',
      benefit: 'medical',
      follows: [{ policySetId: `set-${planId}`, role: 'governing' }],
    })),
    policySets: plans.map(({ planId }) => ({
      policySetId: `set-${planId}`,
      title: planId,
      publisher: 'A payer',
      speaksTo: ['prior-authorization', 'diagnosis', 'frequency', 'units'],
    })),
    policies: plans.map(({ planId, authorizationAt, diagnoses, days, maximum }) => ({
      policyId: `policy-${planId}`,
      policySetId: `set-${planId}`,
      title: 'Vitamin B12',
      versions: [
        {
          versionId: 'v1',
          from: '2020-01-01',
          source: {
            publisher: 'A payer',
            documentNumber: `MP-${planId}`,
            title: 'Vitamin B12 injections',
            url: `https://example.org/${planId}`,
            retrievedOn: '2026-10-01',
            grade: 'primary',
          },
          rules: [
            {
              kind: 'prior-authorization',
              ruleId: 'authorization',
              ...base,
              cases: [
                {
                  when: { placeOfService: [...authorizationAt] },
                  requirement: 'required',
                  consequence: 'denial',
                },
                { requirement: 'not-required' },
              ],
            },
            {
              kind: 'diagnosis',
              ruleId: 'diagnoses',
              ...base,
              others: 'deny',
              supports: { diagnosis: { codes: [...diagnoses] } },
            },
            {
              kind: 'frequency',
              ruleId: 'interval',
              ...base,
              counting: 'services',
              limits: [{ type: 'minimum-interval', days }],
            },
            { kind: 'units', ruleId: 'units', ...base, maximum, adjudicationIndicator: 2 },
          ],
        },
      ],
    })),
  }
}

/** Questions with every fact given, spread over plans, places, diagnoses, units and histories. */
export function questionsOf(plans: readonly PlanRules[], count: number): Asked[] {
  const next = random(11)
  const date = '2026-11-03'
  return Array.from({ length: count }, () => {
    const plan = next(plans.length)
    const rules = plans[plan] as PlanRules
    const diagnosis = (next(2) === 0 ? rules.diagnoses[next(40)] : pool[next(pool.length)]) ?? 'A100'
    const [placeOfService, units, daysSince] = [
      places[next(places.length)] ?? '11',
      1 + next(4),
      next(4) === 0 ? null : 1 + next(90),
    ]
    return {
      plan,
      placeOfService,
      diagnosis,
      units,
      daysSince,
      request: {
        coverage: { planId: rules.planId, state: 'FL' },
        claimType: 'professional',
        patient: { ageYears: 70 },
        diagnosisCodes: [diagnosis],
        serviceLines: [
          {
            lineNumber: 1,
            procedureCode: 'J3420',
            units,
            modifiers: [],
            diagnosisPointers: [1],
            dateOfService: date,
            placeOfService,
          },
        ],
        serviceHistory:
          daysSince === null
            ? []
            : [{ procedureCode: 'J3420', dateOfService: addDays(date, -daysSince), units: 1 }],
        serviceHistorySince: '2020-01-01',
        serviceHistoryScope: 'payer',
      },
    }
  })
}

/** Our verdict in the four words. */
export function wordsOf({ lines: [line] }: Pick<Verdict, 'lines'>): Words {
  if (line === undefined) return ''
  const { answers } = line
  return [
    answers['prior-authorization'].answer.requirement,
    answers['medical-necessity'].answer.status,
    answers.frequency.answer.status,
    answers.units.answer.status,
  ].join(' ')
}

/** Our answer in the four words. */
export function wordsOfAnswer({ lines: [line] }: Pick<Decision, 'lines'>): Words {
  return line === undefined
    ? ''
    : [
        line.priorAuthorization.requirement,
        line.medicalNecessity.status,
        line.frequency.status,
        line.units.status,
      ].join(' ')
}
