// Every finding names its reason by the right code, and cites the text it rests on word for word.
import { isDeepStrictEqual } from 'node:util'
import t, { type Test } from 'tap'
import { decide } from '../../src/decision/decide.js'
import { explainInFull } from '../../src/decision/explain/explain.js'
import type { FullLine } from '../../src/decision/explain/views.js'
import type { CitedSource } from '../../src/decision/shapes/cited-source.js'
import type { Finding, SourceReference } from '../../src/decision/shapes/finding.js'
import type { PolicyContent } from '../../src/decision/shapes/policy.js'
import type { Rule } from '../../src/decision/shapes/rule.js'
import type { DecidedKind } from '../../src/decision/shapes/rule-kinds.js'
import type { Source } from '../../src/decision/shapes/source.js'
import type { NdcEdition, ProcedurePairEdition, UnitLimitEdition } from '../../src/decision/shapes/tables.js'
import { unpackPairs } from '../../src/decision/shapes/procedure-pairs.js'
import { compilePolicyView } from '../../src/policies/loaded/compile.js'
import { isAmong, plain } from '../oracle/codes.js'
import { isIn } from '../oracle/dates.js'
import { pairs } from '../oracle/generate.js'
import { sentenceOf } from '../../src/decision/explain/sentences/sentence.js'
import { cited, type Cited } from '../support/cited.js'
import { sentencesOf } from '../support/sentences.js'
import { isShort, worldsOf } from '../support/short.js'

const worlds = [...pairs(91_251, worldsOf(4000, 150))].map(({ seed, request, content }) => ({
  seed,
  request,
  content,
  verdict: decide(request, compilePolicyView(content, 1)),
}))
const everyLine = worlds.flatMap(({ seed, request, content, verdict }) => {
  const decision = explainInFull(verdict)
  return decision.lines.map((line, at) => {
    const decided = verdict.lines[at]
    if (decided === undefined) throw new Error(`seed ${seed}: a line that was not decided`)
    return { seed, request, content, decision, line, decided, sentences: sentencesOf(decided) }
  })
})
/** The rules that every claim is checked by belong to no policy; test/decision/cases/claim-line.json has a case for each. */
const isOfPolicy = ({ citation }: Finding): boolean => !/^claim-format(\.\d+)?$/.test(citation.source)
const everyFinding = everyLine.flatMap(({ seed, content, decision, line, sentences }) =>
  line.findings
    .map((finding, at) => ({ finding, sentence: sentences[at] ?? '' }))
    .filter(({ finding }) => isOfPolicy(finding))
    .map(({ finding, sentence }) => {
      const place = cited(decision, finding)
      return { seed, content, line, finding, sentence, place, rule: ruleOf(content, place) }
    }),
)

/** Asserts only where there is a difference: thousands of assertions that pass would take longer than what they look at. */
function same(t: Test, found: unknown, wanted: unknown, message: string): void {
  if (!isDeepStrictEqual(found, wanted)) t.strictSame(found, wanted, message)
}

function ruleOf(content: PolicyContent, { policyId, versionId, ruleId }: Cited): Rule | undefined {
  return content.policies
    .find((policy) => policy.policyId === policyId)
    ?.versions.find((version) => version.versionId === versionId)
    ?.rules.find((rule) => rule.ruleId === ruleId)
}

const kindAsked: Partial<Record<Finding['question'], DecidedKind>> = {
  'prior-authorization': 'prior-authorization',
  'medical-necessity': 'diagnosis',
  frequency: 'frequency',
  units: 'units',
  'claim-line': 'claim-line',
}

const unusable = ['policy-stale', 'version-not-held', 'claim-type-not-given']
const doubtful = [...unusable, 'applicability-unknown', 'secondary-source-only']

/** Reason codes by kind of rule and outcome; `unknown` stands for both of its outcomes. A kind without an entry does not compile. */
const reasonCodes: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'prior-authorization': {
    required: ['authorization-required'],
    'not-required': ['authorization-not-required'],
    conditional: [
      'authorization-conditional',
      'authorization-depends',
      'authorization-required',
      'authorization-not-required',
      'facility-authorization',
    ],
    'not-applicable': ['authorization-silent'],
    unknown: [...doubtful, 'authorization-depends'],
  },
  'coverage-exclusion': { 'not-met': ['excluded'], unknown: doubtful },
  diagnosis: {
    met: ['diagnosis-listed', 'diagnosis-rule-met', 'no-diagnosis-restriction', 'diagnosis-not-excluded'],
    'not-met': ['diagnosis-not-listed', 'diagnosis-condition-not-met', 'diagnosis-excluded'],
    unknown: [
      ...doubtful,
      'diagnosis-not-given',
      'diagnosis-not-named',
      'diagnosis-condition-not-met',
      'diagnosis-partly-excluded',
      'diagnosis-undecided',
      'condition-undecided',
      'condition-text-not-held',
    ],
  },
  documentation: {
    met: ['documentation-present'],
    'not-met': ['documentation-missing'],
    unknown: [...doubtful, 'documentation-not-given'],
  },
  frequency: {
    met: ['interval-kept', 'limit-kept', 'no-numeric-limit', 'exempt'],
    'not-met': ['interval-too-short', 'limit-reached'],
    unknown: [
      ...doubtful,
      'history-not-given',
      'history-incomplete',
      'phase-not-covered',
      'phase-not-given',
      'plan-year-not-known',
      'exemption-unknown',
      'same-day-services',
      'same-day-modifiers-not-given',
      'date-span',
    ],
  },
  units: {
    met: ['units-within-maximum'],
    'not-met': ['units-exceed-maximum', 'not-payable-in-setting', 'code-discontinued'],
    unknown: [...doubtful, 'units-unknown', 'date-span'],
  },
  'claim-line': {
    met: ['claim-line-complete', 'procedure-pair-with-modifier', 'ndc-matches-code'],
    'not-met': [
      'claim-line-incomplete',
      'procedure-pair-not-paid-together',
      'procedure-pair-needs-modifier',
      'ndc-of-another-code',
    ],
    unknown: [
      ...doubtful,
      'claim-line-unknown',
      'procedure-pair-modifiers-not-given',
      'procedure-pair-provider-not-given',
      'procedure-pair-in-history',
      'procedure-pair-planned',
      'date-span',
    ],
  },
  completeness: {
    'not-required': ['on-no-list', 'listed-for-other-cases'],
    met: ['no-limit-stated'],
    unknown: ['no-rule-published', 'no-limit-in-document'],
  },
} satisfies Record<DecidedKind | 'completeness', unknown>

const passOrFail = (status: string): string =>
  ({
    'within-limit': 'met',
    clean: 'met',
    conflicting: 'not-met',
    'exceeds-limit': 'not-met',
    'too-soon': 'not-met',
    incomplete: 'not-met',
  })[status] ?? status

const soundsUnknown = (outcome: string): boolean =>
  outcome === 'insufficient-evidence' || outcome === 'indeterminate'

/** Pairs of kind and code that cannot be: only tables lack the claim type, exclusions and documentation do not pass. */
const neverSeen = new Set([
  ...['prior-authorization', 'coverage-exclusion', 'diagnosis', 'documentation', 'frequency'].map(
    (kind) => `${kind} claim-type-not-given`,
  ),
  ...['coverage-exclusion', 'documentation', 'claim-line'].map((kind) => `${kind} secondary-source-only`),
  'prior-authorization applicability-unknown',
  'diagnosis condition-undecided',
  'units code-discontinued',
])

t.test('reason codes fit the kind of rule and what it says', async (t) => {
  const seen = new Set<string>()
  for (const {
    seed,
    finding: { kind, outcome, reasonCode },
    rule,
  } of everyFinding) {
    seen.add(`${kind} ${reasonCode}`)
    if (rule?.kind === 'review') {
      const read = rule.reasonCode === 'text-not-interpreted' ? 'text-unread' : rule.reasonCode
      const wanted = outcome === 'not-applicable' ? 'authorization-silent' : read
      if (reasonCode !== wanted && reasonCode !== 'applicability-unknown')
        t.fail(`seed ${seed}: review, ${reasonCode}`)
    } else if (
      reasonCodes[kind]?.[soundsUnknown(outcome) ? 'unknown' : outcome]?.includes(reasonCode) !== true
    )
      t.fail(`seed ${seed}: ${kind}, ${outcome}, ${reasonCode}`)
  }
  const unseen = Object.entries(reasonCodes)
    .flatMap(([kind, byOutcome]) =>
      Object.values(byOutcome)
        .flat()
        .map((code) => `${kind} ${code}`),
    )
    .filter((code) => !seen.has(code))
  if (!isShort) t.strictSame(unseen.filter((code) => !neverSeen.has(code)).sort(), [], 'every code occurs')
})

t.test('reason codes that the shape of a rule decides', async (t) => {
  for (const {
    seed,
    line,
    finding: { reasonCode, outcome, citation, factsUsed },
    rule,
  } of everyFinding) {
    const wrong =
      rule?.kind === 'diagnosis'
        ? wrongDiagnosisCode(rule, reasonCode)
        : rule?.kind === 'frequency'
          ? wrongFrequencyCode(rule, reasonCode, outcome)
          : undefined
    if (wrong !== undefined) t.fail(`seed ${seed}, line ${line.lineNumber}: ${wrong} (${citation.ruleId})`)
    const maximum =
      rule?.kind === 'units' ? rule.maximum : Number(/^MUE (\d+)/.exec(citation.row ?? '')?.[1] ?? 1)
    if (
      (reasonCode === 'not-payable-in-setting') !==
      (maximum === 0 && (reasonCode === 'not-payable-in-setting' || reasonCode === 'units-exceed-maximum'))
    )
      t.fail(`seed ${seed}: ${reasonCode} for ${maximum}`)
    for (const [fact, value] of Object.entries(factsUsed)) {
      const values = value.split('; ')
      if (fact === '' || values.includes('')) t.fail(`seed ${seed}: an empty fact`)
      if (new Set(values).size < values.length) t.fail(`seed ${seed}: a fact twice: ${value}`)
    }
  }
})

function wrongDiagnosisCode(rule: Extract<Rule, { kind: 'diagnosis' }>, code: string): string | undefined {
  const lists = [
    'diagnosis-listed',
    'diagnosis-rule-met',
    'diagnosis-not-listed',
    'diagnosis-not-named',
    'diagnosis-condition-not-met',
    'diagnosis-undecided',
    'condition-undecided',
    'condition-text-not-held',
  ]
  const excludes = ['diagnosis-not-excluded', 'diagnosis-partly-excluded']
  if (lists.includes(code) && rule.supports === undefined) return `${code} without a list`
  if (excludes.includes(code) && (rule.supports !== undefined || rule.excluded === undefined))
    return `${code} without exclusions only`
  if (code === 'diagnosis-excluded' && rule.excluded === undefined) return `${code} without exclusions`
  if (code === 'no-diagnosis-restriction' && (rule.supports !== undefined || rule.excluded !== undefined))
    return `${code} although there is one`
  if (code === 'diagnosis-not-named' && rule.others === 'deny') return `${code} although others are denied`
  return (code === 'condition-text-not-held' || code === 'condition-undecided') &&
    rule.conditionalCodes === undefined
    ? `${code} without conditions`
    : undefined
}

/** What the words of a diagnosis rule claim, each with the facts of which alone it may be said. */
const claims: ReadonlyArray<readonly [claim: RegExp, isSo: (finding: Finding) => boolean]> = [
  [/ not among the |None of |not listed/, ({ listed }) => listed?.length === 0],
  [
    /^(?!.*None of ).* (?:is|are) among the /,
    ({ listed = [], condition }) => listed.length > 0 && condition === 'none',
  ],
  [/ (?:is|are) listed by /, ({ listed = [] }) => listed.length > 0],
  [/and its conditions are met/, ({ condition }) => condition === 'met'],
  [/but only (?!under conditions)|as it stands here/, ({ condition }) => condition === 'failed'],
  [/listed by .* only under (?:a condition|conditions)/, ({ condition }) => condition === 'unknown'],
  [/does not say/, ({ othersDenied }) => othersDenied === false],
  [/listed are denied\.$|Otherwise it/, ({ othersDenied }) => othersDenied === true],
  [/was not read from it/, ({ othersDenied }) => othersDenied === undefined],
  [/together with/, ({ failed }) => failed?.includes('partner') === true],
  [/as the first diagnosis|after another/, ({ failed }) => failed?.includes('position') === true],
  [/for (?:women|men)/, ({ failed }) => failed?.includes('sex') === true],
]
const claimsOfCode: Readonly<Record<string, (finding: Finding) => boolean>> = {
  'diagnosis-listed': ({ listed = [] }) => listed.length > 0,
  'diagnosis-rule-met': ({ listed }) => listed?.length === 0,
  'diagnosis-not-listed': ({ listed, othersDenied }) => listed?.length === 0 && othersDenied === true,
  'diagnosis-not-named': ({ listed, othersDenied }) => listed?.length === 0 && othersDenied !== true,
  'diagnosis-condition-not-met': ({ listed, condition }) => listed?.length === 0 || condition === 'failed',
}

t.test('the sentence of a diagnosis rule says nothing that its facts do not', async (t) => {
  const seen = new Set<string>()
  for (const { seed, finding, sentence } of everyFinding) {
    if (finding.kind !== 'diagnosis') continue
    for (const [claim, isSo] of claims) {
      if (!claim.test(sentence)) continue
      seen.add(claim.source)
      if (!isSo(finding)) t.fail(`seed ${seed}: ${sentence}`, { finding })
    }
    if (claimsOfCode[finding.reasonCode]?.(finding) === false)
      t.fail(`seed ${seed}: ${finding.reasonCode}`, { finding })
    if (sentence.length > 400) t.fail(`seed ${seed}: too long: ${sentence}`)
  }
  if (!isShort)
    t.strictSame(
      claims.map(([claim]) => claim.source).filter((claim) => !seen.has(claim)),
      [],
      'each is said',
    )
})

/** A text cut into its sentences. */
const cut = (text: string): string[] => text.split(/(?<=[.?!]) (?=[A-Z0-9"])/)
/** Whether sentences are some of others, in their order. */
const isPartOf = (some: readonly string[], all: readonly string[]): boolean => {
  const places = some.map((one) => all.indexOf(one))
  return places.every((place, at) => place >= 0 && (at === 0 || place > (places[at - 1] ?? -1)))
}

t.test('no sentence of a finding is left out of its line', async (t) => {
  let unsaid = 0
  for (const { seed, line, decided, sentences } of everyLine) {
    const answers = [
      ['prior-authorization', line.priorAuthorization],
      ['medical-necessity', line.medicalNecessity],
      ['frequency', line.frequency],
      ['units', line.units],
      ['claim-line', line.claimLine],
      ['code-validity', line.codeValidity],
    ] as const
    const said = answers.flatMap(([, { reason }]) => reason ?? [])
    said.push(...line.codeValidity.codes.flatMap(({ reason }) => reason ?? []))
    said.push(...[line.units.calculation, line.frequency.calculation].flatMap((one) => one ?? []))
    line.findings.forEach(({ reason }, at) => {
      const sentence = sentences[at] ?? ''
      if (reason === undefined) unsaid++
      else said.push(reason)
      const parts = cut(sentence)
      if (reason !== undefined && !isPartOf(cut(reason), parts))
        t.fail(`seed ${seed}: ${reason} is not of ${sentence}`)
      const unsaidPart = parts.find((part) => !said.some((one) => one.includes(part)))
      if (unsaidPart !== undefined) t.fail(`seed ${seed}: nobody says ${unsaidPart}`)
    })
    for (const [question, { findings = [] }] of answers.slice(0, -1) as ReadonlyArray<
      readonly [(typeof answers)[number][0], { findings?: number[] }]
    >)
      for (const at of findings)
        if (
          line.findings[at]?.question !== question ||
          !sentenceOf(decided.answers[question].answer.reason, decided.facts.view).includes(
            sentences[at] ?? 'no finding',
          )
        )
          t.fail(`seed ${seed}, line ${line.lineNumber}: ${question} does not rest on finding ${at}`)
  }
  t.ok(unsaid > worldsOf(1000, 50), `${unsaid} findings do not repeat an answer`)
})

t.test('the silence of lists is said to be of lists that name the code, or do not', async (t) => {
  const seen = new Set<boolean>()
  for (const { seed, content, request, line, sentences } of everyLine) {
    const { planId, payerId } = request.coverage
    const plan = content.plans.find((one) =>
      planId === undefined ? one.payerId === payerId : one.planId === planId,
    )
    const followed = plan?.follows.map(({ policySetId }) => policySetId) ?? []
    const namedOn = (day: string): boolean =>
      content.policies
        .filter(({ policySetId }) => followed.includes(policySetId))
        .flatMap(({ versions }) => versions.filter((version) => isIn(day, version)))
        .flatMap(({ rules }) => rules)
        .some(
          (rule) =>
            (rule.kind === 'review' ? rule.about : rule.kind) === 'prior-authorization' &&
            isAmong(plain(line.procedureCode), rule.procedures) &&
            isIn(day, rule),
        )
    const sent = request.serviceLines.find(({ lineNumber }) => lineNumber === line.lineNumber)
    if (sent?.dateOfServiceEnd !== undefined) continue
    const isNamed = namedOn(line.dateOfService)
    for (const [at, { kind, reasonCode, question }] of line.findings.entries()) {
      if (kind !== 'completeness' || question !== 'prior-authorization') continue
      const sentence = sentences[at] ?? ''
      seen.add(isNamed)
      if (
        (reasonCode === 'listed-for-other-cases') !== isNamed ||
        / name \S+ only /.test(sentence) !== isNamed
      )
        t.fail(`seed ${seed}, line ${line.lineNumber}: ${sentence}`)
    }
    const { reason } = line.priorAuthorization
    if (reason === undefined) {
      t.fail(`seed ${seed}, line ${line.lineNumber}: no reason`)
      continue
    }
    if (/do not name|hold no prior-authorization rule of this plan for the code/.test(reason) && isNamed)
      t.fail(`seed ${seed}, line ${line.lineNumber}: ${reason}`)
  }
  if (!isShort) t.equal(seen.size, 2, 'both are said')
})

function wrongFrequencyCode(
  rule: Extract<Rule, { kind: 'frequency' }>,
  code: string,
  outcome: string,
): string | undefined {
  const types = [...(rule.limits ?? []), ...(rule.phases?.flatMap(({ limits }) => limits) ?? [])].map(
    ({ type }) => type,
  )
  const hasInterval = types.some((type) => type === 'minimum-interval' || type === 'full-months-after')
  const hasCount = types.some(
    (type) => type === 'rolling-window' || type === 'calendar-period' || type === 'lifetime',
  )
  if (code.startsWith('interval-') && !hasInterval) return `${code} without an interval`
  if (code.startsWith('limit-') && !hasCount) return `${code} without a number`
  if (code === 'exempt' && (rule.exemptWhen === undefined || outcome !== 'met'))
    return 'exempt without an exemption'
  if (code === 'exemption-unknown' && rule.exemptWhen === undefined) return 'no exemption to be unknown'
  if (code === 'plan-year-not-known') return types.includes('calendar-period') ? undefined : 'no plan year'
  return code.startsWith('phase-') && rule.phases === undefined ? `${code} without phases` : undefined
}

const answersWithoutFinding = new Set([
  'date-span',
  'facility-authorization',
  'rule-not-loaded',
  'policies-disagree',
  'plan-not-held',
  'plan-payer-mismatch',
  'plan-not-given',
  'payer-not-held',
  'payer-has-several-plans',
  'claim-type-not-given',
  'claim-type-not-of-plan',
  'authorization-on-file',
  'authorization-uncertain',
  'authorization-depends',
])

function silences(line: FullLine): string[] {
  const [procedure] = line.codeValidity.codes
  return [
    'policy-stale',
    'version-not-held',
    ...(procedure === undefined || procedure.status === 'valid' ? [] : [procedure.reasonCode]),
  ]
}

const saysNoRule = ['policy-stale', 'version-not-held', 'no-rule-published', 'no-limit-in-document']

t.test('the answer to a question gives the reason of a finding that says the same', async (t) => {
  for (const { seed, line } of everyLine) {
    for (const [question, status, code] of [
      ['medical-necessity', line.medicalNecessity.status, line.medicalNecessity.reasonCode],
      ['frequency', passOrFail(line.frequency.status), line.frequency.reasonCode],
      ['units', passOrFail(line.units.status), line.units.reasonCode],
      ['claim-line', passOrFail(line.claimLine.status), line.claimLine.reasonCode],
      ['prior-authorization', line.priorAuthorization.requirement, line.priorAuthorization.reasonCode],
    ] as const) {
      const own = line.findings.filter((finding) => finding.question === question)
      const agreeing = own.filter(({ outcome, kind }) =>
        question === 'prior-authorization'
          ? outcome === status || (soundsUnknown(status) && soundsUnknown(outcome)) || kind === 'completeness'
          : soundsUnknown(status)
            ? soundsUnknown(outcome)
            : outcome === status,
      )
      // Where lists are silent on a code that is not valid, the code's own reason is given; where they do not reach the date, that.
      if (question === 'prior-authorization' && soundsUnknown(status) && silences(line).includes(code))
        continue
      // What a declaration that has run out, or a payer who publishes nothing, says is no finding of a rule.
      const isOpenByRule = own.some(
        ({ kind, outcome }) =>
          !['completeness', 'coverage-exclusion', 'documentation'].includes(kind) && soundsUnknown(outcome),
      )
      if (saysNoRule.includes(code) && (status === 'not-checked' || !isOpenByRule)) continue
      if (
        !answersWithoutFinding.has(code) &&
        !agreeing.some(({ reasonCode }) => reasonCode === code) &&
        !(question === 'prior-authorization' && own.some(({ reasonCode }) => reasonCode === code))
      )
        t.fail(`seed ${seed}, line ${line.lineNumber}: ${question} is ${status} by ${code}`)
    }
  }
})

t.test('findings and documents cite the text word for word', async (t) => {
  for (const { seed, content, finding, place, rule } of everyFinding) {
    same(t, told(place, finding.citation), wanted(content, finding, place, rule), `seed ${seed}`)
    if (rule !== undefined) same(t, finding.kind, rule.kind, `seed ${seed}`)
  }
  for (const { seed, content, decision, line } of everyLine) {
    for (const entry of line.documentation) {
      const place = cited(decision, entry)
      const rule = ruleOf(content, place)
      same(t, rule?.kind === 'documentation' && rule.purpose, entry.purpose, `seed ${seed}`)
      same(
        t,
        told(place, entry.citation),
        wanted(
          content,
          { kind: 'documentation', question: 'documentation', citation: entry.citation },
          place,
          rule,
        ),
        `seed ${seed}`,
      )
    }
    for (const code of line.codeValidity.codes) {
      const table = content.codeTables.find((one) => one.system === code.system)
      if (table === undefined) same(t, code.citation, undefined, `seed ${seed}`)
      else {
        const place = cited(decision, code)
        const source = { source: code.citation?.source, ...dated(documentOf(table.source), place.source) }
        same(t, told(place, { source: place.source.source }), [source, undefined, {}], `seed ${seed}`)
        same(t, place.source.source.replace(/\.\d+$/, ''), code.system, `seed ${seed}`)
      }
    }
  }
})

t.test(
  'diagnoses that a document lists are told where one of the line does not pass, and only there',
  async (t) => {
    let seen = 0
    for (const { seed, decision } of everyLine)
      for (const source of decision.sources)
        for (const { ruleId, listedDiagnoses } of source.rules ?? []) {
          const open = decision.lines
            .flatMap(({ findings }) => findings)
            .filter(
              ({ kind, outcome, citation }) =>
                kind === 'diagnosis' &&
                outcome !== 'met' &&
                citation.source === source.source &&
                citation.ruleId === ruleId,
            )
          if (listedDiagnoses === undefined) continue
          seen++
          if (open.length === 0) t.fail(`seed ${seed}: ${ruleId} lists its diagnoses although all pass`)
          if (listedDiagnoses.codes.length !== Math.min(200, listedDiagnoses.count))
            t.fail(`seed ${seed}: ${listedDiagnoses.count} are not ${listedDiagnoses.codes.length}`)
        }
    t.ok(seen > worldsOf(100, 5), `${seen} lists`)
  },
)

/** What an answer tells of a place: the source without its rules, the rule without its list, and the row or section. */
function told({ source, rule }: Cited, reference: SourceReference): unknown {
  const { source: _id, ruleId: _ruleId, ...where } = reference
  const { rules: _, ...document } = source
  if (rule === undefined) return [document, undefined, where]
  const { listedDiagnoses: __, ...ofRule } = rule
  return [document, ofRule, where]
}

/** The same as the policy content has it. */
function wanted(
  content: PolicyContent,
  { citation, kind, question }: Pick<Finding, 'kind' | 'citation' | 'question'>,
  place: Cited,
  rule: Rule | undefined,
): unknown {
  const { source } = place
  const id = { source: citation.source }
  if (kind === 'completeness')
    return content.policySets
      .flatMap(({ completeness = [] }) => completeness)
      .filter(
        (one) =>
          one.kinds.some((about) => about === kindAsked[question]) &&
          source.rules?.some(({ statement }) => statement === one.statement) === true,
      )
      .map((one) => [{ ...id, ...dated(documentOf(one.source), source), ...datesOf(one) }, undefined, {}])
      .find(([document]) => isDeepStrictEqual(document, withoutRules(source)))
  const policy = content.policies.find(({ policyId }) => policyId === source.policyId)
  const version = policy?.versions.find(({ versionId }) => versionId === source.versionId)
  if (policy !== undefined && version !== undefined) {
    const { policyId } = policy
    const { versionId } = version
    return [
      {
        ...id,
        policyId,
        versionId,
        ...dated(documentOf(version.source, versionId), source),
        ...datesOf(version),
      },
      rule === undefined
        ? undefined
        : {
            ruleId: rule.ruleId,
            statement: rule.statement,
            ...present({
              section: rule.section,
              row: rule.row,
              interpretation: rule.interpretation,
              effectiveFrom: rule.from === version.from ? undefined : rule.from,
              effectiveTo: rule.to === version.to ? undefined : rule.to,
            }),
          },
      {},
    ]
  }
  return [
    ...content.unitLimits.map((edition) => ofEdition(edition, citation)),
    ...content.procedurePairs.flatMap(ofPairs),
    ...content.ndcEditions.flatMap(ofCrosswalk),
  ]
    .map(({ document, ...where }) => [{ ...id, ...dated(document, source) }, undefined, where])
    .find((one) => isDeepStrictEqual(one, told(place, citation)))
}

function withoutRules(source: CitedSource): object {
  const { rules: _, ...document } = source
  return document
}

function datesOf({ from, to }: { readonly from: string; readonly to?: string | undefined }): {
  effectiveFrom: string
  effectiveTo?: string
} {
  return { effectiveFrom: from, ...(to === undefined ? {} : { effectiveTo: to }) }
}

/** A row of a table as it may be cited. */
interface CitedRow {
  readonly document: object
  readonly row?: string
  readonly effectiveFrom: string
  readonly effectiveTo?: string
}

function ofEdition(
  { edition, setting, from, to, source, rows }: UnitLimitEdition,
  { row }: SourceReference,
): CitedRow {
  const cited = rows
    .map(({ maximum, adjudicationIndicator }) => `MUE ${maximum}, MAI ${adjudicationIndicator}, ${setting}`)
    .find((text) => text === row)
  return {
    document: { versionId: edition, ...documentOf(source, edition) },
    ...(cited === undefined ? {} : { row: cited }),
    ...datesOf({ from, to }),
  }
}

/** Every citation that a table of pairs can give: each row with its own dates, or only the dates where it cannot be used. */
function ofPairs({ edition, source, lists, rationales }: ProcedurePairEdition): CitedRow[] {
  return lists.flatMap(({ columnOne, pairs }) =>
    unpackPairs(pairs, rationales).flatMap(({ columnTwo, from, to, modifierIndicator, rationale }) => {
      const row = `column one ${columnOne}, column two ${columnTwo}, modifier indicator ${modifierIndicator}${rationale === undefined ? '' : `, rationale ${rationale}`}`
      return [{ row }, {}].map((part) => ({
        document: { versionId: edition, ...documentOf(source, edition) },
        ...part,
        ...datesOf({ from, to }),
      }))
    }),
  )
}

function ofCrosswalk({ edition, from, to, source, rows }: NdcEdition): CitedRow[] {
  const codesOf = (ndc: string): string =>
    rows
      .filter((row) => row.ndc === ndc)
      .map((row) => row.procedureCode)
      .sort()
      .join(', ')
  return [{}, ...rows.map(({ ndc }) => ({ row: `NDC ${ndc} -> ${codesOf(ndc)}` }))].map((part) => ({
    document: { versionId: edition, ...documentOf(source, edition) },
    ...part,
    ...datesOf({ from, to }),
  }))
}

/** A document as it is cited; its version is not told where it is that of the policy or table. */
function documentOf(
  { publisher, documentNumber, documentVersion, title, url, grade, retrievedOn, coversThrough }: Source,
  versionId?: string,
): object {
  const document = documentNumber === undefined ? title : `${documentNumber} ${title}`
  return {
    publisher,
    document,
    ...present({ documentVersion: documentVersion === versionId ? undefined : documentVersion }),
    url,
    grade,
    retrievedOn,
    ...present({ coversThrough }),
  }
}

/** With the one date that a source tells: the last day of our copy where it says so, else the day of reading. */
function dated(document: object, { coversThrough: told }: CitedSource): object {
  const left = told === undefined ? 'coversThrough' : 'retrievedOn'
  return Object.fromEntries(Object.entries(document).filter(([name]) => name !== left))
}

t.test(
  'each source tells one date of our copy, the last day on which it is right where that is known',
  async (t) => {
    let [covered, read] = [0, 0]
    for (const { seed, decision } of everyLine)
      for (const { source, coversThrough, retrievedOn } of decision.sources) {
        const isCovered = coversThrough !== undefined
        same(t, retrievedOn !== undefined, !isCovered, `seed ${seed}: ${source}`)
        if (decision.sourcesBehind.includes(source))
          same(t, isCovered, true, `seed ${seed}: ${source} is behind`)
        if (isCovered) covered++
        else read++
      }
    t.ok(
      covered > 0 && read > 0,
      `${covered} sources say how long they are right, ${read} when they were read`,
    )
  },
)

function present(part: Readonly<Record<string, string | undefined>>): object {
  return Object.fromEntries(Object.entries(part).filter(([, value]) => value !== undefined))
}

t.test('the strictest limit on units is shown, with its indicator', async (t) => {
  for (const { seed, content, decision, line } of everyLine) {
    const { status, maximum, adjudicationIndicator, reasonCode } = line.units
    // Where the days of a line have different limits none of them is shown.
    if (reasonCode === 'date-span' && maximum === undefined) continue
    const outcome = passOrFail(status)
    const limits = line.findings
      .filter(
        (finding) =>
          finding.question === 'units' &&
          (soundsUnknown(outcome) ? soundsUnknown(finding.outcome) : finding.outcome === outcome),
      )
      .map((finding) => limitOf(content, finding, cited(decision, finding)))
    const lowest = Math.min(...limits.map((limit) => limit?.maximum ?? Infinity))
    same(t, maximum, lowest === Infinity ? undefined : lowest, `seed ${seed}, line ${line.lineNumber}`)
    if (maximum === undefined) same(t, adjudicationIndicator, undefined, `seed ${seed}`)
    else if (
      !limits.some(
        (limit) => limit?.maximum === maximum && limit.adjudicationIndicator === adjudicationIndicator,
      )
    )
      t.fail(`seed ${seed}: indicator of another limit`)
  }
})

function limitOf(
  content: PolicyContent,
  { citation }: Finding,
  place: Cited,
): { maximum: number; adjudicationIndicator: number } | undefined {
  const rule = ruleOf(content, place)
  if (rule?.kind === 'units') return rule
  const [, maximum, adjudicationIndicator] = /^MUE (\d+), MAI (\d)/.exec(citation.row ?? '') ?? []
  return maximum === undefined
    ? undefined
    : { maximum: Number(maximum), adjudicationIndicator: Number(adjudicationIndicator) }
}

t.test(
  'a contact, a consequence, days and urgency stand only with a demand, and come from a rule',
  async (t) => {
    for (const { seed, content, decision, line } of everyLine) {
      const { requirement, contact, consequence, retroactiveDays, urgentException } = line.priorAuthorization
      const rules = line.findings
        .filter(({ question }) => question === 'prior-authorization')
        .map((finding) => ruleOf(content, cited(decision, finding)))
        .filter((rule) => rule?.kind === 'prior-authorization')
      const extras = [contact, consequence, retroactiveDays, urgentException]
      if (requirement === 'not-required' && extras.some((extra) => extra !== undefined))
        t.fail(`seed ${seed}: demands something although nothing is required`)
      if (contact !== undefined && !rules.some((rule) => rule.contact === contact))
        t.fail(`seed ${seed}: a contact of nobody`)
      if (
        requirement === 'required' &&
        rules.every((rule) => rule.cases.every((one) => one.requirement === 'required')) &&
        rules.length === 1
      ) {
        const [rule] = rules
        same(
          t,
          [contact, retroactiveDays, urgentException],
          [rule?.contact, rule?.retroactiveDays, rule?.urgentException],
          `seed ${seed}`,
        )
        if (consequence !== undefined && rule?.cases.every((one) => one.consequence !== consequence) === true)
          t.fail(`seed ${seed}: a consequence of nothing`)
      }
    }
  },
)
