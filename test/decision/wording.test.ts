// Conditions and documents in words, as they stand in reasons.
import t from 'tap'
import {
  displayDiagnosis,
  inProcedures,
  normalizeCode,
  partsOf,
  wholeState,
} from '../../src/decision/shapes/codes.js'
import type { Expression } from '../../src/decision/shapes/expression.js'
import { mostPressing } from '../../src/decision/shapes/outcome.js'
import { count, describe } from '../../src/decision/explain/wording.js'
import { documentName } from '../../src/decision/shapes/source.js'
import { compilePolicyView } from '../../src/policies/loaded/compile.js'
import { content } from '../oracle/worked-example.js'

const view = compilePolicyView(content, 1)
const lab = { loincCodes: ['2132-9', '2685-6'], is: 'below' as const, value: 200, unit: 'pg/mL' }
const inWords: ReadonlyArray<readonly [Expression, string]> = [
  [{ diagnosis: { codeSet: 'group-1' } }, 'diagnosis Group 1.'],
  [{ diagnosis: { codeSet: 'not-held', codes: ['D510', 'E44'] } }, 'diagnosis not-held or D51.0 or E44'],
  [{ diagnosis: { codes: ['D51*'], position: 'primary' } }, 'primary diagnosis D51.*'],
  [{ diagnosis: { codes: ['D510'], position: 'secondary' } }, 'secondary diagnosis D51.0'],
  [{ lab }, 'LOINC 2132-9 or 2685-6 below 200 pg/mL'],
  [
    { lab: { ...lab, is: 'at-most', maximumAgeDays: 90 } },
    'LOINC 2132-9 or 2685-6 at most 200 pg/mL within 90 days',
  ],
  [{ lab: { ...lab, is: 'above' } }, 'LOINC 2132-9 or 2685-6 above 200 pg/mL'],
  [{ lab: { ...lab, is: 'at-least' } }, 'LOINC 2132-9 or 2685-6 at least 200 pg/mL'],
  [{ documented: 'oral-trial-failed' }, '"oral trial failed" documented'],
  [
    { previousService: { procedureCodes: ['J3420'], within: { months: 1 } } },
    'an earlier J3420 within 1 month',
  ],
  [
    { previousService: { procedureCodes: ['J3420'], within: { months: 2 } } },
    'an earlier J3420 within 2 months',
  ],
  [
    { previousService: { procedureCodes: ['J3420', 'J3425'], within: { days: 1 } } },
    'an earlier J3420 or J3425 within 1 day',
  ],
  [
    { previousService: { procedureCodes: ['J3420'], within: { days: 33 } } },
    'an earlier J3420 within 33 days',
  ],
  [{ companion: { procedureCodes: ['96372', '96401'] } }, '96372 or 96401 on the same date'],
  [{ units: { over: 1 } }, 'more than 1 unit'],
  [{ units: { over: 2 } }, 'more than 2 units'],
  [{ ageYears: { minimum: 18 } }, 'age 18 years or more'],
  [{ ageYears: { maximum: 64 } }, 'age up to 64 years'],
  [{ goldCard: true }, 'provider exempted by the payer'],
  [{ ndcGiven: true }, 'an NDC on the line'],
  [{ placeOfService: ['11', '22'] }, 'place of service 11 or 22'],
  [{ networkStatus: ['in-network'] }, 'in-network provider'],
  [{ sex: ['female'] }, 'sex female'],
  [{ not: { state: ['FL'] } }, 'not state FL'],
  [{ all: [{ state: ['FL'] }, { sex: ['male'] }] }, 'state FL and sex male'],
  [{ any: [{ state: ['FL'] }, { sex: ['male'] }] }, 'state FL or sex male'],
  [{ all: [{ state: ['FL'] }] }, 'state FL'],
  [{ any: [{ state: ['FL'] }] }, 'state FL'],
  [
    { atLeast: { n: 2, of: [{ state: ['FL'] }, { sex: ['male'] }, { goldCard: true }] } },
    'at least 2 of: state FL; sex male; provider exempted by the payer',
  ],
  [{ documented: 'low-b12' }, '"low B12" documented'],
  [{ ageYears: { minimum: 2, maximum: 17 } }, 'age 2 to 17 years'],
  [{ treatmentPhase: ['loading'] }, 'loading phase'],
  [{ vialType: ['single-dose'] }, 'single-dose vial'],
  [
    { all: [{ state: ['FL'] }, { sex: ['male'] }, { goldCard: true }] },
    'state FL, sex male and provider exempted by the payer',
  ],
  [
    {
      all: [
        { documented: 'deficiency' },
        { any: [{ diagnosis: { codes: ['D510'] } }, { documented: 'oral-trial-failed' }] },
      ],
    },
    '"deficiency" documented, and either diagnosis D51.0 or "oral trial failed" documented',
  ],
  [
    { any: [{ all: [{ state: ['FL'] }, { sex: ['male'] }, { goldCard: true }] }, { ndcGiven: true }] },
    'all of state FL, sex male and provider exempted by the payer, or an NDC on the line',
  ],
  [
    {
      all: [
        { any: [{ all: [{ state: ['FL'] }, { sex: ['male'] }] }, { goldCard: true }] },
        { ndcGiven: true },
      ],
    },
    '(both state FL and sex male, or provider exempted by the payer), and an NDC on the line',
  ],
  [{ not: { diagnosis: { codes: ['D510'] } } }, 'no diagnosis D51.0'],
  [{ not: { any: [{ state: ['FL'] }, { sex: ['male'] }] } }, 'none of: state FL; sex male'],
  [{ not: { all: [{ state: ['FL'] }, { sex: ['male'] }] } }, 'not all of: state FL; sex male'],
  [{ not: { not: { state: ['FL'] } } }, 'not (not state FL)'],
]

t.test('every condition in words', async (t) => {
  for (const [expression, words] of inWords) t.equal(describe(expression, view), words)
})

t.test('documents by number and version', async (t) => {
  const source = {
    publisher: 'A publisher',
    title: 'A title',
    url: 'https://example.org/',
    retrievedOn: '2026-11-03',
    grade: 'primary',
  } as const
  t.equal(documentName(source), 'A title')
  t.equal(documentName({ ...source, documentNumber: 'A57755', documentVersion: '18' }), 'A57755 v18')
  t.equal(documentName({ ...source, documentVersion: '2026-Q4' }), 'A title 2026-Q4')
  t.strictSame(
    [0, 1, 2].map((n) => count(n, 'unit', 'units')),
    ['0 units', '1 unit', '2 units'],
  )
})

t.test('codes in one spelling', async (t) => {
  t.strictSame(['d51.0 ', ' j3420', 'E44'].map(normalizeCode), ['D510', 'J3420', 'E44'])
  t.strictSame(['D510', 'd51.01', 'E44', 'T50995A'].map(displayDiagnosis), [
    'D51.0',
    'D51.01',
    'E44',
    'T50.995A',
  ])
  t.strictSame(
    ['J3419', 'J3420', 'J3425', 'J3430', 'J3431', 'J3500'].map((code) =>
      inProcedures(code, ['J3420-J3430', 'J3500']),
    ),
    [false, true, true, true, false, true],
  )
  t.strictSame(['DN', 'QN', 'UN', 'EM', 'WM', 'NF', 'SF', 'FL'].map(wholeState), [
    'NY',
    'NY',
    'NY',
    'MO',
    'MO',
    'CA',
    'CA',
    'FL',
  ])
  t.strictSame(
    ['NY', 'MO', 'CA', 'FL'].map((state) => partsOf(state)),
    [['DN', 'QN', 'UN'], ['EM', 'WM'], ['NF', 'SF'], []],
  )
})

t.test('what presses most', async (t) => {
  t.equal(mostPressing([]), 'proceed')
  t.equal(mostPressing(['proceed', 'indeterminate']), 'indeterminate')
  t.equal(mostPressing(['indeterminate', 'complete-information', 'proceed']), 'complete-information')
  t.equal(mostPressing(['complete-information', 'obtain-authorization']), 'obtain-authorization')
  t.equal(mostPressing(['obtain-authorization', 'expect-denial']), 'expect-denial')
})
