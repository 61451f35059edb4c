// The worked example of the design as a small literal content: J3420 under Medicare Part B in Florida and Georgia.
import { emptyContent, type PolicyContent } from '../../src/decision/shapes/policy.js'
import type { Rule } from '../../src/decision/shapes/rule.js'
import type { DecidedKind } from '../../src/decision/shapes/rule-kinds.js'
import type { Source } from '../../src/decision/shapes/source.js'
import type { CheckRequest, ServiceLine } from '../../src/decision/shapes/request.js'

const source = (
  grade: Source['grade'] = 'primary',
  trust: Pick<Source, 'coversThrough' | 'usableThrough'> = {},
): Source => ({
  publisher: 'A publisher',
  title: 'A document',
  url: 'https://example.org/',
  retrievedOn: '2026-09-30',
  grade,
  ...trust,
})
const base = (ruleId: string) => ({ ruleId, procedures: ['J3420', 'J3425'], statement: 'What it says.' })
const kinds: DecidedKind[] = ['coverage-exclusion', 'diagnosis', 'documentation', 'frequency', 'claim-line']
const complete = (of: DecidedKind[], jurisdiction?: { states: string[] }) => ({
  kinds: of,
  procedures: ['J0000-J9999'],
  from: '2025-01-01',
  statement: 'All is held.',
  source: source(),
  ...(jurisdiction === undefined ? {} : { jurisdiction }),
})
const policy = (policySetId: string, rules: Rule[], from = '2020-01-01', of = source()) => ({
  policyId: `${policySetId}-policy`,
  policySetId,
  title: 'A policy',
  versions: [{ versionId: 'v1', from, source: of, rules }],
})
const plan = (planId: string, follows: [string, 'binding' | 'governing' | 'fallback'][]) => ({
  planId,
  payerId: `${planId}-payer`,
  name: 'A plan',
  lineOfBusiness: 'not-stated' as const,
  benefit: 'medical' as const,
  follows: follows.map(([policySetId, role]) => ({ policySetId, role })),
})
const set = (
  policySetId: string,
  speaksTo: DecidedKind[],
  completeness: ReturnType<typeof complete>[] = [],
) => ({
  policySetId,
  title: 'A set',
  publisher: 'A publisher',
  speaksTo,
  completeness,
})
const onceMonthly: Rule = {
  kind: 'frequency',
  ...base('once-monthly'),
  counting: 'services',
  phases: [{ phase: 'maintenance', limits: [{ type: 'minimum-interval', months: 1 }] }],
}
const overMonthly = { previousService: { procedureCodes: ['J3420'], within: { months: 1 } } }

/** Articles, the manual behind them, lists, unit limits, one commercial payer, one old secondary policy, one sandbox plan. */
export const content: PolicyContent = {
  ...emptyContent,
  payers: ['medicare-part-b', 'western-health-advantage', 'florida-medicaid', 'test-monthly'].map((id) => ({
    payerId: `${id}-payer`,
    name: 'A payer',
  })),
  plans: [
    plan('medicare-part-b', [
      ['articles', 'governing'],
      ['lists', 'governing'],
      ['mue', 'governing'],
      ['manual', 'fallback'],
    ]),
    plan('western-health-advantage', [['wha', 'governing']]),
    plan('florida-medicaid', [['medicaid', 'governing']]),
    plan('test-monthly', [['monthly', 'governing']]),
  ],
  policySets: [
    set('articles', kinds, [complete(kinds)]),
    set('lists', ['prior-authorization'], [complete(['prior-authorization'])]),
    set('mue', ['units']),
    set('manual', kinds),
    set('wha', ['prior-authorization', 'diagnosis']),
    set('medicaid', ['prior-authorization', 'diagnosis']),
    set('monthly', ['frequency']),
  ],
  policies: [
    {
      ...policy(
        'articles',
        [
          {
            kind: 'diagnosis',
            ...base('group-1'),
            supports: { diagnosis: { codeSet: 'group-1' } },
            others: 'deny',
            conditionalCodes: [{ codes: ['T50995A'], note: 'The text of the asterisk is not held.' }],
          },
        ],
        '2024-04-01',
      ),
      jurisdiction: { states: ['FL', 'PR', 'VI'], contractorTypes: ['mac-part-b'] },
    },
    policy('manual', [
      {
        kind: 'diagnosis',
        ...base('named'),
        supports: { diagnosis: { codes: ['D510'] } },
        others: 'unknown',
      },
      {
        ...onceMonthly,
        ruleId: 'manual-monthly',
        phases: [
          { phase: 'loading', limits: [] },
          { phase: 'maintenance', limits: [{ type: 'minimum-interval', months: 1 }] },
        ],
      },
    ]),
    policy('wha', [
      {
        kind: 'prior-authorization',
        ...base('wha'),
        cases: [
          { when: { any: [overMonthly, { units: { over: 1 } }] }, requirement: 'required' },
          { requirement: 'not-required' },
        ],
      },
      {
        kind: 'documentation',
        ...base('wha-oral'),
        purpose: 'decides-necessity',
        when: overMonthly,
        criteria: { any: [{ documented: 'oral-trial-failed' }, { diagnosis: { codes: ['D510'] } }] },
      },
    ]),
    policy(
      'medicaid',
      [
        { kind: 'prior-authorization', ...base('medicaid'), cases: [{ requirement: 'required' }] },
        { kind: 'diagnosis', ...base('medicaid-diagnosis'), others: 'unknown' },
      ],
      '2013-01-01',
      source('secondary', { usableThrough: '2014-12-31' }),
    ),
    policy('monthly', [onceMonthly], '2020-01-01', source('fictional')),
  ],
  codeSets: [{ codeSetId: 'group-1', title: 'Group 1.', codes: ['D510', 'D511', 'K90821', 'T50995A'] }],
  unitLimits: [
    {
      policySetId: 'mue',
      edition: '2026-Q4',
      setting: 'practitioner',
      from: '2020-01-01',
      source: source(),
      rows: [{ procedureCode: 'J3420', maximum: 1, adjudicationIndicator: 3 }],
    },
  ],
  codeTables: [
    {
      system: 'icd-10-cm',
      source: source('primary', { coversThrough: '2026-09-30' }),
      held: [{ from: '2020-10-01' }],
      complete: ['D51', 'E44', 'K90'],
      rows: [
        { code: 'D51', from: '2015-10-01', billable: false },
        ...['D510', 'D511', 'E440', 'T50995A'].map((code) => ({ code, from: '2015-10-01', billable: true })),
        { code: 'K90821', from: '2023-10-01', billable: true },
      ],
    },
    {
      system: 'hcpcs',
      source: source(),
      held: [{ from: '1990-01-01' }],
      complete: ['J34'],
      rows: [{ code: 'J3420', from: '1986-01-01', billable: true, dosePerUnit: { value: 1000, unit: 'ug' } }],
    },
  ],
}

/** The claim that every row of the table changes a little: one line in an office in Florida. */
export function claim(
  change: Partial<CheckRequest> = {},
  changeLine: Partial<ServiceLine> = {},
): CheckRequest {
  return {
    coverage: { planId: 'medicare-part-b', state: 'FL' },
    claimType: 'professional',
    diagnosisCodes: ['D51.0'],
    serviceHistory: [],
    serviceHistorySince: '2023-01-01',
    serviceHistoryScope: 'practice',
    treatment: { phase: 'maintenance' },
    serviceLines: [
      {
        lineNumber: 1,
        procedureCode: 'J3420',
        units: 1,
        dateOfService: '2026-11-03',
        placeOfService: '11',
        diagnosisPointers: [1],
        ...changeLine,
      },
    ],
    ...change,
  }
}
