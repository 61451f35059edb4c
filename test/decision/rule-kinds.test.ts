// Every kind of rule is asked: a rule of the kind that the line violates is a finding of the kind's question, and the line does not pass
// that question; the rule stands on the page of the procedure; a schedule asks it when it says so; and the specification names the kind.
// The table does not compile without a rule for each kind.
import { readFile } from 'node:fs/promises'
import t from 'tap'
import { checklistFor } from '../../src/decision/advice/checklist/checklist.js'
import type { ChecklistRequest } from '../../src/decision/advice/checklist/request.js'
import { askedOfKinds } from '../../src/decision/advice/schedule/asked-of-kinds.js'
import { judgeDay } from '../../src/decision/advice/schedule/day.js'
import { applicableRules } from '../../src/decision/applicable/applicable-rules.js'
import { choosePlan } from '../../src/decision/applicable/plan-choice.js'
import { decide } from '../../src/decision/decide.js'
import { explainInFull } from '../../src/decision/explain/explain.js'
import { factsOf, readRequest } from '../../src/decision/facts/facts.js'
import { kinds } from '../../src/decision/questions/kinds.js'
import { emptyContent, type PolicyContent } from '../../src/decision/shapes/policy.js'
import type { RuleOfKind } from '../../src/decision/shapes/rule.js'
import { decidedKinds, ruleKinds, type DecidedKind } from '../../src/decision/shapes/rule-kinds.js'
import type { PolicyView } from '../../src/decision/shapes/view.js'
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

const request: ChecklistRequest = {
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

/** Whether a rule forbids the day of the line in a schedule. */
function isDayForbidden(view: PolicyView): boolean {
  const read = readRequest(request, view)
  const [line] = read.lines
  const choice = choosePlan(request, view)
  if (line === undefined || choice.type === 'no-plan') throw new Error('no line or no plan')
  const facts = factsOf(read, line)
  return judgeDay(applicableRules(choice.plan, facts), facts).status === 'not-allowed'
}

for (const kind of decidedKinds)
  t.test(`a violated rule of kind ${kind}`, async (t) => {
    const view = compilePolicyView(contentWith(kind), 1)
    const verdict = decide(request, view)
    const { lines } = explainInFull(verdict)
    const [line] = lines
    const isOwn = (one: { citation: { ruleId?: string } }): boolean => one.citation.ruleId === 'a-rule'
    // Documentation is told by rule, with its items.
    const finding = kind === 'documentation' ? line?.documentation.find(isOwn) : line?.findings.find(isOwn)
    if (kind === 'documentation')
      t.match(finding, { purpose: 'with-claim', items: [{ item: 'oral-trial-failed', status: 'missing' }] })
    else t.match(finding, { kind, question: kinds[kind].question })
    t.notOk(
      ['met', 'not-required', 'not-applicable'].includes(finding?.outcome ?? 'met'),
      `its finding objects: ${finding?.outcome}`,
    )
    t.not(verdict.lines[0]?.answers[kinds[kind].question].presses, 'proceed', 'its question does not pass')
    const { sections } = checklistFor(request, view, { outline: false })
    t.strictSame(
      sections.filter(({ standing }) => standing === 'rule').map(({ topic }) => topic),
      [kind],
      'the page has it, under the topic of its name',
    )
    t.equal(
      isDayForbidden(view),
      askedOfKinds[kind] === 'every-day',
      'a schedule asks it of every day, or not',
    )
  })

t.test('the specification names every kind', async (t) => {
  const page = await readFile(new URL('../../docs/use/how-it-decides.md', import.meta.url), 'utf8')
  for (const kind of ruleKinds) t.match(page, new RegExp(`(?<![\\w-])${kind}(?![\\w-])`, 'i'), kind)
})
