// Every kind of rule is asked: a rule of the kind that the line violates is a finding of the kind's question, and the line does not pass
// that question. The table does not compile without a rule for each kind.
import t from 'tap'
import { decideInParts } from '../../src/decision/decide.js'
import { kinds } from '../../src/decision/questions/kinds.js'
import { emptyContent, type PolicyContent } from '../../src/decision/shapes/policy.js'
import type { CheckRequest } from '../../src/decision/shapes/request.js'
import type { RuleOfKind } from '../../src/decision/shapes/rule.js'
import { decidedKinds, type DecidedKind } from '../../src/decision/shapes/rule-kinds.js'
import { compilePolicyView } from '../../src/policies/loaded/compile.js'

const head = { ruleId: 'a-rule', procedures: ['J3420'], statement: 'What it says.' }
const violated: { readonly [K in DecidedKind]: RuleOfKind<K> } = {
  'prior-authorization': { kind: 'prior-authorization', ...head, cases: [{ requirement: 'required' }] },
  'coverage-exclusion': { kind: 'coverage-exclusion', ...head, basis: 'statutory' },
  diagnosis: { kind: 'diagnosis', ...head, others: 'deny', supports: { diagnosis: { codes: ['D510'] } } },
  documentation: {
    kind: 'documentation',
    ...head,
    purpose: 'with-claim',
    criteria: { documented: 'oral-trial-failed' },
  },
  frequency: {
    kind: 'frequency',
    ...head,
    counting: 'services',
    limits: [{ type: 'minimum-interval', days: 30 }],
  },
  units: { kind: 'units', ...head, maximum: 1, adjudicationIndicator: 2 },
  'claim-line': {
    kind: 'claim-line',
    ...head,
    effect: 'reject',
    requires: { modifier: ['KX'] },
    remedy: 'Add KX.',
  },
}

const request: CheckRequest = {
  coverage: { planId: 'a-plan' },
  claimType: 'professional',
  diagnosisCodes: ['E11.9'],
  documentation: [{ item: 'oral-trial-failed', present: false }],
  serviceHistory: [{ procedureCode: 'J3420', dateOfService: '2026-10-01' }],
  serviceHistorySince: '2020-01-01',
  serviceLines: [
    {
      lineNumber: 1,
      procedureCode: 'J3420',
      dateOfService: '2026-10-05',
      units: 5,
      modifiers: [],
      diagnosisPointers: [1],
      placeOfService: '11',
    },
  ],
}

function contentWith(kind: DecidedKind): PolicyContent {
  return {
    ...emptyContent,
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
      { policySetId: 'a-set', title: 'A set', publisher: 'A publisher', speaksTo: [...decidedKinds] },
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
            source: {
              publisher: 'A publisher',
              title: 'A document',
              url: 'https://example.org/',
              retrievedOn: '2026-10-01',
              grade: 'primary',
            },
            rules: [violated[kind]],
          },
        ],
      },
    ],
  }
}

for (const kind of decidedKinds)
  t.test(`a violated rule of kind ${kind}`, async (t) => {
    const { lines } = decideInParts(request, compilePolicyView(contentWith(kind), 1))
    const finding = lines[0]?.line.findings.find((one) => one.citation.ruleId === 'a-rule')
    t.match(finding, { kind, question: kinds[kind].question })
    t.notOk(
      ['met', 'not-required', 'not-applicable'].includes(finding?.outcome ?? 'met'),
      `its finding objects: ${finding?.outcome}`,
    )
    t.not(lines[0]?.presses.get(kinds[kind].question), 'proceed', 'its question does not pass')
  })
