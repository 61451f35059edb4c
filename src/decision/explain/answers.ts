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
  readonly view: PolicyView
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
  return { view, said: everySentence, positions: () => [] }
}

/** The answers as the summary has them: statuses, codes, dates and numbers. */
export const briefAnswers: {
  readonly [A in keyof AnswersOfLine]: (answers: LineAnswers) => AnswersOfLine[A]
} = {
  priorAuthorization: ({ 'prior-authorization': { answer } }) => ({
    requirement: answer.requirement,
    reasonCode: codeOf(answer.reason),
    ...(answer.consequence === undefined ? {} : { consequence: answer.consequence }),
  }),
  medicalNecessity: ({ 'medical-necessity': { answer } }) => statusOf(answer),
  frequency: ({ frequency: { answer } }) => ({
    ...statusOf(answer),
    ...(answer.nextEligibleDate === undefined ? {} : { nextEligibleDate: answer.nextEligibleDate }),
  }),
  units: ({ units: { answer } }) => ({
    ...statusOf(answer),
    ...(answer.billedUnits === undefined ? {} : { billedUnits: answer.billedUnits }),
    ...(answer.maximum === undefined ? {} : { maximum: answer.maximum }),
  }),
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
  codeValidity: ({ 'code-validity': { answer } }, writing) => ({
    ...withWords('code-validity', { status: answer.status, reason: answer.reason }, writing),
    codes: answer.codes.map((code) => codeInWords(code, writing)),
  }),
}

/** An answer with the sentence of its reason. The status comes first, then why, then the rest: the order in which it is read. */
export function withWords<A extends { readonly status: string; readonly reason: Reason }>(
  question: Question,
  { status, reason, ...rest }: A,
  writing: Wording,
): Pick<A, 'status'> & Why & Omit<A, 'status' | 'reason'> {
  return { status, ...why(question, reason, writing), ...rest }
}

interface Why {
  readonly reasonCode: string
  readonly reason?: string
  readonly findings?: number[]
}

function why(question: Question, reason: Reason, { view, said, positions }: Wording): Why {
  const whole = sentenceOf(reason, view)
  const found = positions(question, whole)
  const sentence = said.once(whole)
  return {
    reasonCode: codeOf(reason),
    ...(sentence === undefined ? {} : { reason: sentence }),
    ...(found.length === 0 ? {} : { findings: found }),
  }
}

/** The answer on prior authorization in full. */
export function authorizationInFull(
  { requirement, reason, consequence, rule = {}, ...rest }: PriorAuthorizationVerdict,
  writing: Wording,
): PriorAuthorizationAnswer {
  const { contact, decisionTime, retroactiveDays, urgentException } = rule
  return {
    requirement,
    ...why('prior-authorization', reason, writing),
    ...(consequence === undefined ? {} : { consequence }),
    ...(contact === undefined ? {} : { contact }),
    ...(decisionTime === undefined ? {} : { decisionTime }),
    ...(retroactiveDays === undefined ? {} : { retroactiveDays }),
    ...(urgentException === undefined ? {} : { urgentException }),
    ...rest,
  }
}

/** The answer on frequency in full, with its arithmetic. */
export function frequencyInFull(verdict: FrequencyVerdict, writing: Wording): FrequencyAnswer {
  const { status, reason, used, remaining, period, nextEligibleDate, calculation, ...rest } = verdict
  return {
    status,
    ...why('frequency', reason, writing),
    ...(used === undefined ? {} : { used }),
    ...(remaining === undefined ? {} : { remaining }),
    ...(period === undefined ? {} : { period }),
    ...(nextEligibleDate === undefined ? {} : { nextEligibleDate }),
    ...worked(calculation === undefined ? undefined : calculationInWords(calculation), writing),
    ...rest,
  }
}

function worked(calculation: string | undefined, { said }: Wording): { calculation?: string } {
  const fresh = calculation === undefined ? undefined : said.once(calculation)
  return fresh === undefined ? {} : { calculation: fresh }
}

function unitsInFull(verdict: UnitsVerdict, writing: Writing): UnitsAnswer {
  const { status, reason, billedUnits, discardedUnits, calculation, ...rest } = verdict
  return {
    status,
    ...why('units', reason, writing),
    ...(billedUnits === undefined ? {} : { billedUnits }),
    ...(discardedUnits === undefined ? {} : { discardedUnits }),
    ...worked(calculation === undefined ? undefined : billingInWords(calculation), writing),
    ...rest,
  }
}

/** What is said of one code and the table it was looked up in; a valid one needs no sentence. */
function codeInWords({ source, ...verdict }: CodeVerdict, { sources, ...wording }: Writing): CodeStatus {
  return {
    ...codeAlone(verdict, wording),
    ...(source === undefined ? {} : { citation: sources.citeDocument(verdict.system, source) }),
  }
}

/** The same without the table, which whoever asks about one code is told apart. */
export function codeAlone(
  verdict: Omit<CodeVerdict, 'source'>,
  { view, said }: Omit<Wording, 'positions'>,
): CodeStatus {
  const { code, submitted, system, status, reason, ...rest } = verdict
  const sentence = status === 'valid' ? undefined : said.once(sentenceOf(reason, view))
  return {
    code,
    ...(submitted === code ? {} : { submitted }),
    system,
    status,
    reasonCode: codeOf(reason),
    ...(sentence === undefined ? {} : { reason: sentence }),
    ...rest,
  }
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
