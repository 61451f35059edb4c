// What an answer says twice it says alike: next steps, missing facts, CRD codes and notes follow from the answers of each line.
import { isDeepStrictEqual } from 'node:util'
import t, { type Test } from 'tap'
import { determine } from '../../src/decision/determine.js'
import type {
  CoverageInformation,
  Decision,
  LineDetermination,
} from '../../src/decision/shapes/determination.js'
import type { Finding } from '../../src/decision/shapes/finding.js'
import { outcomes } from '../../src/decision/shapes/statuses.js'
import type { PolicyContent } from '../../src/decision/shapes/policy.js'
import type { Rule } from '../../src/decision/shapes/rule.js'
import type { CheckRequest } from '../../src/decision/shapes/request.js'
import { compilePolicyView } from '../../src/policies/loaded/compile.js'
import { daysOrEnds, onDay } from '../oracle/days.js'
import { holds } from '../oracle/conditions.js'
import { pairs } from '../oracle/generate.js'
import { completenessOf, planOf as choicePlan, setsThatSpeakTo } from '../oracle/selection.js'
import { worldsOf } from '../support/short.js'

const worlds = [...pairs(70_001, worldsOf(350, 100))].map(({ seed, request, content }) => ({
  seed,
  request,
  content,
  decision: determine(request, compilePolicyView(content, 7)),
}))
const everyLine = worlds.flatMap(({ seed, request, content, decision }) =>
  decision.lines.map((line) => ({ seed, request, content, decision, line })),
)

/** Compares for every line what was found with what was wanted; the first difference is shown. */
function alike(
  t: Test,
  of: (at: (typeof everyLine)[number]) => readonly [found: unknown, wanted: unknown],
): void {
  for (const at of everyLine) {
    const [found, wanted] = of(at)
    if (JSON.stringify(found) === JSON.stringify(wanted)) continue
    t.strictSame(found, wanted, `seed ${at.seed}, line ${at.line.lineNumber}`)
    return
  }
  t.pass(`${everyLine.length} lines`)
}

const isOffSchedule = ({ frequency: { status, curedBy } }: LineDetermination): boolean =>
  (status === 'too-soon' || status === 'exceeds-limit') && curedBy === undefined
const failsOnSchedule = (line: LineDetermination): boolean =>
  isOffSchedule(line) && line.frequency.onExceed === 'deny'
const isReviewed = (line: LineDetermination): boolean =>
  isOffSchedule(line) && line.frequency.onExceed === 'medical-review'
const given = <T>(condition: boolean, ...values: T[]): T[] => (condition ? values : [])
const sorted = (values: Iterable<string>): string[] => [...new Set(values)].sort()

/** Whether a rule of the claim line is only advice for a line: by its effect, or because it is unknown whether it is meant. */
function isAdvice(rule: Rule | undefined, of: LineDetermination): boolean {
  const asked = everyLine.find(({ line }) => line === of)
  const line = asked?.request.serviceLines.find(({ lineNumber }) => lineNumber === of.lineNumber)
  if (rule?.kind !== 'claim-line' || asked === undefined || line === undefined) return false
  if (rule.effect === 'advise') return true
  return (
    rule.whenUnknown === 'advise' &&
    rule.when !== undefined &&
    holds(rule.when, { ...asked, line }).value === 'unknown'
  )
}

/** The findings of such rules that are not content. */
function findingsOf(
  content: PolicyContent,
  line: LineDetermination,
  isSuch: (rule: Rule) => boolean,
): Array<{ finding: Finding; rule: Rule }> {
  return line.findings
    .filter(({ outcome }) => open.includes(outcome))
    .flatMap((finding) => {
      const rule = ruleOf(content, finding.citation)
      return rule !== undefined && isSuch(rule) ? [{ finding, rule }] : []
    })
}

const open = ['not-met', 'insufficient-evidence', 'indeterminate']

const planReasons = new Set([
  'plan-not-held',
  'plan-not-given',
  'plan-payer-mismatch',
  'payer-not-held',
  'payer-has-several-plans',
  'claim-type-not-of-plan',
  'claim-type-not-given',
])

interface Step {
  readonly code: string
  readonly text?: string
}

/** The steps that a line calls for, by what they press; the text only where the answer itself is the sentence. */
function makeSteps(line: LineDetermination, content: PolicyContent): Record<string, Step[]> {
  const {
    priorAuthorization,
    medicalNecessity,
    frequency,
    units,
    claimLine,
    codeValidity,
    documentation,
    infoNeeded,
  } = line
  const asked = new Set(infoNeeded.map(({ question }) => question))
  // Without a plan all questions are open for one reason; the plan is what to look at.
  const noPlan = planReasons.has(priorAuthorization.reasonCode)
  const isOpen = (
    { status }: { status: string },
    question: (typeof infoNeeded)[number]['question'],
  ): boolean => status === 'indeterminate' && !asked.has(question) && !noPlan
  const all: ReadonlyArray<readonly [presses: string, step: Step]> = [
    ...codeValidity.codes
      .filter((code) => code.status === 'invalid')
      .map(({ reason }) => ['expect-denial', { code: 'correct-code', text: reason }] as const),
    ...given(medicalNecessity.status === 'not-met', [
      'expect-denial',
      { code: 'review-medical-necessity', text: medicalNecessity.reason },
    ] as const),
    ...given(failsOnSchedule(line), [
      'expect-denial',
      { code: 'review-schedule', text: frequency.reason },
    ] as const),
    ...given(units.status === 'exceeds-limit', [
      'expect-denial',
      { code: 'review-units', text: units.reason },
    ] as const),
    ...given(claimLine.status === 'conflicting', [
      'expect-denial',
      {
        code: claimLine.reasonCode.startsWith('procedure-pair')
          ? 'review-procedure-pair'
          : 'review-claim-line',
        text: claimLine.reason,
      },
    ] as const),
    ...given(priorAuthorization.requirement === 'required', [
      'obtain-authorization',
      { code: 'obtain-authorization' },
    ] as const),
    ...findingsOf(content, line, (rule) => rule.kind === 'documentation' && rule.purpose === 'with-pa').map(
      ({ finding }) =>
        ['obtain-authorization', { code: 'document-for-authorization', text: finding.reason }] as const,
    ),
    ...given(isReviewed(line), ['complete-information', { code: 'prepare-medical-review' }] as const),
    ...given(priorAuthorization.reasonCode === 'facility-authorization', [
      'complete-information',
      { code: 'ask-facility-authorization' },
    ] as const),
    ...given(claimLine.status === 'incomplete', [
      'complete-information',
      { code: 'correct-claim-line', text: claimLine.reason },
    ] as const),
    ...given(
      documentation.some(({ purpose, status }) => purpose === 'with-claim' && status === 'missing'),
      ['complete-information', { code: 'attach-documentation' }] as const,
    ),
    ...infoNeeded.map(({ fact, text }) => ['complete-information', { code: giveStep(fact), text }] as const),
    ...given(noPlan, ['indeterminate', { code: 'check-plan', text: priorAuthorization.reason }] as const),
    ...given(isOpen({ status: priorAuthorization.requirement }, 'prior-authorization'), [
      'indeterminate',
      { code: 'ask-payer-authorization', text: priorAuthorization.reason },
    ] as const),
    ...given(isOpen(medicalNecessity, 'medical-necessity'), [
      'indeterminate',
      { code: 'ask-payer-coverage', text: medicalNecessity.reason },
    ] as const),
    ...given(isOpen(frequency, 'frequency'), [
      'indeterminate',
      { code: 'ask-payer-frequency', text: frequency.reason },
    ] as const),
    ...given(isOpen(units, 'units'), [
      'indeterminate',
      { code: 'ask-payer-units', text: units.reason },
    ] as const),
    ...given(isOpen(claimLine, 'claim-line'), [
      'indeterminate',
      { code: 'ask-payer-claim-line', text: claimLine.reason },
    ] as const),
    ...codeValidity.codes
      .filter((code) => code.status === 'indeterminate')
      .map(({ reason }) => ['indeterminate', { code: 'verify-code', text: reason }] as const),
    // A line that carries it is not told to, whether or not the rule applies.
    ...findingsOf(content, line, (rule) => rule.kind === 'claim-line')
      .filter(({ rule }) => isAdvice(rule, line))
      .filter(({ finding }) => !finding.reason.includes('The line carries what is required'))
      .map(
        ({ rule }) =>
          [
            'proceed',
            { code: 'check-claim-line', text: rule.kind === 'claim-line' ? rule.remedy : '' },
          ] as const,
      ),
    ...given(
      line.findings.some(({ citation }) => citation.grade === 'secondary') ||
        line.notEvaluated.some(({ code }) => code === 'edition-behind'),
      ['proceed', { code: 'verify-source' }] as const,
    ),
  ]
  // Each sentence stands once, where it presses most.
  const once = all.filter(
    ([, { text }], at) => text === undefined || all.findIndex(([, other]) => other.text === text) === at,
  )
  return Object.fromEntries(
    outcomes.map((outcome) => [
      outcome,
      once.filter(([presses]) => presses === outcome).map(([, step]) => step),
    ]),
  )
}

const made = new Map<LineDetermination, Record<string, Step[]>>()

function stepsOf(line: LineDetermination, content: PolicyContent): Record<string, Step[]> {
  const steps = made.get(line) ?? makeSteps(line, content)
  made.set(line, steps)
  return steps
}

function giveStep(fact: string): string {
  return fact.startsWith('documentation/')
    ? 'give-documentation'
    : fact.startsWith('modifiers/')
      ? 'give-modifiers'
      : `give-${fact.replace('.', '-').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

t.test('the next steps are those that the answers call for, the most pressing first', async (t) => {
  alike(t, ({ decision, line, content }) => [
    sorted(stepsAt(decision, line).map(({ code }) => code)),
    sorted(
      Object.values(stepsOf(line, content))
        .flat()
        .map(({ code }) => code),
    ),
  ])
  alike(t, ({ decision, line, content }) => {
    const bySort = stepsOf(line, content)
    const found = stepsAt(decision, line).map(({ code }) =>
      outcomes.findIndex((outcome) => bySort[outcome]?.some((step) => step.code === code)),
    )
    return [found, found.toSorted((a, b) => a - b)]
  })
  alike(t, ({ decision, line }) => {
    const texts = stepsAt(decision, line).map(({ text }) => text)
    return [texts, [...new Set(texts)]]
  })
  alike(t, ({ decision, line, content }) => {
    const texts = Object.values(stepsOf(line, content))
      .flat()
      .flatMap(({ text }) => text ?? [])
    return [texts.filter((text) => !stepsAt(decision, line).some((step) => step.text === text)), []]
  })
})

t.test('the steps of several lines stand together by what they press', async (t) => {
  for (const { seed, decision, content } of worlds) {
    const ranks = decision.nextSteps.flatMap((step) => {
      const line = decision.lines.find(({ lineNumber }) => lineNumber === step.lineNumber)
      return line === undefined
        ? []
        : [
            outcomes.findIndex((outcome) =>
              stepsOf(line, content)[outcome]?.some(({ code }) => code === step.code),
            ),
          ]
    })
    if (ranks.some((rank, at) => rank < (ranks[at - 1] ?? 0))) t.fail(`seed ${seed}`)
  }
})

function stepsAt(decision: Decision, line: LineDetermination): Decision['nextSteps'] {
  return decision.nextSteps.filter((step) => step.lineNumber === line.lineNumber)
}

t.test('a request with nothing left to do is told to submit, and no other', async (t) => {
  for (const { seed, decision } of worlds) {
    const told = decision.nextSteps.filter(
      ({ code, lineNumber }) => code === 'proceed' && lineNumber === undefined,
    ).length
    if (
      told !== (decision.outcome === 'proceed' ? 1 : 0) ||
      (told === 1 && decision.nextSteps[0]?.code !== 'proceed')
    )
      t.fail(`seed ${seed}`)
  }
})

const paCodes: Record<string, CoverageInformation['paNeeded']> = {
  required: 'auth-needed',
  'not-required': 'no-auth',
  satisfied: 'satisfied',
  conditional: 'conditional',
  indeterminate: 'indeterminate',
}
const infoCodes: Readonly<Record<string, readonly string[]>> = {
  location: ['placeOfService', 'state', 'contractorNumber'],
  performer: ['provider.npi', 'provider.networkStatus', 'provider.taxonomyCode', 'provider.goldCard'],
  timeframe: ['serviceHistory', 'serviceHistorySince', 'treatment.phase', 'treatment.startedOn'],
  'detail-code': ['diagnosisCodes', 'diagnosisPointers', 'modifiers', 'ndc', 'plannedServices'],
}

t.test('the CRD coverage information says the same as the answers', async (t) => {
  alike(t, ({ line }) => {
    const {
      coverageInformation: { covered, paNeeded, satisfiedPaId, docNeeded, docPurpose, infoNeeded, reason },
      medicalNecessity,
      priorAuthorization,
      documentation,
    } = line
    const wantedCovered =
      medicalNecessity.status === 'not-met' ||
      failsOnSchedule(line) ||
      line.units.status === 'exceeds-limit' ||
      line.claimLine.status === 'conflicting'
        ? 'not-covered'
        : {
            met: isReviewed(line) ? 'conditional' : 'covered',
            'insufficient-evidence': 'conditional',
            indeterminate: 'indeterminate',
          }[medicalNecessity.status]
    const wantedPa = covered === 'not-covered' ? undefined : paCodes[priorAuthorization.requirement]
    const purposes = sorted([
      ...given(isReviewed(line), 'retain-doc'),
      ...documentation
        .filter(({ status }) => status !== 'present')
        .flatMap(
          ({ purpose }) =>
            ({
              'with-pa': ['withpa'],
              'with-claim': ['withclaim'],
              retain: ['retain-doc'],
              'decides-necessity': [],
            })[purpose],
        ),
    ])
    const codes = sorted([
      ...given(isReviewed(line) && wantedCovered === 'conditional', 'timeframe'),
      ...line.infoNeeded.map(
        ({ fact }) => Object.entries(infoCodes).find(([, facts]) => facts.includes(fact))?.[0] ?? 'OTH',
      ),
    ])
    const wantedInfo =
      codes.length === 0 && (wantedCovered === 'conditional' || wantedPa === 'conditional') ? ['OTH'] : codes
    const reasons = [
      ...given(wantedCovered === 'indeterminate', medicalNecessity.reason),
      ...given(wantedPa === 'indeterminate', priorAuthorization.reason),
    ].join(' ')
    return [
      [
        covered,
        paNeeded,
        satisfiedPaId,
        docNeeded,
        sorted(docPurpose ?? []),
        docPurpose === undefined,
        sorted(infoNeeded ?? []),
        infoNeeded === undefined,
        reason,
      ],
      [
        wantedCovered,
        wantedPa,
        wantedPa === 'satisfied' ? priorAuthorization.authorizationNumber : undefined,
        purposes.length > 0 ? ['clinical'] : undefined,
        purposes,
        purposes.length === 0,
        wantedInfo,
        wantedInfo.length === 0,
        reasons === '' ? undefined : reasons,
      ],
    ]
  })
})

t.test(
  'a missing fact points into the line it was missed in, or into another of the day that does not give it',
  async (t) => {
    alike(t, ({ request, line }) => {
      const pointed = line.infoNeeded
        .flatMap(({ pointer, fact }) => ({
          fact,
          at: /^\/serviceLines\/(\d+)\//.exec(pointer)?.[1] ?? 'none',
        }))
        .filter(({ at }) => at !== 'none')
      const own = request.serviceLines.findIndex(({ lineNumber }) => lineNumber === line.lineNumber)
      const lacks = (at: number, fact: string): boolean =>
        fact.startsWith('modifiers')
          ? request.serviceLines[at]?.modifiers === undefined
          : request.serviceLines[at]?.provider?.npi === undefined
      const wrong = pointed.filter(({ fact, at }) =>
        fact.startsWith('modifiers/')
          ? !lacks(Number(at), fact)
          : fact === 'modifiers' || fact === 'provider.npi'
            ? !lacks(Number(at), fact) || (Number(at) !== own && lacks(own, fact))
            : Number(at) !== own,
      )
      return [wrong, []]
    })
  },
)

/** Whether all exclusions of the plan are held, by the naive evaluator; without a plan there is nothing to hold. */
function holdsExclusions(request: CheckRequest, content: PolicyContent, lineNumber: number): boolean {
  const line = request.serviceLines.find((line) => line.lineNumber === lineNumber)
  if (line === undefined) return false
  const at = { request, line, content }
  const found = choicePlan(at)
  if (!('plan' in found)) return true
  const ofLastDay = onDay(at, daysOrEnds(at).at(-1) ?? line.dateOfService)
  const sets = setsThatSpeakTo(found.plan, 'coverage-exclusion', ['governing', 'binding'], ofLastDay)
  return (
    sets.length > 0 &&
    sets.every((id) => completenessOf(id, 'coverage-exclusion', ofLastDay).value === 'true')
  )
}

/** Whether a claim-line rule that must be kept was looked at; without a plan nothing was, and the plan is what is said. */
function isCheckedByRule(content: PolicyContent, line: LineDetermination): boolean {
  const own = line.findings.filter(({ question }) => question === 'claim-line')
  return (
    planReasons.has(line.priorAuthorization.reasonCode) ||
    own.some(({ citation }) => citation.policyId !== undefined && !isAdvice(ruleOf(content, citation), line))
  )
}

function ruleOf(
  content: PolicyContent,
  { policyId, versionId, ruleId }: Finding['citation'],
): Rule | undefined {
  return content.policies
    .find((policy) => policy.policyId === policyId)
    ?.versions.find((version) => version.versionId === versionId)
    ?.rules.find((rule) => rule.ruleId === ruleId)
}

t.test('what was not evaluated follows from the request and the answers', async (t) => {
  alike(t, ({ request, content, line }) => {
    const history = request.serviceHistory
    const [date, code] = [line.dateOfService, plain(line.procedureCode)]
    return [
      sorted(line.notEvaluated.map(({ code }) => code).filter((code) => code !== 'edition-behind')),
      sorted([
        'eligibility',
        'coordination-of-benefits',
        'referral',
        'place-of-service',
        ...given(request.diagnosisCodes !== undefined, 'diagnosis-edits'),
        ...given(
          ['02', '10'].includes(
            request.serviceLines.find((one) => one.lineNumber === line.lineNumber)?.placeOfService ?? '',
          ) && !/^(J[0-9]{4}|96372)$/.test(code),
          'telehealth-list',
        ),
        ...given(!isCheckedByRule(content, line), 'claim-line-rules'),
        ...given(!holdsExclusions(request, content, line.lineNumber), 'exclusion-lists'),
        ...given(
          history !== undefined && request.serviceHistoryScope !== 'payer',
          'other-providers-services',
        ),
        ...given(
          history?.some((entry) => entry.dateOfService === date && plain(entry.procedureCode) === code) ===
            true,
          'possible-duplicate',
        ),
        ...given(
          history?.some(
            (entry) =>
              entry.dateOfService > date &&
              plain(entry.procedureCode) === code &&
              entry.claimStatus !== 'denied',
          ) === true,
          'later-services',
        ),
      ]),
    ]
  })
  alike(t, ({ line }) => [
    line.notEvaluated.map(({ text }) => text),
    [...new Set(line.notEvaluated.map(({ text }) => text))],
  ])
})

const plain = (code: string): string => code.trim().toUpperCase()

t.test('an answer says what it answers, and by which revision', async (t) => {
  t.match(worlds[0]?.decision.engineVersion, /^\d+\.\d+\.\d+$/)
  for (const { seed, request, content, decision } of worlds) {
    const said = [
      decision.policyRevision,
      decision.claimType,
      'claimType' in decision,
      decision.planId,
      decision.lines.map((line) => [line.lineNumber, line.procedureCode, line.dateOfService]),
      decision.outcome,
    ]
    const lines = request.serviceLines.toSorted((a, b) => a.lineNumber - b.lineNumber)
    const wanted = [
      7,
      request.claimType,
      request.claimType !== undefined,
      planOf(request, content),
      lines.map((line) => [line.lineNumber, line.procedureCode, line.dateOfService]),
      outcomes.find((outcome) => decision.lines.some((line) => line.outcome === outcome)),
    ]
    if (!isDeepStrictEqual(said, wanted)) t.strictSame(said, wanted, `seed ${seed}`)
  }
})

function planOf(
  { coverage: { planId, payerId } }: CheckRequest,
  { plans }: PolicyContent,
): string | undefined {
  const fitting = plans.filter(
    (plan) =>
      (planId === undefined || plan.planId === planId) && (payerId === undefined || plan.payerId === payerId),
  )
  return planId === undefined && payerId === undefined
    ? undefined
    : fitting.length === 1
      ? fitting[0]?.planId
      : undefined
}
