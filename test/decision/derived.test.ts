// What an answer says twice it says alike: next steps, missing facts, CRD codes and notes follow from the answers of each line.
import { isDeepStrictEqual } from 'node:util'
import t, { type Test } from 'tap'
import { decide } from '../../src/decision/decide.js'
import { explainInFull } from '../../src/decision/explain/explain.js'
import type { FullLine } from '../../src/decision/explain/views.js'
import type { CoverageInformation, Decision, Notice } from '../../src/decision/shapes/determination.js'
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
import { cited, type Cited } from '../support/cited.js'
import { sentencesOf } from '../support/sentences.js'
import { worldsOf } from '../support/short.js'

const worlds = [...pairs(70_001, worldsOf(350, 100))].map(({ seed, request, content }) => {
  const verdict = decide(request, compilePolicyView(content, 7))
  return { seed, request, content, verdict, decision: explainInFull(verdict) }
})
/** A line with its place in the answer; `sentences` are those of its findings, by position. */
const everyLine = worlds.flatMap(({ seed, request, content, verdict, decision }) =>
  decision.lines.map((line, at) => {
    const decided = verdict.lines[at]
    if (decided === undefined) throw new Error(`seed ${seed}: a line that was not decided`)
    return { seed, request, content, decision, line, sentences: sentencesOf(decided) }
  }),
)
type At = (typeof everyLine)[number]

/** Compares for every line what was found with what was wanted; the first difference is shown. */
function alike(t: Test, of: (at: At) => readonly [found: unknown, wanted: unknown]): void {
  for (const at of everyLine) {
    const [found, wanted] = of(at)
    if (JSON.stringify(found) === JSON.stringify(wanted)) continue
    t.strictSame(found, wanted, `seed ${at.seed}, line ${at.line.lineNumber}`)
    return
  }
  t.pass(`${everyLine.length} lines`)
}

const isOffSchedule = ({ frequency: { status, curedBy } }: FullLine): boolean =>
  (status === 'too-soon' || status === 'exceeds-limit') && curedBy === undefined
const failsOnSchedule = (line: FullLine): boolean => isOffSchedule(line) && line.frequency.onExceed === 'deny'
const isReviewed = (line: FullLine): boolean =>
  isOffSchedule(line) && line.frequency.onExceed === 'medical-review'
const given = <T>(condition: boolean, ...values: T[]): T[] => (condition ? values : [])
const distinct = (values: readonly string[]): string[] => [...new Set(values)]
const sorted = (values: Iterable<string>): string[] => [...new Set(values)].sort()

/** Whether a rule of the claim line is only advice for a line: by its effect, or because it is unknown whether it is meant. */
function isAdvice(rule: Rule | undefined, of: FullLine): boolean {
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
  { content, decision, line, sentences }: At,
  isSuch: (rule: Rule) => boolean,
): Array<{ finding: Finding; sentence: string; rule: Rule }> {
  return line.findings.flatMap((finding, at) => {
    const rule = ruleOf(content, cited(decision, finding))
    return open.includes(finding.outcome) && rule !== undefined && isSuch(rule)
      ? [{ finding, sentence: sentences[at] ?? '', rule }]
      : []
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
  /** What its text is, or has in it. */
  readonly text?: string | RegExp
}

type Question = FullLine['infoNeeded'][number]['question']

/** The questions that are open and that no fact of the caller would settle: what the payer is asked. */
function askedOfPayer(line: FullLine): Question[] {
  return openQuestions(line)
    .filter(({ answer }) => !isNotLoaded(answer))
    .map(({ question }) => question)
}

interface OpenAnswer {
  readonly reasonCode: string
  readonly reason?: string
}

/** The questions of a line that nothing the caller supplies would settle. */
function openQuestions(line: FullLine): { question: Question; answer: OpenAnswer }[] {
  const { priorAuthorization, medicalNecessity, frequency, units, claimLine } = line
  const asked = new Set(line.infoNeeded.map(({ question }) => question))
  // Without a plan all questions are open for one reason; the plan is what to look at.
  if (planReasons.has(priorAuthorization.reasonCode)) return []
  const answers: ReadonlyArray<readonly [question: Question, status: string, answer: OpenAnswer]> = [
    ['prior-authorization', priorAuthorization.requirement, priorAuthorization],
    ['medical-necessity', medicalNecessity.status, medicalNecessity],
    ['frequency', frequency.status, frequency],
    ['units', units.status, units],
    ['claim-line', claimLine.status, claimLine],
  ]
  return answers.flatMap(([question, status, answer]) =>
    status === 'indeterminate' && !asked.has(question) ? [{ question, answer }] : [],
  )
}

/** A table or set that is not loaded is to be loaded; no payer is asked. */
function isNotLoaded({ reasonCode, reason = '' }: OpenAnswer): boolean {
  return reasonCode === 'rule-not-loaded' && /^The (table of|plan follows) .* not loaded/.test(reason)
}

const noticeSteps: Readonly<Record<Notice['code'], string>> = {
  'abn-required': 'give-notice',
  'abn-voluntary': 'give-notice',
  'organization-determination': 'ask-organization-determination',
  'no-notice': 'do-not-charge-patient',
}

/** What to do about a service that is not supported follows from the kind of the first rule that fails. */
function reviewOf(line: FullLine): RegExp {
  const failing = line.findings.find(
    ({ question, outcome }) => question === 'medical-necessity' && outcome === 'not-met',
  )
  if (failing?.kind === 'coverage-exclusion') return /^Do not expect payment/
  return failing?.kind === 'documentation'
    ? /^Ask the clinician what the record shows\. Asked for: /
    : /^Ask the clinician what the record supports/
}

function unitsToCheck({ maximum, adjudicationIndicator }: FullLine['units']): RegExp {
  const onRecord =
    adjudicationIndicator === 3 ? '; where the record supports more, keep it ready for review' : ''
  return new RegExp(`^Check the units (of the line|\\(.+ billed, ${maximum} at most\\))${onRecord}\\.$`)
}

/** Of a span of days the day on which the code turns is named, otherwise the code. */
const ofCode = ({ code, reasonCode }: FullLine['codeValidity']['codes'][number]): RegExp =>
  reasonCode === 'date-span'
    ? /^Bill the days from /
    : new RegExp(`(?<!\\w)${code.replace('.', '\\.')}(?!\\w)`)

/** Whether a diagnosis that the failing rule lists is on the claim, and the line does not point to it. */
function hasListedDiagnosisBeside({ request, decision, line }: At): boolean {
  const failing = line.findings.find(
    ({ question, outcome }) => question === 'medical-necessity' && outcome === 'not-met',
  )
  if (line.medicalNecessity.status !== 'not-met' || failing === undefined) return false
  const { source, ruleId } = failing.citation
  const listed = decision.sources
    .find((one) => one.source === source)
    ?.rules?.find((rule) => rule.ruleId === ruleId)
    ?.listedDiagnoses?.codes.map(undotted)
  const { diagnosisPointers } =
    request.serviceLines.find(({ lineNumber }) => lineNumber === line.lineNumber) ?? {}
  const codes = (request.diagnosisCodes ?? []).map(undotted)
  const linked =
    diagnosisPointers === undefined ? codes : diagnosisPointers.map((pointer) => codes[pointer - 1])
  return codes.some((code) => listed?.includes(code) === true && !linked.includes(code))
}

const undotted = (code: string): string => code.replaceAll('.', '').trim().toUpperCase()

/** The steps that a line calls for, by what they press. */
function makeSteps(at: At): Record<string, Step[]> {
  const { line, decision } = at
  const {
    priorAuthorization,
    medicalNecessity,
    frequency,
    units,
    claimLine,
    codeValidity,
    documentation,
    infoNeeded,
    notices = [],
  } = line
  const isDenied = line.outcome === 'expect-denial'
  const all: ReadonlyArray<readonly [presses: string, step: Step]> = [
    ...codeValidity.codes
      .filter((code) => code.status === 'invalid')
      .map((code) => ['expect-denial', { code: 'correct-code', text: ofCode(code) }] as const),
    ...given(medicalNecessity.status === 'not-met', [
      'expect-denial',
      { code: 'review-medical-necessity', text: reviewOf(line) },
    ] as const),
    ...given(hasListedDiagnosisBeside(at), [
      'expect-denial',
      { code: 'check-diagnosis-pointers', text: /^Check the diagnosis pointers: / },
    ] as const),
    ...given(failsOnSchedule(line), [
      'expect-denial',
      {
        code: 'review-schedule',
        text:
          frequency.nextEligibleDate === undefined
            ? 'Ask the payer before the service: no later date within the limit is known.'
            : `Plan the service for ${frequency.nextEligibleDate} or later.`,
      },
    ] as const),
    ...given(units.status === 'exceeds-limit', [
      'expect-denial',
      { code: 'review-units', text: unitsToCheck(units) },
    ] as const),
    ...given(claimLine.status === 'conflicting', [
      'expect-denial',
      {
        code: claimLine.reasonCode.startsWith('procedure-pair')
          ? 'review-procedure-pair'
          : 'review-claim-line',
      },
    ] as const),
    ...given(priorAuthorization.requirement === 'required', [
      'obtain-authorization',
      { code: 'obtain-authorization', text: /^Obtain prior authorization from / },
    ] as const),
    ...documentation
      .filter(({ purpose, outcome }) => purpose === 'with-pa' && open.includes(outcome))
      .map(
        () =>
          [
            'obtain-authorization',
            { code: 'document-for-authorization', text: / for authorization must show this: / },
          ] as const,
      ),
    ...given(isReviewed(line), ['complete-information', { code: 'prepare-medical-review' }] as const),
    ...given(priorAuthorization.reasonCode === 'facility-authorization', [
      'complete-information',
      { code: 'ask-facility-authorization' },
    ] as const),
    ...given(claimLine.status === 'incomplete', [
      'complete-information',
      { code: 'correct-claim-line' },
    ] as const),
    ...documentation
      .filter(({ purpose }) => purpose === 'with-claim')
      .flatMap(({ items }) => items.filter(({ status }) => status === 'missing'))
      .map(
        () =>
          [
            'complete-information',
            { code: 'attach-documentation', text: /^Send this with the claim: / },
          ] as const,
      ),
    ...infoNeeded.map(({ fact }) => ['complete-information', { code: giveStep(fact) }] as const),
    ...given(planReasons.has(priorAuthorization.reasonCode), [
      'indeterminate',
      { code: 'check-plan' },
    ] as const),
    ...given(askedOfPayer(line).length > 0, ['indeterminate', { code: 'ask-payer' }] as const),
    ...openQuestions(line)
      .filter(({ answer }) => isNotLoaded(answer))
      .map(() => ['indeterminate', { code: 'load-source', text: /^Load / }] as const),
    ...codeValidity.codes
      .filter((code) => code.status === 'indeterminate')
      .map((code) => ['indeterminate', { code: 'verify-code', text: ofCode(code) }] as const),
    ...notices.map(({ code }) => [line.outcome, { code: noticeSteps[code] }] as const),
    // A line that carries it is not told to, whether or not the rule applies; nor is one that is denied for something else.
    ...findingsOf(at, (rule) => !isDenied && rule.kind === 'claim-line')
      .filter(({ rule }) => isAdvice(rule, line))
      .filter(({ sentence }) => !sentence.includes('The line carries what is required'))
      // Each sentence stands once, where it presses most.
      .filter(
        ({ rule }) =>
          rule.kind === 'claim-line' &&
          !stepsAt(at).some(({ code, text }) => code !== 'check-claim-line' && text === rule.remedy),
      )
      .map(
        ({ rule }) =>
          [
            'proceed',
            { code: 'check-claim-line', text: rule.kind === 'claim-line' ? rule.remedy : '' },
          ] as const,
      ),
    ...given(
      !isDenied &&
        line.findings.some(
          (finding) =>
            unsettling.includes(finding.outcome) &&
            finding.kind !== 'completeness' &&
            !/^claim-format(\.\d+)?$/.test(finding.citation.source) &&
            cited(decision, finding).source.grade === 'secondary',
        ),
      ['proceed', { code: 'verify-source' }] as const,
    ),
  ]
  return Object.fromEntries(
    outcomes.map((outcome) => [
      outcome,
      all.filter(([presses]) => presses === outcome).map(([, step]) => step),
    ]),
  )
}

const unsettling = ['required', 'conditional', 'not-met', 'insufficient-evidence']

const made = new Map<FullLine, Record<string, Step[]>>()

function stepsOf(at: At): Record<string, Step[]> {
  const steps = made.get(at.line) ?? makeSteps(at)
  made.set(at.line, steps)
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
  alike(t, (at) => [
    sorted(stepsAt(at).map(({ code }) => code)),
    sorted(
      Object.values(stepsOf(at))
        .flat()
        .map(({ code }) => code),
    ),
  ])
  alike(t, (at) => {
    const bySort = stepsOf(at)
    const found = stepsAt(at).map(({ code }) =>
      outcomes.findIndex((outcome) => bySort[outcome]?.some((step) => step.code === code)),
    )
    return [found, found.toSorted((a, b) => a - b)]
  })
  alike(t, (at) => {
    const texts = stepsAt(at).map(({ text }) => text)
    return [texts, [...new Set(texts)]]
  })
  alike(t, (at) => {
    const missing = Object.values(stepsOf(at))
      .flat()
      .filter(
        ({ code, text }) =>
          !stepsAt(at).some(
            (step) =>
              step.code === code &&
              (text === undefined || (typeof text === 'string' ? step.text === text : text.test(step.text))),
          ),
      )
    return [missing.map(({ code, text }) => `${code}: ${text}`), []]
  })
})

t.test('one step asks the payer everything that is open of all lines, and nothing else', async (t) => {
  for (const { seed, decision } of worlds) {
    const calls = decision.nextSteps.filter(({ code }) => code === 'ask-payer')
    const said = calls.flatMap(({ questions = [] }) =>
      questions.flatMap(({ lineNumbers, question }) => lineNumbers.map((line) => `${line} ${question}`)),
    )
    const wanted = decision.lines.flatMap((line) =>
      askedOfPayer(line).map((question) => `${line.lineNumber} ${question}`),
    )
    if (calls.length !== Math.min(1, wanted.length) || !isDeepStrictEqual(said.sort(), wanted.sort()))
      t.strictSame(said, wanted, `seed ${seed}`)
    const others = decision.nextSteps.filter(({ code, questions }) => code !== 'ask-payer' && questions)
    if (others.length > 0) t.fail(`seed ${seed}: another step asks the payer`)
  }
})

t.test('no step repeats a reason', async (t) => {
  alike(t, (at) => {
    const { line, content, sentences } = at
    // Of a claim line the reason may be the remedy, in the words of the policy.
    const remedies = content.policies
      .flatMap(({ versions }) => versions.flatMap(({ rules }) => rules))
      .flatMap((rule) => (rule.kind === 'claim-line' ? rule.remedy : []))
    const reasons = [
      ...sentences,
      ...[
        line.priorAuthorization,
        line.medicalNecessity,
        line.frequency,
        line.units,
        line.claimLine,
        line.codeValidity,
        ...line.codeValidity.codes,
      ].flatMap(({ reason }) => reason ?? []),
    ].filter((reason) => !remedies.includes(reason))
    return [stepsAt(at).filter(({ text }) => reasons.some((reason) => text.includes(reason))), []]
  })
})

t.test('the steps of several lines stand together by what they press, and equal ones are one', async (t) => {
  for (const { seed, decision } of worlds) {
    const ofWorld = everyLine.filter((at) => at.decision === decision)
    const ranks = decision.nextSteps.flatMap((step) => {
      const ranksOfLines = ofWorld
        .filter((one) => stepsAt(one).includes(step))
        .map((at) =>
          outcomes.findIndex((outcome) => stepsOf(at)[outcome]?.some(({ code }) => code === step.code)),
        )
      return ranksOfLines.length === 0 ? [] : [Math.min(...ranksOfLines)]
    })
    if (ranks.some((rank, place) => rank < (ranks[place - 1] ?? 0))) t.fail(`seed ${seed}`)
    const keys = decision.nextSteps.map((step, place) => `${ranks[place]} ${step.code} ${step.text}`)
    if (new Set(keys).size < keys.length) t.strictSame(keys, [...new Set(keys)], `seed ${seed}`)
    for (const { lineNumber, lineNumbers = [] } of decision.nextSteps)
      if (lineNumbers.length > 0 && (lineNumber !== undefined || new Set(lineNumbers).size < 2))
        t.fail(`seed ${seed}: ${lineNumbers.join()} beside ${lineNumber}`)
  }
})

function stepsAt({ decision, line: { lineNumber } }: At): Decision['nextSteps'] {
  return decision.nextSteps.filter(
    (step) => step.lineNumber === lineNumber || step.lineNumbers?.includes(lineNumber) === true,
  )
}

t.test('a request with nothing left to do is told to submit, and no other', async (t) => {
  for (const { seed, decision } of worlds) {
    const told = decision.nextSteps.filter(
      ({ code, lineNumber, lineNumbers }) =>
        code === 'proceed' && lineNumber === undefined && lineNumbers === undefined,
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
    const { coverageInformation, medicalNecessity, priorAuthorization, documentation } = line
    if (coverageInformation === undefined) return ['no coverage information', '']
    const { covered, paNeeded, satisfiedPaId, docNeeded, docPurpose, infoNeeded, reason } =
      coverageInformation
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
        .filter(({ items }) => items.some(({ status }) => status !== 'present'))
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
    const reasons = distinct([
      ...given(wantedCovered === 'indeterminate', medicalNecessity.reasonCode),
      ...given(wantedPa === 'indeterminate', priorAuthorization.reasonCode),
    ]).join(' ')
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
function isCheckedByRule({ content, decision, line }: At): boolean {
  const own = line.findings
    .filter(({ question }) => question === 'claim-line')
    .map((finding) => cited(decision, finding))
  return (
    planReasons.has(line.priorAuthorization.reasonCode) ||
    own.some((place) => place.policyId !== undefined && !isAdvice(ruleOf(content, place), line))
  )
}

function ruleOf(content: PolicyContent, { policyId, versionId, ruleId }: Cited): Rule | undefined {
  return content.policies
    .find((policy) => policy.policyId === policyId)
    ?.versions.find((version) => version.versionId === versionId)
    ?.rules.find((rule) => rule.ruleId === ruleId)
}

t.test('what was not evaluated follows from the request and the answers', async (t) => {
  alike(t, (at) => {
    const { request, content, line } = at
    const history = request.serviceHistory
    const [date, code] = [line.dateOfService, plain(line.procedureCode)]
    return [
      // Names that no rule reads have a test of their own.
      sorted(line.notEvaluated.map(({ code }) => code).filter((code) => code !== 'name-not-asked')),
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
        ...given(!isCheckedByRule(at), 'claim-line-rules'),
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
    line.notEvaluated.map(({ code }) => code),
    [...new Set(line.notEvaluated.map(({ code }) => code))],
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

t.test('an item under a name that no rule asks for is told before the item that is asked for', async (t) => {
  let told = 0
  for (const { seed, request, content } of worlds) {
    // Steps of several lines stand in the order of the lines.
    if (request.serviceLines.length !== 1) continue
    const documentation = (request.documentation ?? []).map((one) => ({ ...one, item: `${one.item}s` }))
    const { nextSteps } = explainInFull(decide({ ...request, documentation }, compilePolicyView(content, 7)))
    const codes = nextSteps.map(({ code }) => code)
    const at = codes.lastIndexOf('check-item-name')
    if (at < 0) continue
    told++
    if (codes.slice(0, at).includes('give-documentation')) t.fail(`seed ${seed}: ${codes.join()}`)
  }
  t.ok(told > worldsOf(5, 0), `${told} names`)
})
