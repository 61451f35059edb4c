import { collect } from '../collect.js'
import { inWords, stepCodeFor } from '../facts/missing-facts.js'
import { codeOf, type Reason } from '../reasons/reason.js'
import { noticesFor } from '../notices/notices.js'
import type { NextStep, Notice } from '../shapes/determination.js'
import { mostPressing } from '../shapes/outcome.js'
import { outcomes, type Outcome, type Question } from '../shapes/statuses.js'
import type { Plan } from '../shapes/policy.js'
import { amountAsText } from '../shapes/amount.js'
import { displayDiagnosis } from '../shapes/codes.js'
import { documentTitle } from '../shapes/source.js'
import type { PolicyView } from '../shapes/view.js'
import type { FrequencyVerdict } from '../verdict/answers.js'
import type { FindingVerdict } from '../verdict/finding.js'
import { frequencyFails } from '../verdict/frequency-fails.js'
import type { LineVerdict } from '../verdict/verdict.js'
import { failingFinding, findingsOf, kindOf } from './findings.js'
import { missingOf } from './missing.js'
import { namesNotAsked } from './names-not-asked.js'
import { openSteps } from './open-steps.js'
import { asked, type OpenQuestion } from './payer-questions.js'
import type { PressingStep } from './pressing-step.js'
import type { StepCode } from './meanings/steps.js'
import { remediesOf, remedyOf } from './sentences/remedies.js'
import { sentenceOf } from './sentences/sentence.js'
import { describeBriefly, listed } from './wording.js'
import { diagnosesInWords } from './diagnoses.js'

type Words = readonly [question: Question, code: StepCode, text: string]

/** All steps for a line, a known requirement never dropped because something else is unknown; the order is made by `inOrder`. */
export function stepsFor(line: LineVerdict, plan: Plan | undefined): PressingStep[] {
  const { facts, answers } = line
  const { lineNumber } = facts.line
  const steps: PressingStep[] = []
  const add = (presses: Outcome, words: readonly Words[]): void => {
    for (const [question, code, text] of words) steps.push({ presses, question, code, text, lineNumber })
  }
  add('expect-denial', denials(line))
  add('obtain-authorization', authorization(line))
  // Before the facts that are asked for: the item that is asked for may have been sent under another name.
  if (line.outcome !== 'expect-denial') add('complete-information', misspelt(line, plan))
  add('complete-information', corrections(line))
  add(
    'complete-information',
    missingOf(line).map(({ fact, question, text }) => [question, stepCodeFor(fact), text]),
  )
  steps.push(...openSteps(line))
  add(line.outcome, notices(line, plan))
  if (line.outcome !== 'expect-denial') {
    add(
      'proceed',
      answers['claim-line'].advice.map((reason) => ['claim-line', 'check-claim-line', remedyOf(reason)]),
    )
    add('proceed', doubtfulSources(line))
  }
  return steps
}

/** Documentation items that no rule asks for and that are close to one that a rule does ask for. */
function misspelt(line: LineVerdict, plan: Plan | undefined): Words[] {
  return namesNotAsked(line, plan).flatMap(({ name, closest }): Words[] =>
    closest === undefined
      ? []
      : [
          [
            'documentation',
            'check-item-name',
            `No rule asks for "${name}"; check whether "${closest}" is meant.`,
          ],
        ],
  )
}

/** What the patient must be told, or that nothing moves the cost to the patient. */
function notices(line: LineVerdict, plan: Plan | undefined): Words[] {
  return noticesFor(plan, line).map(({ code, text }) => ['medical-necessity', noticeSteps[code], text.text])
}

const noticeSteps: Record<Notice['code'], StepCode> = {
  'abn-required': 'give-notice',
  'abn-voluntary': 'give-notice',
  'organization-determination': 'ask-organization-determination',
  'no-notice': 'do-not-charge-patient',
}

function denials(line: LineVerdict): Words[] {
  const { answers } = line
  const { 'medical-necessity': necessity, frequency, units } = answers
  const claimLine = answers['claim-line'].answer
  return [
    ...answers['code-validity'].answer.codes
      .filter((code) => code.status === 'invalid')
      .map((code): Words => ['code-validity', 'correct-code', remedyOf(code.reason)]),
    ...(necessity.answer.status === 'not-met' ? [...pointers(line), reviewed(line)] : []),
    ...(frequencyFails(frequency.answer)
      ? [['frequency', 'review-schedule', reschedule(frequency.answer)] as const]
      : []),
    ...(units.answer.status === 'exceeds-limit'
      ? [['units', 'review-units', reviewUnits(line)] as const]
      : []),
    ...(claimLine.status === 'conflicting'
      ? onClaimLine(conflictStep(claimLine.reason), claimLine.reason)
      : []),
  ]
}

function reviewed(line: LineVerdict): Words {
  return ['medical-necessity', 'review-medical-necessity', reviewNecessity(line)]
}

/** The commonest clerical fault: a diagnosis that the document lists stands on the claim, and the line does not point to it. */
function pointers({ answers, facts }: LineVerdict): Words[] {
  const { diagnoses = [], linkedDiagnoses } = facts
  const linked = 'missing' in linkedDiagnoses ? diagnoses : linkedDiagnoses.value
  const supported = new Set(failingFinding(answers)?.listed ?? [])
  const beside = diagnoses.filter((code) => supported.has(code) && !linked.includes(code))
  if (beside.length === 0) return []
  const named = listed(beside.map(displayDiagnosis), 'and')
  const [is, points] = beside.length === 1 ? ['is', 'it'] : ['are', 'them']
  return [
    [
      'medical-necessity',
      'check-diagnosis-pointers',
      `Check the diagnosis pointers: ${named} ${is} on the claim and listed, and the line does not point to ${points}.`,
    ],
  ]
}

/** What to do about the claim line: a step for each thing. */
function onClaimLine(code: StepCode, reason: Reason): Words[] {
  const remedies = remediesOf(reason)
  return (remedies.length === 0 ? ['Correct the claim line before it is sent.'] : remedies).map((text) => [
    'claim-line',
    code,
    text,
  ])
}

/** What the clinician or the record would have to say; no diagnosis is ever named as a way out. */
function reviewNecessity({ answers, facts }: LineVerdict): string {
  const failing = failingFinding(answers)
  const kind = failing === undefined ? 'diagnosis' : kindOf(failing)
  if (kind === 'coverage-exclusion') return 'Do not expect payment; tell the patient before the service.'
  if (kind === 'documentation')
    return failing !== undefined && 'criteria' in failing.reason
      ? `Ask the clinician what the record shows. Asked for: ${describeBriefly(failing.reason.criteria, facts.view)}.`
      : 'Ask the clinician whether the record shows what the policy asks for.'
  const ask = 'Ask the clinician what the record supports'
  const listedOnes = failing?.diagnosis?.listed ?? []
  return listedOnes.length === 0
    ? `${ask}; ${diagnosesInWords(facts)} does not support the service.`
    : `${ask}: ${diagnosesInWords(facts)} supports the service only together with what the document asks for.`
}

function reschedule({ nextEligibleDate }: FrequencyVerdict): string {
  return nextEligibleDate === undefined
    ? 'Ask the payer before the service: no later date within the limit is known.'
    : `Plan the service for ${nextEligibleDate} or later.`
}

function reviewUnits({ answers }: LineVerdict): string {
  const { reason, maximum, adjudicationIndicator } = answers.units.answer
  const onRecord =
    adjudicationIndicator === 3 ? '; where the record supports more, keep it ready for review' : ''
  return maximum === undefined || reason.code !== 'units-exceed-maximum'
    ? `Check the units of the line${onRecord}.`
    : `Check the units (${amountAsText(reason.billed)} billed, ${maximum} at most)${onRecord}.`
}

/** Another service of the day stands against the line, or the line cannot go on a claim as it is. */
function conflictStep(reason: Reason): StepCode {
  return codeOf(reason).startsWith('procedure-pair') ? 'review-procedure-pair' : 'review-claim-line'
}

function authorization({ answers, facts: { view } }: LineVerdict): Words[] {
  const { requirement, rule, consequence } = answers['prior-authorization'].answer
  const contact = rule?.contact
  const whom =
    contact === undefined
      ? 'the payer'
      : [contact.name, contact.phone, contact.url].filter((part) => part !== undefined).join(', ')
  const without =
    consequence === undefined || consequence === 'unknown'
      ? ''
      : `; without it: ${consequence.replace('-', ' ')}`
  return [
    ...(requirement === 'required'
      ? [
          [
            'prior-authorization',
            'obtain-authorization',
            `Obtain prior authorization from ${whom} before the service${without}.`,
          ] as const,
        ]
      : []),
    ...answers.documentation.withAuthorization.map((reason): Words => [
      'documentation',
      'document-for-authorization',
      toShow(reason, view),
    ]),
  ]
}

/** What a request for authorization must show, as far as the rule applies. */
function toShow(reason: Reason, view: PolicyView, request = 'The request'): string {
  if (reason.code === 'applicability-unknown')
    return toShow(reason.otherwise, view, 'If the rule applies, the request')
  if (reason.code === 'secondary-source-only') return toShow(reason.reason, view, request)
  return 'criteria' in reason
    ? `${request} for authorization must show this: ${describeBriefly(reason.criteria, view)}.`
    : sentenceOf(reason, view)
}

function corrections(line: LineVerdict): Words[] {
  const { answers } = line
  const claimLine = answers['claim-line'].answer
  const attached = answers.documentation.answer.filter(
    (item) => item.purpose === 'with-claim' && item.status === 'missing',
  )
  return [
    ...(answers.frequency.answer.onExceed === 'medical-review'
      ? [['frequency', 'prepare-medical-review', medicalReview(line)] as const]
      : []),
    ...(codeOf(answers['prior-authorization'].answer.reason) === 'facility-authorization'
      ? [['prior-authorization', 'ask-facility-authorization', askTheHospital] as const]
      : []),
    ...(claimLine.status === 'incomplete' ? onClaimLine('correct-claim-line', claimLine.reason) : []),
    ...attached.map((item): Words => [
      'documentation',
      'attach-documentation',
      `Send this with the claim: ${inWords(item.item)}.`,
    ]),
  ]
}

/** What the payer will look at, and the day from which nobody asks. */
function medicalReview({ answers }: LineVerdict): string {
  const { nextEligibleDate } = answers.frequency.answer
  const items = new Set(
    answers.documentation.answer
      .filter(({ purpose }) => purpose === 'retain')
      .map(({ item }) => inWords(item.replace(/^lab\//, 'laboratory-result-'))),
  )
  return [
    'Keep ready for medical review: the order, the dates and doses so far and the notes that say why it is needed now.',
    ...(items.size === 0 ? [] : [`The record should show: ${listed([...items], 'and')}.`]),
    ...(nextEligibleDate === undefined ? [] : [`From ${nextEligibleDate} on none of it is asked for.`]),
  ].join(' ')
}

const askTheHospital =
  'Ask the hospital for its affirmed UTN (the number of its prior authorization) for this code and date, or for its exemption. The number goes on the claim of the hospital only.'

const unsettling: ReadonlyArray<FindingVerdict['outcome']> = [
  'required',
  'conditional',
  'not-met',
  'insufficient-evidence',
]

/** Sources that were read second-hand and on which something rests that is asked of the line. */
function doubtfulSources(line: LineVerdict): Words[] {
  const documents = new Set(
    findingsOf(line).flatMap(({ question, outcome, ground }) =>
      question !== 'documentation' &&
      unsettling.includes(outcome) &&
      ground.type === 'provision' &&
      ground.provision.origin.source.grade === 'secondary'
        ? [documentTitle(ground.provision.origin.source)]
        : [],
    ),
  )
  return documents.size === 0
    ? []
    : [
        [
          'medical-necessity',
          'verify-source',
          `Confirm with the payer what was not read at the publisher itself: ${[...documents].join('; ')}.`,
        ],
      ]
}

/**
 * Steps of all lines, the most pressing first. A step that several lines need is said once, and everything that the payer is asked is one
 * telephone call. A request with nothing to do is told to submit.
 */
export function inOrder(steps: readonly PressingStep[], outcome: Outcome): NextStep[] {
  const groups = [...groupedByWords(eachOncePerLine(steps))]
  const sorted = collect(outcomes, (presses) =>
    groups.filter((same) => mostPressing(same.map((step) => step.presses)) === presses).map(asStep),
  )
  return outcome === 'proceed'
    ? [{ code: 'proceed', text: 'Every question that is checked here passed. Submit as planned.' }, ...sorted]
    : sorted
}

/** The steps without those whose words the same line is told where they press more. */
function eachOncePerLine(steps: readonly PressingStep[]): PressingStep[] {
  const pressing = new Map<string, Outcome>()
  for (const { lineNumber, text, presses } of steps) {
    const key = `${lineNumber} ${text}`
    pressing.set(key, mostPressing([presses, pressing.get(key) ?? presses]))
  }
  return steps.filter(({ lineNumber, text, presses }) => {
    const key = `${lineNumber} ${text}`
    return pressing.get(key) === presses && pressing.delete(key)
  })
}

function groupedByWords(steps: readonly PressingStep[]): Iterable<readonly PressingStep[]> {
  const groups = new Map<string, PressingStep[]>()
  for (const step of steps) {
    const key = step.ask === undefined ? `${step.code} ${step.text}` : 'call'
    const same = groups.get(key)
    if (same === undefined) groups.set(key, [step])
    else same.push(step)
  }
  return groups.values()
}

function asStep(same: readonly PressingStep[]): NextStep {
  const open = same.flatMap(({ ask }) => ask ?? [])
  return open.length > 0 ? call(open) : oneStep(same)
}

function oneStep(same: readonly PressingStep[]): NextStep {
  const [{ code, text }] = same as readonly [PressingStep]
  return { code, text, ...linesOf(same.map(({ lineNumber }) => lineNumber)) }
}

function linesOf(numbers: readonly number[]): Pick<NextStep, 'lineNumber' | 'lineNumbers'> {
  const once = [...new Set(numbers)]
  const [only] = once
  return only !== undefined && once.length === 1 ? { lineNumber: only } : { lineNumbers: once }
}

function call(open: readonly OpenQuestion[]): NextStep {
  const questions = asked(open)
  return {
    code: 'ask-payer',
    text: `Ask the payer in one call, and keep who said what and when: ${count(questions.length)}.`,
    ...linesOf(open.map(({ lineNumber }) => lineNumber)),
    questions,
  }
}

const count = (n: number): string => (n === 1 ? 'one question' : `${n} questions`)
