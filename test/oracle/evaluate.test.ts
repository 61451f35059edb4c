// The oracle itself, checked by hand: the rows of the worked example, then single corners of the specification.
import t from 'tap'
import { addDays, addMonths, calendarPeriod } from './dates.js'
import { convert } from './convert.js'
import { naiveDetermination, type NaiveLine } from './evaluate.js'
import { claim, content } from './worked-example.js'
import type { CheckRequest, HistoryEntry, ServiceLine } from '../../src/decision/shapes/request.js'
import { faultsOf } from './valid.js'

/** The only line of a claim that differs from the worked example by these changes. */
function lineOf(
  change: Partial<CheckRequest> = {},
  changeLine: Partial<ServiceLine> = {},
): Partial<NaiveLine> {
  const [line] = naiveDetermination(claim(change, changeLine), content).lines
  if (line === undefined) throw new Error('one line')
  return line
}
const given = (...dates: string[]): HistoryEntry[] =>
  dates.map((dateOfService) => ({ procedureCode: 'J3420', dateOfService, units: 1 }))
const wha = { coverage: { planId: 'western-health-advantage', state: 'CA' } }
const withoutHistory = (): CheckRequest => {
  const { serviceHistory, ...request } = claim()
  return serviceHistory === undefined ? claim() : request
}

t.test('the content is valid', async (t) => {
  t.strictSame(faultsOf({ seed: 0, request: claim(), content }), [])
})

t.test('D51.0 in an office in Florida proceeds', async (t) => {
  t.strictSame(lineOf(), {
    lineNumber: 1,
    outcome: 'proceed',
    requirement: 'not-required',
    necessity: 'met',
    frequency: 'within-limit',
    units: 'within-limit',
    claimLine: 'not-checked',
    codeValidity: 'valid',
    diagnosisFacts: ['articles-policy group-1 {"listed":["D510"],"condition":"none","othersDenied":true}'],
    missing: [],
    notices: [],
  })
})

t.test('history not given', async (t) => {
  const answer = naiveDetermination(withoutHistory(), content)
  t.match(answer, {
    outcome: 'complete-information',
    lines: [{ frequency: 'indeterminate', missing: ['serviceHistory'] }],
  })
})

t.test('diagnoses', async (t) => {
  t.match(lineOf({ diagnosisCodes: ['E44.0'] }), {
    necessity: 'not-met',
    outcome: 'expect-denial',
    codeValidity: 'valid',
  })
  t.match(lineOf({ diagnosisCodes: ['D51'] }), { codeValidity: 'invalid', outcome: 'expect-denial' })
  t.match(
    lineOf({ diagnosisCodes: ['D51.0', 'D51'] }),
    { codeValidity: 'invalid', necessity: 'met', outcome: 'expect-denial' },
    'unpointed',
  )
  t.match(lineOf({ diagnosisCodes: ['T50.995A'] }), { necessity: 'indeterminate', missing: [] })
  t.match(lineOf({ diagnosisCodes: ['K90.821'] }, { dateOfService: '2023-09-30' }), {
    codeValidity: 'invalid',
    necessity: 'indeterminate',
  })
  t.match(
    lineOf({}, { dateOfService: '2023-11-03' }),
    { codeValidity: 'valid', necessity: 'indeterminate' },
    'version not held',
  )
})

t.test(
  'without a claim type the linked diagnoses are known where both kinds of claim link the same',
  async (t) => {
    const { claimType, ...request } = claim({ coverage: { planId: 'medicare-part-b', state: 'GA' } })
    t.equal(claimType, 'professional')
    t.match(naiveDetermination({ ...request, diagnosisCodes: ['D51.0'] }, content).lines, [
      { necessity: 'met' },
    ])
    const [line] = naiveDetermination({ ...request, diagnosisCodes: ['D51.0', 'E44.0'] }, content).lines
    t.match(line, { necessity: 'insufficient-evidence' })
    t.ok(line?.missing.includes('claimType'))
  },
)

t.test('units over the limit of the day', async (t) => {
  t.match(lineOf({}, { units: 2 }), { units: 'exceeds-limit', outcome: 'expect-denial' })
  const [line] = claim().serviceLines
  if (line === undefined) return t.fail('one line')
  const twice = claim({ serviceLines: [line, { ...line, lineNumber: 2, modifiers: ['76'] }] })
  t.match(naiveDetermination(twice, content), {
    lines: [{ units: 'exceeds-limit' }, { units: 'exceeds-limit' }],
  })
  t.match(lineOf({}, { units: 1, administeredDose: { value: 1, unit: 'mg' } }), { units: 'within-limit' })
  t.match(lineOf({}, { units: 1, administeredDose: { value: 1001, unit: 'ug' } }), {
    units: 'indeterminate',
    missing: ['units'],
  })
})

t.test('too soon under the manual, which speaks where the article is silent', async (t) => {
  const soon = { serviceHistory: given('2026-10-15') }
  t.match(lineOf(soon, { dateOfService: '2026-11-14' }), {
    frequency: 'too-soon',
    nextEligibleDate: '2026-11-15',
    outcome: 'expect-denial',
  })
  t.match(lineOf(soon, { dateOfService: '2026-11-15' }), { frequency: 'within-limit', outcome: 'proceed' })
  const monthly = { coverage: { planId: 'test-monthly' }, serviceHistory: given('2028-01-31') }
  t.match(lineOf(monthly, { dateOfService: '2028-02-28' }), {
    frequency: 'too-soon',
    nextEligibleDate: '2028-02-29',
  })
  const weekly = { serviceHistory: given('2026-10-13', '2026-10-20', '2026-10-27'), treatment: {} }
  t.match(lineOf(weekly), {
    frequency: 'indeterminate',
    missing: ['treatment.phase'],
    outcome: 'complete-information',
  })
})

t.test('where the article does not speak, the manual does', async (t) => {
  const georgia = { coverage: { planId: 'medicare-part-b', state: 'GA' } }
  t.match(lineOf(georgia), { necessity: 'met' })
  t.match(lineOf({ ...georgia, diagnosisCodes: ['E44.0'] }), { necessity: 'indeterminate', missing: [] })
  t.match(lineOf({ claimType: 'institutional' }), { necessity: 'met', units: 'indeterminate' })
  t.match(lineOf({ coverage: { planId: 'medicare-part-b' } }), {
    necessity: 'insufficient-evidence',
    missing: ['state'],
  })
})

t.test('Western Health Advantage asks for authorization above once a month', async (t) => {
  t.match(lineOf({ ...wha, serviceHistory: given('2026-10-03') }), { requirement: 'not-required' })
  t.match(lineOf({ ...wha, serviceHistory: given('2026-10-20') }), { requirement: 'required' })
  const [line] = naiveDetermination({ ...withoutHistory(), ...wha }, content).lines
  t.match(line, { requirement: 'conditional', missing: ['serviceHistory'] })
})

t.test('an authorization on file satisfies while units are left', async (t) => {
  const authorization = {
    authorizationNumber: 'A1',
    status: 'approved' as const,
    procedureCodes: ['j3420'],
    from: '2026-11-03',
    to: '2026-11-03',
    unitsApproved: 2,
    unitsUsed: 1,
  }
  const soon = { ...wha, serviceHistory: given('2026-10-20') }
  t.match(lineOf({ ...soon, authorizations: [authorization] }), {
    requirement: 'satisfied',
    authorizationNumber: 'A1',
  })
  t.match(lineOf({ ...soon, authorizations: [{ ...authorization, unitsUsed: 2 }] }), {
    requirement: 'required',
  })
  const { unitsUsed, ...partly } = authorization
  t.equal(unitsUsed, 1)
  t.match(lineOf({ ...soon, authorizations: [partly] }), { requirement: 'conditional' })
  const [line] = claim().serviceLines
  if (line === undefined) return t.fail('one line')
  const twice = claim({
    ...soon,
    authorizations: [authorization],
    serviceLines: [{ ...line, lineNumber: 7 }, line],
  })
  t.match(naiveDetermination(twice, content).lines, [
    { lineNumber: 1, requirement: 'satisfied' },
    { lineNumber: 7, requirement: 'required' },
  ])
})

t.test('plans that do not answer', async (t) => {
  t.match(lineOf({ coverage: { planId: 'florida-medicaid', state: 'FL' } }), {
    requirement: 'indeterminate',
    necessity: 'indeterminate',
    outcome: 'indeterminate',
  })
  t.match(lineOf({ coverage: { planId: 'unheard-of' } }), {
    requirement: 'indeterminate',
    necessity: 'indeterminate',
    frequency: 'indeterminate',
    units: 'indeterminate',
    claimLine: 'indeterminate',
    codeValidity: 'valid',
    outcome: 'indeterminate',
    missing: [],
  })
  t.match(lineOf({ coverage: {} }), {
    necessity: 'indeterminate',
    missing: ['planId'],
    outcome: 'complete-information',
  })
})

t.test('dates and conversions', async (t) => {
  t.equal(addMonths('2028-01-31', 1), '2028-02-29')
  t.equal(addMonths('2028-03-31', -13), '2027-02-28')
  t.equal(addDays('2027-12-31', 60), '2028-02-29')
  t.equal(addDays('2028-03-01', -1), '2028-02-29')
  t.equal(addDays('2100-02-28', 1), '2100-03-01')
  for (const n of [1, 31, 366, 36500]) t.equal(addDays(addDays('2028-02-29', n), -n), '2028-02-29')
  t.equal(addDays('2000-01-01', 36500), new Date(Date.UTC(2000, 0, 1 + 36500)).toISOString().slice(0, 10))
  t.strictSame(calendarPeriod('2028-05-31', 'quarter'), { from: '2028-04-01', to: '2028-07-01' })
  t.equal(convert(1, 'mg', 'ug'), 1000)
  t.equal(convert(150, 'pmol/L', 'pg/mL', 1355.37), 203.3055)
  t.equal(convert(150, 'pmol/L', 'pg/mL'), undefined)
  t.equal(convert(1, 'not-a-unit', 'pg/mL'), undefined)
})
