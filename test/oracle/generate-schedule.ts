// Random courses: over the worlds of the second evaluator, and over worlds in which everything is about frequency.
import type { ScheduleRequest, WishedSegment } from '../../src/decision/advice/schedule/request.js'
import { emptyContent, type PolicyContent } from '../../src/decision/shapes/policy.js'
import type { Rule } from '../../src/decision/shapes/rule.js'
import type { Source } from '../../src/decision/shapes/source.js'
import type { HistoryEntry } from '../../src/decision/shapes/request.js'
import { addDays } from './dates.js'
import { pairOf } from './generate.js'
import { limit } from './generate-rules.js'
import { chance, maybe, pick, seeded, several, some, whole, type Random } from './random.js'

export interface Course {
  seed: number
  request: ScheduleRequest
  content: PolicyContent
}

const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const
const starts = [
  '2027-12-28',
  '2027-12-31',
  '2028-01-29',
  '2028-01-31',
  '2028-02-28',
  '2028-02-29',
  '2028-03-31',
  '2027-08-31',
  '2096-02-29',
  '2099-06-30',
  '2027-03-01',
] as const

/** Dates end with the century. */
const noLater = (date: string): string => (date > '2099-12-31' ? '2099-12-31' : date)

/** A course over a whole world of the second evaluator: places, dates, sources, conditions and all kinds of rules. */
export function courseInWorld(seed: number): Course {
  const { request, content } = pairOf(seed)
  const random = seeded(seed + 77)
  const {
    serviceLines: [line],
    ...facts
  } = request
  if (line === undefined) throw new Error('a line')
  const {
    lineNumber: _number,
    dateOfService,
    dateOfServiceEnd: _end,
    discardedDose: _discarded,
    ...service
  } = line
  return {
    seed,
    content,
    request: { ...facts, ...service, startOn: dateOfService, ...calendar(random, dateOfService, 120) },
  }
}

/** A course under one plan with one to five frequency rules, some of them changing on the way. */
export function courseOfLimits(seed: number): Course {
  const random = seeded(Math.imul(seed, 2654435761))
  const startOn = pick(random, starts)
  const near = () => noLater(addDays(startOn, whole(random, -120, chance(random, 0.2) ? 200 : -1)))
  const request: ScheduleRequest = {
    coverage: { planId: 'a-plan' },
    claimType: 'professional',
    diagnosisCodes: ['D51.0'],
    procedureCode: 'J3420',
    placeOfService: '11',
    patient: { ageYears: 40 },
    claimIsComplete: true,
    ...maybe(random, 0.9, () => ({ units: pick(random, [1, 1, 2]) })),
    ...maybe(random, 0.95, () => ({
      serviceHistory: several(random, 0, 8, (): HistoryEntry => ({
        procedureCode: pick(random, ['J3420', 'J3420', 'J3425']),
        dateOfService: near(),
        ...maybe(random, 0.9, () => ({ units: pick(random, [1, 1, 2]) })),
        ...maybe(random, 0.8, () => ({ modifiers: pick(random, [[], [], ['JW'], ['76']]) })),
        ...maybe(random, 0.1, () => ({ claimStatus: 'denied' as const })),
      })),
    })),
    serviceHistorySince: chance(random, 0.95) ? '1920-01-01' : addDays(startOn, -whole(random, 0, 100)),
    ...maybe(random, 0.8, () => ({
      treatment: { phase: pick(random, ['loading', 'maintenance'] as const) },
    })),
    ...maybe(random, 0.3, () => ({
      plannedServices: several(random, 1, 5, () => ({
        procedureCode: '96372',
        dateOfService: noLater(addDays(startOn, whole(random, 0, 90))),
      })),
    })),
    startOn,
    ...calendar(random, startOn, 400),
  }
  return { seed, request, content: limitsWorld(random, startOn) }
}

function calendar(
  random: Random,
  startOn: string,
  longest: number,
): Pick<ScheduleRequest, 'wishedRhythm' | 'horizonDays' | 'clinicWeekdays' | 'closedOn' | 'maximumDates'> {
  const count = whole(random, 1, 3)
  return {
    wishedRhythm: Array.from({ length: count }, (_, at): WishedSegment => ({
      every: pick<() => WishedSegment['every']>(random, [
        () => ({ days: pick(random, [1, 1, 2, 10, 30]) }),
        () => ({ weeks: pick(random, [1, 1, 2, 4]) }),
        () => ({ months: pick(random, [1, 1, 2]) }),
      ])(),
      ...(at < count - 1 || chance(random, 0.4) ? { times: whole(random, 1, 6) } : {}),
      ...maybe(random, 0.5, () => ({ phase: pick(random, ['loading', 'maintenance'] as const) })),
      ...maybe(random, 0.3, () => ({ countedFrom: pick(random, ['previous-date', 'first-date'] as const) })),
    })),
    horizonDays: whole(random, 1, longest),
    ...maybe(random, 0.6, () => ({
      clinicWeekdays: chance(random, 0.1) ? [pick(random, weekdays)] : some(random, weekdays, 2, 6),
    })),
    ...maybe(random, 0.5, () => ({
      closedOn: several(random, 0, 12, () => noLater(addDays(startOn, whole(random, 0, longest)))),
    })),
    maximumDates: whole(random, 1, 40),
  }
}

const source = (usableThrough?: string): Source => ({
  publisher: 'A publisher',
  title: 'A document',
  url: 'https://example.org/',
  retrievedOn: '2026-10-01',
  grade: 'primary',
  ...(usableThrough === undefined ? {} : { usableThrough }),
})

function limitsWorld(random: Random, startOn: string): PolicyContent {
  const rule = (at: number): Rule => {
    const limits = () => several(random, 1, 2, () => limit(random, chance(random, 0.85)))
    return {
      kind: 'frequency',
      ruleId: `rule-${at}`,
      procedures: ['J3420'],
      statement: 'What the document says.',
      counting: pick(random, ['services', 'units'] as const),
      ...maybe(random, 0.3, () => ({ countsTogether: ['J3420', 'J3425'] })),
      ...(chance(random, 0.75)
        ? { limits: limits() }
        : {
            phases: some(random, ['loading', 'maintenance'] as const, 1, 2).map((phase) => ({
              phase,
              limits: limits(),
            })),
          }),
      ...maybe(random, 0.15, () => ({
        when: { previousService: { procedureCodes: ['J3420'], within: { days: pick(random, [10, 40]) } } },
      })),
      ...maybe(random, 0.15, () => ({ exemptWhen: { companion: { procedureCodes: ['96372'] } } })),
      ...maybe(random, 0.15, () => ({ from: addDays(startOn, whole(random, 0, 90)) })),
      ...maybe(random, 0.15, () => ({ to: addDays(startOn, whole(random, 91, 300)) })),
    }
  }
  const rules = () => several(random, 1, chance(random, 0.5) ? 2 : 5, (at) => rule(at))
  const change = addDays(startOn, whole(random, 1, 300))
  const exclusion: Rule = {
    kind: 'coverage-exclusion',
    ruleId: 'excluded',
    procedures: ['J3420'],
    statement: 'Not covered.',
    basis: 'statutory',
    from: addDays(startOn, whole(random, 0, 100)),
    to: addDays(startOn, whole(random, 101, 200)),
  }
  const usable = () => (chance(random, 0.1) ? addDays(startOn, whole(random, 0, 350)) : undefined)
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
        follows: [
          { policySetId: 'a-set', role: 'governing' },
          { policySetId: 'exclusions', role: 'binding' },
        ],
      },
    ],
    policySets: [
      { policySetId: 'a-set', title: 'A set', publisher: 'A publisher', speaksTo: ['frequency'] },
      {
        policySetId: 'exclusions',
        title: 'A set',
        publisher: 'A publisher',
        speaksTo: ['coverage-exclusion'],
      },
    ],
    policies: [
      {
        policyId: 'a-policy',
        policySetId: 'a-set',
        title: 'A policy',
        versions: chance(random, 0.6)
          ? [{ versionId: 'v1', from: '2020-01-01', source: source(usable()), rules: rules() }]
          : [
              { versionId: 'v1', from: '2020-01-01', to: change, source: source(usable()), rules: rules() },
              {
                versionId: 'v2',
                from: chance(random, 0.8) ? change : addDays(change, 20),
                source: source(usable()),
                rules: rules(),
              },
            ],
      },
      ...(chance(random, 0.15)
        ? [
            {
              policyId: 'not-covered',
              policySetId: 'exclusions',
              title: 'Exclusions',
              versions: [{ versionId: 'v1', from: '2020-01-01', source: source(), rules: [exclusion] }],
            },
          ]
        : []),
    ],
  }
}
