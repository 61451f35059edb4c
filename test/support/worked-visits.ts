import type { CheckRequest } from '../../src/decision/shapes/request.js'
import { aCheck } from '../protocols/requests.js'

const last = (dateOfService: string) => [{ procedureCode: 'J3420', dateOfService, units: 1 }]
const weekly = ['2026-10-06', '2026-10-13', '2026-10-20', '2026-10-27'].flatMap(last)
const western = { coverage: { planId: 'western-health-advantage' } }
const line = aCheck().serviceLines[0] as CheckRequest['serviceLines'][number]

/** What a front desk may ask about vitamin B12, by the name of the page that answers it. */
export const workedVisits: Readonly<Record<string, CheckRequest>> = {
  'wrong-diagnosis': aCheck({ diagnosisCodes: ['E44.0'] }),
  'covered-diagnosis': aCheck(),
  'listed-diagnosis-not-pointed-to': aCheck({ diagnosisCodes: ['E44.0', 'D51.0'] }),
  'history-not-given': withoutHistory(aCheck()),
  'header-code': aCheck({ diagnosisCodes: ['D51'] }),
  'header-code-not-pointed-to': aCheck({ diagnosisCodes: ['D51.0', 'D51'] }),
  'condition-not-loaded': aCheck({ diagnosisCodes: ['T50.995A'] }),
  'two-units': aCheck({ line: { units: 2 } }),
  'two-lines-of-a-day': aCheck({
    serviceLines: [
      { ...line, modifiers: [] },
      { ...line, lineNumber: 2, modifiers: ['76'] },
    ],
  }),
  'within-the-month': aCheck({
    line: { dateOfService: '2026-11-14' },
    serviceHistory: last('2026-10-15'),
    treatment: { phase: 'maintenance' },
  }),
  'weekly-without-phase': aCheck({ serviceHistory: weekly }),
  'code-not-yet-valid': aCheck({ diagnosisCodes: ['K90.821'], line: { dateOfService: '2023-09-30' } }),
  'before-the-loaded-version': aCheck({ line: { dateOfService: '2023-11-03' } }),
  georgia: aCheck({ coverage: { planId: 'medicare-part-b', state: 'GA' } }),
  institutional: aCheck({ claimType: 'institutional' }),
  'other-payer-a-month-later': aCheck({ ...western, serviceHistory: last('2026-10-03') }),
  'other-payer-two-weeks-later': aCheck({ ...western, serviceHistory: last('2026-10-20') }),
  'other-payer-history-not-given': withoutHistory(aCheck(western)),
  'policy-too-old': aCheck({ coverage: { planId: 'florida-medicaid' } }),
  'plan-not-loaded': aCheck({ coverage: { planId: 'medicare-part-c' } }),
  'hospital-outpatient': aCheck({ line: { placeOfService: '22' } }),
  telehealth: aCheck({ line: { placeOfService: '02' } }),
  'first-injection-of-a-deficiency': aCheck({ diagnosisCodes: ['E53.8'] }),
  'dose-in-millilitres': aCheck({
    serviceLines: [
      {
        lineNumber: 1,
        procedureCode: 'J3420',
        diagnosisPointers: [1],
        dateOfService: '2026-11-03',
        placeOfService: '11',
        administeredDose: { value: 5, unit: 'mL', concentration: { value: 1000, unit: 'MCG/ML' } },
      },
    ],
  }),
  'diagnosis-twice': aCheck({ diagnosisCodes: ['D51.0', 'D51.0'] }),
  visit: aCheck({
    diagnosisCodes: ['D51.0', 'E11.9'],
    serviceLines: [
      { ...line, procedureCode: '99213', modifiers: ['25'], diagnosisPointers: [2] },
      { ...line, lineNumber: 2, procedureCode: '96372', modifiers: [] },
      { ...line, lineNumber: 3, modifiers: [] },
    ],
  }),
}

function withoutHistory({
  serviceHistory: _history,
  serviceHistorySince: _since,
  serviceHistoryScope: _scope,
  ...request
}: CheckRequest): CheckRequest {
  return request
}
