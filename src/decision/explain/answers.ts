import type {
  ClaimLineAnswer,
  CodeStatus,
  CodeValidityAnswer,
  DocumentationItem,
  FrequencyAnswer,
  MedicalNecessityAnswer,
  PriorAuthorizationAnswer,
  UnitsAnswer,
} from '../shapes/answers.js'
import type { PolicyView } from '../shapes/view.js'
import type {
  CodeValidityVerdict,
  CodeVerdict,
  DocumentationVerdict,
  FrequencyVerdict,
  PriorAuthorizationVerdict,
  UnitsVerdict,
} from '../verdict/answers.js'
import type { LineAnswers } from '../verdict/verdict.js'
import { citeProvision, citeTable } from './citation.js'
import { billingInWords } from './sentences/billing.js'
import { calculationInWords } from './sentences/frequency.js'
import { inWords } from './sentences/sentence.js'

/** The answers of a line as a caller reads them. */
export interface AnswersInWords {
  readonly priorAuthorization: PriorAuthorizationAnswer
  readonly medicalNecessity: MedicalNecessityAnswer
  readonly frequency: FrequencyAnswer
  readonly units: UnitsAnswer
  readonly claimLine: ClaimLineAnswer
  readonly codeValidity: CodeValidityAnswer
  readonly documentation: DocumentationItem[]
}

/** The answers of a line with the sentences of their reasons. */
export function answersInWords(answers: LineAnswers, view: PolicyView): AnswersInWords {
  return {
    priorAuthorization: authorizationInWords(answers['prior-authorization'].answer, view),
    medicalNecessity: withWords(answers['medical-necessity'].answer, view),
    frequency: frequencyInWords(answers.frequency.answer, view),
    units: unitsInWords(answers.units.answer, view),
    claimLine: withWords(answers['claim-line'].answer, view),
    codeValidity: codesInWords(answers['code-validity'].answer, view),
    documentation: answers.documentation.answer.map(documentInWords),
  }
}

type Status = { readonly status: string; readonly reason: Parameters<typeof inWords>[0] }

/** An answer with the sentence of its reason. The status comes first, then why, then the rest: the order in which it is read. */
export function withWords<A extends Status>(
  { status, reason, ...rest }: A,
  view: PolicyView,
): Pick<A, 'status'> & ReturnType<typeof inWords> & Omit<A, 'status' | 'reason'> {
  return { status, ...inWords(reason, view), ...rest }
}

/** The answer on prior authorization with the sentence of its reason. */
export function authorizationInWords(
  { requirement, reason, consequence, rule = {}, ...rest }: PriorAuthorizationVerdict,
  view: PolicyView,
): PriorAuthorizationAnswer {
  const { contact, decisionTime, retroactiveDays, urgentException } = rule
  return {
    requirement,
    ...inWords(reason, view),
    ...(consequence === undefined ? {} : { consequence }),
    ...(contact === undefined ? {} : { contact }),
    ...(decisionTime === undefined ? {} : { decisionTime }),
    ...(retroactiveDays === undefined ? {} : { retroactiveDays }),
    ...(urgentException === undefined ? {} : { urgentException }),
    ...rest,
  }
}

/** The answer on frequency with the sentence of its reason and its arithmetic. */
export function frequencyInWords(verdict: FrequencyVerdict, view: PolicyView): FrequencyAnswer {
  const { status, reason, used, remaining, period, nextEligibleDate, calculation, ...rest } = verdict
  return {
    status,
    ...inWords(reason, view),
    ...(used === undefined ? {} : { used }),
    ...(remaining === undefined ? {} : { remaining }),
    ...(period === undefined ? {} : { period }),
    ...(nextEligibleDate === undefined ? {} : { nextEligibleDate }),
    ...(calculation === undefined ? {} : { calculation: calculationInWords(calculation) }),
    ...rest,
  }
}

function unitsInWords(verdict: UnitsVerdict, view: PolicyView): UnitsAnswer {
  const { status, reason, billedUnits, discardedUnits, calculation, ...rest } = verdict
  return {
    status,
    ...inWords(reason, view),
    ...(billedUnits === undefined ? {} : { billedUnits }),
    ...(discardedUnits === undefined ? {} : { discardedUnits }),
    ...(calculation === undefined ? {} : { calculation: billingInWords(calculation) }),
    ...rest,
  }
}

function codesInWords({ status, reason, codes }: CodeValidityVerdict, view: PolicyView): CodeValidityAnswer {
  return { status, ...inWords(reason, view), codes: codes.map((code) => codeInWords(code, view)) }
}

/** What is said of one code, with its sentence and the table it was looked up in. */
export function codeInWords(verdict: CodeVerdict, view: PolicyView): CodeStatus {
  const { code, submitted, system, status, reason, source, ...rest } = verdict
  return {
    code,
    submitted,
    system,
    status,
    ...inWords(reason, view),
    ...rest,
    ...(source === undefined ? {} : { citation: citeTable(system, source) }),
  }
}

function documentInWords({ item, status, purpose, provision }: DocumentationVerdict): DocumentationItem {
  return { item, status, purpose, why: provision.rule.statement, citation: citeProvision(provision) }
}
