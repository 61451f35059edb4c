import type { ScheduleRequest } from '../src/decision/advice/schedule/request.js'
import type { CheckRequest } from '../src/decision/shapes/request.js'
import { outcomes, type Outcome } from '../src/decision/shapes/statuses.js'

/** One exchange to show. The answer is never written here: the application gives it. */
export type ExampleRequest = {
  readonly name: string
  readonly summary: string
  readonly operationId: string
  readonly outcome?: Outcome
} & ({ readonly url: string; readonly body: object } | { readonly url: string })

const visit = {
  coverage: { planId: 'medicare-part-b', state: 'FL' },
  claimType: 'professional',
  diagnosisCodes: ['D51.0'],
  serviceLines: [
    {
      lineNumber: 1,
      procedureCode: 'J3420',
      units: 1,
      diagnosisPointers: [1],
      dateOfService: '2026-11-03',
      placeOfService: '11',
    },
  ],
  serviceHistory: [],
  serviceHistorySince: '2023-01-01',
  serviceHistoryScope: 'practice',
} satisfies CheckRequest
const {
  serviceHistory: _history,
  serviceHistorySince: _since,
  serviceHistoryScope: _scope,
  ...withoutHistory
} = visit

const line = visit.serviceLines[0] as CheckRequest['serviceLines'][number]
const botulinum = {
  coverage: { planId: 'medicare-part-b', state: 'FL' },
  claimType: 'institutional',
  diagnosisCodes: ['G43.709'],
  serviceLines: [
    { lineNumber: 1, procedureCode: 'J0585', units: 155, dateOfService: '2026-11-03', placeOfService: '22' },
  ],
  plannedServices: [{ procedureCode: '64615', dateOfService: '2026-11-03' }],
} satisfies CheckRequest

const course = {
  coverage: { planId: 'test-phases' },
  claimType: 'professional',
  diagnosisCodes: ['D51.0'],
  procedureCode: 'J3420',
  units: 1,
  placeOfService: '11',
  serviceHistory: [],
  serviceHistorySince: '2023-01-01',
  serviceHistoryScope: 'practice',
  startOn: '2026-11-05',
  horizonDays: 90,
  clinicWeekdays: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
  closedOn: ['2026-11-26', '2026-12-25'],
  wishedRhythm: [
    { name: 'daily', every: { days: 1 }, times: 5, phase: 'loading' },
    { name: 'weekly', every: { weeks: 1 }, times: 4, phase: 'loading' },
    { name: 'monthly', every: { months: 1 }, phase: 'maintenance' },
  ],
} satisfies ScheduleRequest
const { coverage: _plan, wishedRhythm: _course, ...facts } = course
const maintenance = [{ name: 'monthly', every: { months: 1 }, phase: 'maintenance' as const }]
const lastDose = {
  procedureCode: 'J3420',
  dateOfService: '2026-10-15',
  units: 1,
  claimStatus: 'paid' as const,
}
const schedule = { operationId: 'planSchedule', url: '/v1/schedules' }

const check = { operationId: 'checkAuthorization', url: '/v1/authorization-checks' }
const frequency = { operationId: 'checkFrequency', url: '/v1/frequency-checks' }
const necessity = { operationId: 'checkMedicalNecessity', url: '/v1/medical-necessity-checks' }
const advice = { operationId: 'whatWouldChange', url: '/v1/what-would-change' }

/** The outcomes that an answer has so far: the schema has one more. */
export const outcomesGiven = outcomes.filter((outcome) => outcome !== 'proceed-with-gaps')

export const exampleRequests: readonly ExampleRequest[] = [
  {
    ...check,
    name: 'proceed',
    outcome: 'proceed',
    summary: 'Vitamin B12 for pernicious anemia: every question passes',
    body: visit,
  },
  {
    ...check,
    url: `${check.url}?view=full`,
    name: 'proceed-in-full',
    outcome: 'proceed',
    summary: 'The same with `view=full`: reasons, findings and sources',
    body: visit,
  },
  {
    ...check,
    name: 'complete-information',
    outcome: 'complete-information',
    summary: 'The same without the service history: the schedule cannot be decided',
    body: withoutHistory,
  },
  {
    ...check,
    name: 'expect-denial',
    outcome: 'expect-denial',
    summary: 'A diagnosis that the local coverage article does not list',
    body: { ...visit, diagnosisCodes: ['E44.0'] },
  },
  {
    ...check,
    url: `${check.url}?view=full`,
    name: 'expect-denial-in-full',
    outcome: 'expect-denial',
    summary: 'The same with `view=full`: what the article lists, and the notice to the patient',
    body: { ...visit, diagnosisCodes: ['E44.0'] },
  },
  {
    ...check,
    name: 'obtain-authorization',
    outcome: 'obtain-authorization',
    summary: 'Botulinum toxin for migraine in a hospital outpatient department',
    body: botulinum,
  },
  {
    ...check,
    name: 'indeterminate',
    outcome: 'indeterminate',
    summary: 'A date of service before the first version of the article that is held',
    body: { ...visit, serviceLines: [{ ...line, dateOfService: '2023-11-03' }] },
  },
  {
    ...check,
    name: 'misspelt-field',
    summary: 'A field that is not known is refused, and the closest known one named',
    body: { ...withoutHistory, service_history: [] },
  },
  {
    ...check,
    name: 'contradictory-request',
    summary: 'Two lines with the same number',
    body: { ...visit, serviceLines: [line, line] },
  },
  {
    operationId: 'checkAuthorizations',
    url: '/v1/authorization-checks/batch',
    name: 'batch',
    summary:
      'Two requests as an array; the second contradicts itself, and the first is answered all the same',
    body: [visit, { ...visit, serviceLines: [line, line] }] satisfies CheckRequest[],
  },
  {
    ...necessity,
    name: 'necessity-not-met',
    summary: 'A diagnosis that is not listed',
    body: { ...visit, diagnosisCodes: ['E44.0'] },
  },
  {
    ...necessity,
    url: `${necessity.url}?view=full`,
    name: 'necessity-not-met-in-full',
    summary: 'The same with `view=full`: reasons, findings and sources',
    body: { ...visit, diagnosisCodes: ['E44.0'] },
  },
  {
    ...necessity,
    name: 'necessity-header-code',
    summary: 'A header code is not billable',
    body: { ...visit, diagnosisCodes: ['D51'] },
  },
  { ...frequency, name: 'frequency-within-limit', summary: 'No earlier service is known', body: visit },
  {
    ...frequency,
    name: 'units-exceed-limit',
    summary: 'Two units on one day',
    body: { ...visit, serviceLines: [{ ...line, units: 2 }] },
  },
  {
    ...frequency,
    url: `${frequency.url}?view=full`,
    name: 'units-exceed-limit-in-full',
    summary: 'The same with `view=full`: reasons, findings and sources',
    body: { ...visit, serviceLines: [{ ...line, units: 2 }] },
  },
  {
    ...schedule,
    name: 'schedule-loading-course',
    summary: 'Daily 5 times, weekly 4 times, then monthly, from a Thursday on',
    body: course,
  },
  {
    ...schedule,
    name: 'schedule-monthly-maintenance',
    summary: 'Monthly maintenance under the Medicare manual, the last dose on 15 October',
    body: {
      ...facts,
      coverage: { planId: 'medicare-part-b', state: 'GA' },
      startOn: '2026-11-02',
      horizonDays: 60,
      serviceHistory: [lastDose],
      wishedRhythm: maintenance,
    } satisfies ScheduleRequest,
  },
  {
    ...schedule,
    name: 'schedule-too-fast',
    summary: 'Weekly in maintenance, where the rules allow once a month',
    body: {
      ...facts,
      coverage: { planId: 'medicare-part-b', state: 'GA' },
      startOn: '2026-11-02',
      horizonDays: 59,
      wishedRhythm: [{ every: { weeks: 1 }, times: 8, phase: 'maintenance' }],
    } satisfies ScheduleRequest,
  },
  {
    ...schedule,
    name: 'schedule-authorization',
    summary: 'An authorization on file is used up on the way, and the next must be asked for in time',
    body: {
      ...facts,
      coverage: { planId: 'test-delegated' },
      startOn: '2026-11-02',
      horizonDays: 62,
      wishedRhythm: [{ every: { weeks: 2 } }],
      authorizations: [
        {
          authorizationNumber: 'A-1',
          status: 'approved',
          procedureCodes: ['J3420'],
          from: '2026-11-01',
          to: '2026-12-31',
          unitsApproved: 5,
          unitsUsed: 2,
        },
      ],
    } satisfies ScheduleRequest,
  },
  {
    ...advice,
    name: 'would-change-units',
    summary: 'Two units where one is allowed: one unit',
    body: { ...visit, serviceLines: [{ ...line, units: 2 }] } satisfies CheckRequest,
  },
  {
    ...advice,
    name: 'would-change-authorization',
    summary: 'The last dose two weeks ago: wait, ask for authorization, and what the record may hold',
    body: {
      ...visit,
      coverage: { planId: 'western-health-advantage' },
      diagnosisCodes: ['E53.8'],
      serviceHistory: [
        { procedureCode: 'J3420', dateOfService: '2026-10-20', units: 1, claimStatus: 'paid' },
      ],
    } satisfies CheckRequest,
  },
  {
    operationId: 'getPriorAuthorizationRequirement',
    name: 'not-required',
    summary: 'On no list, and the lists are complete',
    url: '/v1/prior-authorization-requirements?planId=medicare-part-b&procedureCode=J3420&dateOfService=2026-11-03&state=FL',
  },
  {
    operationId: 'getPriorAuthorizationRequirement',
    name: 'not-required-in-full',
    summary: 'The same with `view=full`: the reason and the lists that were read',
    url: '/v1/prior-authorization-requirements?planId=medicare-part-b&procedureCode=J3420&dateOfService=2026-11-03&state=FL&view=full',
  },
  {
    operationId: 'askPriorAuthorizationRequirement',
    name: 'not-required-asked-in-body',
    summary: 'The same, without a query string',
    url: '/v1/prior-authorization-requirements',
    body: {
      planId: 'medicare-part-b',
      procedureCode: 'J3420',
      dateOfService: '2026-11-03',
      state: 'FL',
      diagnosisCode: ['D51.0'],
    },
  },
  {
    operationId: 'getChecklist',
    name: 'checklist',
    summary: 'What a plan asks for vitamin B12, as data',
    url: '/v1/checklists?planId=western-health-advantage&procedureCode=J3420&dateOfService=2026-11-03',
  },
  {
    operationId: 'makeChecklist',
    name: 'checklist-with-facts',
    url: '/v1/checklists',
    summary: 'With facts: an outline of the clinical justification, gaps marked',
    body: { ...withoutHistory, patient: { ageYears: 70 } },
  },
  {
    operationId: 'getPlan',
    name: 'plan',
    summary: 'A plan and what it follows',
    url: '/v1/plans/medicare-part-b',
  },
  {
    operationId: 'listPlans',
    name: 'plans-by-name',
    summary: 'Found by words on the card',
    url: '/v1/plans?q=medicare',
  },
  {
    operationId: 'getDiagnosis',
    name: 'header-code',
    summary: 'A header code and what it may stand for',
    url: '/v1/diagnoses/D51?dateOfService=2026-11-03',
  },
  {
    operationId: 'getProcedure',
    name: 'procedure',
    summary: 'A drug code with its dose per unit',
    url: '/v1/procedures/J3420?dateOfService=2026-11-03',
  },
  {
    operationId: 'getPlan',
    name: 'not-held',
    summary: 'An id that is not held',
    url: '/v1/plans/no-such-plan',
  },
]
