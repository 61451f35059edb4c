import type { FrequencyAnswer } from '../shapes/answers.js'
import type { LineDetermination, NextStep } from '../shapes/determination.js'
import { outcomes, type Outcome } from '../shapes/statuses.js'
import { stepCodeFor } from '../facts/missing-facts.js'
import { documentName, type Source } from '../shapes/source.js'

/** A step with what it presses, so that steps of all lines can be put in order. */
export interface PressingStep extends NextStep {
  readonly presses: Outcome
}

type Parts = Omit<LineDetermination, 'outcome' | 'coverageInformation'>
type Extras = {
  readonly advice: readonly string[]
  readonly withAuthorization: readonly string[]
  readonly behind: readonly Source[]
}

/** All steps for a line, a known requirement never dropped because something else is unknown; the order is made by `inOrder`. */
export function stepsFor(line: Parts, { advice, withAuthorization, behind }: Extras): PressingStep[] {
  const { lineNumber } = line
  const steps: PressingStep[] = []
  const step = (presses: Outcome, code: string, text: string): void => {
    steps.push({ presses, code, text, lineNumber })
  }
  for (const [code, text] of denials(line)) step('expect-denial', code, text)
  for (const [code, text] of authorization(line)) step('obtain-authorization', code, text)
  for (const text of withAuthorization) step('obtain-authorization', 'document-for-authorization', text)
  for (const [code, text] of corrections(line)) step('complete-information', code, text)
  for (const { fact, text } of line.infoNeeded) step('complete-information', stepCodeFor(fact), text)
  for (const [code, text] of unresolved(line)) step('indeterminate', code, text)
  for (const text of advice) step('proceed', 'check-claim-line', text)
  for (const text of doubtfulSources(line, behind)) step('proceed', 'verify-source', text)
  return steps
}

type Words = readonly [code: string, text: string]

function denials({ codeValidity, medicalNecessity, frequency, units, claimLine }: Parts): Words[] {
  return [
    ...codeValidity.codes
      .filter((code) => code.status === 'invalid')
      .map((code): Words => ['correct-code', code.reason]),
    ...(medicalNecessity.status === 'not-met'
      ? [['review-medical-necessity', medicalNecessity.reason] as const]
      : []),
    ...(frequencyFails(frequency) ? [['review-schedule', frequency.reason] as const] : []),
    ...(units.status === 'exceeds-limit' ? [['review-units', units.reason] as const] : []),
    ...(claimLine.status === 'conflicting' ? [[conflictStep(claimLine), claimLine.reason] as const] : []),
  ]
}

/** Another service of the day stands against the line, or the line cannot go on a claim as it is. */
function conflictStep({ reasonCode }: Parts['claimLine']): string {
  return reasonCode.startsWith('procedure-pair') ? 'review-procedure-pair' : 'review-claim-line'
}

/** Too soon or too often, nothing on file cures it, and its rule denies more than the limit. */
export function frequencyFails({ onExceed }: FrequencyAnswer): boolean {
  return onExceed === 'deny'
}

function authorization({ priorAuthorization }: Parts): Words[] {
  const { requirement, contact, consequence, reason } = priorAuthorization
  if (requirement !== 'required') return []
  const whom =
    contact === undefined
      ? 'the payer'
      : [contact.name, contact.phone, contact.url].filter((part) => part !== undefined).join(', ')
  const without =
    consequence === undefined || consequence === 'unknown'
      ? ''
      : ` Without it: ${consequence.replace('-', ' ')}.`
  return [
    [
      'obtain-authorization',
      `Obtain prior authorization from ${whom} before the service. ${reason}${without}`,
    ],
  ]
}

function corrections(line: Parts): Words[] {
  const { priorAuthorization, claimLine, documentation, frequency } = line
  return [
    ...(frequency.onExceed === 'medical-review'
      ? [['prepare-medical-review', medicalReview(line)] as const]
      : []),
    ...(priorAuthorization.reasonCode === 'facility-authorization'
      ? [['ask-facility-authorization', askTheHospital] as const]
      : []),
    ...(claimLine.status === 'incomplete' ? [['correct-claim-line', claimLine.reason] as const] : []),
    ...documentation
      .filter((item) => item.purpose === 'with-claim' && item.status === 'missing')
      .map((item): Words => [
        'attach-documentation',
        `The claim needs this with it: ${item.item.replace(/-/g, ' ')}. ${item.why}`,
      ]),
  ]
}

/** What the payer will look at, the limit as its source says it, and the day from which nobody asks. */
function medicalReview({ frequency, findings, documentation }: Parts): string {
  const limits = new Set(
    findings
      .filter(({ question, outcome }) => question === 'frequency' && outcome === 'not-met')
      .map(({ statement }) => statement)
      .filter((statement) => statement !== undefined),
  )
  const items = new Set(
    documentation
      .filter(({ purpose }) => purpose === 'retain')
      .map(({ item }) => item.replace(/^lab\//, 'laboratory result ').replace(/-/g, ' ')),
  )
  const records = [
    'the order',
    'the dates and doses so far',
    'the notes that say why it is needed now',
    ...items,
  ]
  const wait =
    frequency.nextEligibleDate === undefined
      ? ''
      : ` From ${frequency.nextEligibleDate} the limit is kept and nothing of this is asked.`
  return `More than this limit is judged on records. ${frequency.reason} ${[...limits].join(' ')} Hold ready: ${records.join('; ')}.${wait}`
}

const askTheHospital =
  'Ask the hospital for its affirmed UTN (the number of its prior authorization) for this code and date, or for its exemption. The number goes on the claim of the hospital only.'

const planReasons = new Set([
  'plan-not-held',
  'plan-not-given',
  'plan-payer-mismatch',
  'payer-not-held',
  'payer-has-several-plans',
  'claim-type-not-of-plan',
  'claim-type-not-given',
])

/** Unknowns that nothing the caller supplies would settle: somebody has to ask or read. */
function unresolved({
  priorAuthorization,
  medicalNecessity,
  frequency,
  units,
  claimLine,
  codeValidity,
  infoNeeded,
}: Parts): Words[] {
  const asked = new Set(infoNeeded.map((info) => info.question))
  const open: Array<
    readonly [
      unknown: boolean,
      question: (typeof infoNeeded)[number]['question'],
      code: string,
      reason: string,
    ]
  > = [
    [
      priorAuthorization.requirement === 'indeterminate',
      'prior-authorization',
      'ask-payer-authorization',
      priorAuthorization.reason,
    ],
    [
      medicalNecessity.status === 'indeterminate',
      'medical-necessity',
      'ask-payer-coverage',
      medicalNecessity.reason,
    ],
    [frequency.status === 'indeterminate', 'frequency', 'ask-payer-frequency', frequency.reason],
    [units.status === 'indeterminate', 'units', 'ask-payer-units', units.reason],
    [claimLine.status === 'indeterminate', 'claim-line', 'ask-payer-claim-line', claimLine.reason],
  ]
  // Without a plan all questions are open for one reason, and the plan is what to look at.
  if (planReasons.has(priorAuthorization.reasonCode))
    return [['check-plan', priorAuthorization.reason], ...unverified(codeValidity)]
  return [
    ...open
      .filter(([isOpen, question]) => isOpen && !asked.has(question))
      .map(([, , code, reason]): Words => [code, reason]),
    ...unverified(codeValidity),
  ]
}

function unverified({ codes }: Parts['codeValidity']): Words[] {
  return codes
    .filter((code) => code.status === 'indeterminate')
    .map((code): Words => ['verify-code', code.reason])
}

/** Sources to look at again before the answer is relied on: read second-hand, or older than the date of service. */
function doubtfulSources({ findings }: Parts, behind: readonly Source[]): string[] {
  const secondary = [
    ...new Set(
      findings
        .filter((finding) => finding.citation.grade === 'secondary')
        .map((finding) => finding.citation.document),
    ),
  ]
  const editions = behind.map(
    (source) => `${documentName(source)} (ours is known to be right through ${source.coversThrough ?? ''})`,
  )
  return [
    ...(secondary.length === 0
      ? []
      : [`Confirm with the payer what was read in a secondary source only: ${secondary.join('; ')}.`]),
    ...(editions.length === 0
      ? []
      : [`Newer editions may exist; look before you rely on this: ${editions.join('; ')}.`]),
  ]
}

/** Steps of all lines, the most pressing first and each sentence once per line; a request with nothing to do is told to submit. Steps of one line stand together. */
export function inOrder(steps: readonly PressingStep[], outcome: Outcome): NextStep[] {
  const once = eachOncePerLine(steps)
  const sorted: NextStep[] = []
  for (const presses of outcomes) {
    for (const { code, text, lineNumber, presses: its } of once)
      if (its === presses) sorted.push(lineNumber === undefined ? { code, text } : { code, text, lineNumber })
  }
  return outcome === 'proceed'
    ? [
        {
          code: 'proceed',
          text: 'Every question that is checked here passed. Submit as planned; what was not checked is listed with each line.',
        },
        ...sorted,
      ]
    : sorted
}

// Only the steps of its own line are compared: a request has up to 200 lines.
function eachOncePerLine(steps: readonly PressingStep[]): PressingStep[] {
  const once: PressingStep[] = []
  let ofLine = 0
  for (const step of steps) {
    if (once[ofLine]?.lineNumber !== step.lineNumber) ofLine = once.length
    let at = ofLine
    while (at < once.length && once[at]?.text !== step.text) at++
    if (at === once.length) once.push(step)
  }
  return once
}
