import type { Draft } from '../draft.js'
import { codeOf, type Reason } from '../reasons/reason.js'
import type {
  ClaimLineAnswer,
  CodeStatus,
  CodeValidityAnswer,
  DocumentationAnswer,
  FrequencyAnswer,
  MedicalNecessityAnswer,
  PriorAuthorizationAnswer,
  UnitsAnswer,
} from '../shapes/answers.js'
import type { Question } from '../shapes/statuses.js'
import type { PolicyView } from '../shapes/view.js'
import type {
  CodeVerdict,
  DocumentationVerdict,
  FrequencyVerdict,
  PriorAuthorizationVerdict,
  UnitsVerdict,
} from '../verdict/answers.js'
import type { FindingVerdict } from '../verdict/finding.js'
import type { LineAnswers, LineVerdict } from '../verdict/verdict.js'
import { everySentence, type Said } from './said.js'
import { billingInWords } from './sentences/billing.js'
import { calculationInWords } from './sentences/frequency.js'
import { sentenceOf } from './sentences/sentence.js'
import type { Sources } from './sources.js'

/** The answers of a line, by the names of their fields. */
export interface AnswersOfLine {
  readonly priorAuthorization: PriorAuthorizationAnswer
  readonly medicalNecessity: MedicalNecessityAnswer
  readonly frequency: FrequencyAnswer
  readonly units: UnitsAnswer
  readonly claimLine: ClaimLineAnswer
  readonly codeValidity: CodeValidityAnswer
}

/** What sentences are written with. */
export interface Wording {
  readonly sentence: (reason: Reason) => string
  readonly said: Said
  /** Positions of the findings on a question that a sentence repeats. */
  readonly positions: (question: Question, sentence: string) => number[]
}

/** What the full answers of a line are written with. */
export interface Writing extends Wording {
  readonly sources: Sources
}

/** For answers that stand alone: every one says its reason, and no findings stand beside it. */
export function standingAlone(view: PolicyView): Wording {
  return { sentence: (reason) => sentenceOf(reason, view), said: everySentence, positions: () => [] }
}

/** The answers as the summary has them: statuses, codes, dates and numbers. */
export const briefAnswers: {
  readonly [A in keyof AnswersOfLine]: (answers: LineAnswers) => AnswersOfLine[A]
} = {
  priorAuthorization: ({ 'prior-authorization': { answer } }) => {
    const brief: Draft<PriorAuthorizationAnswer> = {
      requirement: answer.requirement,
      reasonCode: codeOf(answer.reason),
    }
    if (answer.consequence !== undefined) brief.consequence = answer.consequence
    return brief
  },
  medicalNecessity: ({ 'medical-necessity': { answer } }) => statusOf(answer),
  frequency: ({ frequency: { answer } }) => {
    const brief: Draft<FrequencyAnswer> = statusOf(answer)
    if (answer.nextEligibleDate !== undefined) brief.nextEligibleDate = answer.nextEligibleDate
    return brief
  },
  units: ({ units: { answer } }) => {
    const brief: Draft<UnitsAnswer> = statusOf(answer)
    if (answer.billedUnits !== undefined) brief.billedUnits = answer.billedUnits
    if (answer.maximum !== undefined) brief.maximum = answer.maximum
    return brief
  },
  claimLine: ({ 'claim-line': { answer } }) => statusOf(answer),
  codeValidity: ({ 'code-validity': { answer } }) => statusOf(answer),
}

function statusOf<S extends string>({
  status,
  reason,
}: {
  readonly status: S
  readonly reason: Reason
}): { status: S; reasonCode: string } {
  return { status, reasonCode: codeOf(reason) }
}

/** The answers in full: with their reasons, what they rest on, and everything that was worked out. */
export const fullAnswers: {
  readonly [A in keyof AnswersOfLine]: (answers: LineAnswers, writing: Writing) => AnswersOfLine[A]
} = {
  priorAuthorization: ({ 'prior-authorization': { answer } }, writing) =>
    authorizationInFull(answer, writing),
  medicalNecessity: ({ 'medical-necessity': { answer } }, writing) =>
    withWords('medical-necessity', answer, writing),
  frequency: ({ frequency: { answer } }, writing) => frequencyInFull(answer, writing),
  units: ({ units: { answer } }, writing) => unitsInFull(answer, writing),
  claimLine: ({ 'claim-line': { answer } }, writing) => withWords('claim-line', answer, writing),
  codeValidity: ({ 'code-validity': { answer } }, writing) => {
    const inFull: Draft<CodeValidityAnswer> = withWords('code-validity', answer, writing)
    inFull.codes = answer.codes.map((code) => codeInWords(code, writing))
    return inFull
  },
}

/** The status of an answer, with the sentence of its reason. */
export function withWords<S extends string>(
  question: Question,
  { status, reason }: { readonly status: S; readonly reason: Reason },
  writing: Wording,
): { status: S } & Why {
  const answer = { status } as { status: S } & Why
  addWhy(answer, question, reason, writing)
  return answer
}

/** The parts of an answer that say why: the code of its reason, and its sentence or the findings that say it. */
interface Why {
  reasonCode: string
  reason?: string
  findings?: number[]
}

/** Adds to an answer why it is so. */
function addWhy(
  answer: Partial<Why>,
  question: Question,
  reason: Reason,
  { sentence: tell, said, positions }: Wording,
): void {
  const whole = tell(reason)
  const found = positions(question, whole)
  const sentence = said.once(whole)
  answer.reasonCode = codeOf(reason)
  if (sentence !== undefined) answer.reason = sentence
  if (found.length > 0) answer.findings = found
}

/** The answer on prior authorization in full. */
export function authorizationInFull(
  { requirement, reason, consequence, rule = {}, authorizationNumber }: PriorAuthorizationVerdict,
  writing: Wording,
): PriorAuthorizationAnswer {
  const { contact, decisionTime, retroactiveDays, urgentException } = rule
  const answer = { requirement } as Draft<PriorAuthorizationAnswer>
  addWhy(answer, 'prior-authorization', reason, writing)
  if (consequence !== undefined) answer.consequence = consequence
  if (contact !== undefined) answer.contact = contact
  if (decisionTime !== undefined) answer.decisionTime = decisionTime
  if (retroactiveDays !== undefined) answer.retroactiveDays = retroactiveDays
  if (urgentException !== undefined) answer.urgentException = urgentException
  if (authorizationNumber !== undefined) answer.authorizationNumber = authorizationNumber
  return answer
}

/** The answer on frequency in full, with its arithmetic. */
export function frequencyInFull(verdict: FrequencyVerdict, writing: Wording): FrequencyAnswer {
  const { status, reason, used, remaining, period, nextEligibleDate, calculation } = verdict
  const { curableBy, onExceed, curedBy } = verdict
  const answer = { status } as Draft<FrequencyAnswer>
  addWhy(answer, 'frequency', reason, writing)
  if (used !== undefined) answer.used = used
  if (remaining !== undefined) answer.remaining = remaining
  if (period !== undefined) answer.period = period
  if (nextEligibleDate !== undefined) answer.nextEligibleDate = nextEligibleDate
  if (calculation !== undefined) addCalculation(answer, calculationInWords(calculation), writing)
  if (curableBy !== undefined) answer.curableBy = curableBy
  if (onExceed !== undefined) answer.onExceed = onExceed
  if (curedBy !== undefined) answer.curedBy = curedBy
  return answer
}

function addCalculation(answer: { calculation?: string }, calculation: string, { said }: Wording): void {
  const fresh = said.once(calculation)
  if (fresh !== undefined) answer.calculation = fresh
}

function unitsInFull(verdict: UnitsVerdict, writing: Writing): UnitsAnswer {
  const { status, reason, billedUnits, discardedUnits, calculation } = verdict
  const { maximum, adjudicationIndicator } = verdict
  const answer = { status } as Draft<UnitsAnswer>
  addWhy(answer, 'units', reason, writing)
  if (billedUnits !== undefined) answer.billedUnits = billedUnits
  if (discardedUnits !== undefined) answer.discardedUnits = discardedUnits
  if (calculation !== undefined) addCalculation(answer, billingInWords(calculation), writing)
  if (maximum !== undefined) answer.maximum = maximum
  if (adjudicationIndicator !== undefined) answer.adjudicationIndicator = adjudicationIndicator
  return answer
}

/** What is said of one code and the table it was looked up in; a valid one needs no sentence, unless an edition is missing around the date. */
function codeInWords(verdict: CodeVerdict, writing: Writing): CodeStatus {
  const status: Draft<CodeStatus> = codeAlone(verdict, writing)
  if (verdict.source !== undefined)
    status.citation = writing.sources.citeDocument(verdict.system, verdict.source)
  return status
}

/** The same without the table, which whoever asks about one code is told apart. */
export function codeAlone(
  { code, submitted, system, status, reason, validFrom, validTo, billableDescendants }: CodeVerdict,
  { sentence: tell, said }: Omit<Wording, 'positions'>,
): CodeStatus {
  const sentence =
    status === 'valid' && reason.code !== 'between-editions' ? undefined : said.once(tell(reason))
  const told = { code } as Draft<CodeStatus>
  if (submitted !== undefined && submitted !== code) told.submitted = submitted
  told.system = system
  told.status = status
  told.reasonCode = codeOf(reason)
  if (sentence !== undefined) told.reason = sentence
  if (validFrom !== undefined) told.validFrom = validFrom
  if (validTo !== undefined) told.validTo = validTo
  if (billableDescendants !== undefined) told.billableDescendants = billableDescendants
  return told
}

/** What the record should show, an entry for each rule and purpose; what is only to be kept is told of a line that may be paid. */
export function documentationByRule(
  { answers, outcome }: LineVerdict,
  sources: Sources,
): DocumentationAnswer[] {
  const { answer, findings } = answers.documentation
  const items = outcome === 'expect-denial' ? answer.filter(({ purpose }) => purpose !== 'retain') : answer
  const byRule = new Map<DocumentationVerdict['provision'], DocumentationAnswer[]>()
  const all: DocumentationAnswer[] = []
  for (const { item, status, purpose, provision } of items) {
    const entries = byRule.get(provision) ?? []
    const known = entries.find((entry) => entry.purpose === purpose)
    if (known !== undefined) {
      known.items.push({ item, status })
      continue
    }
    const entry: DocumentationAnswer = {
      purpose,
      outcome: outcomeOf(provision, findings),
      items: [{ item, status }],
      citation: sources.citeProvision(provision),
    }
    byRule.set(provision, [...entries, entry])
    all.push(entry)
  }
  return all
}

function outcomeOf(
  provision: DocumentationVerdict['provision'],
  findings: readonly FindingVerdict[],
): DocumentationAnswer['outcome'] {
  const own = findings.find(({ ground }) => ground.type === 'provision' && ground.provision === provision)
  switch (own?.outcome) {
    case 'met':
    case 'not-met':
    case 'insufficient-evidence':
    case 'not-applicable':
      return own.outcome
    default:
      return 'indeterminate'
  }
}
