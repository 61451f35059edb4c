import { notEvaluatedInWords, type NotChecked } from '../../decision/explain/not-evaluated.js'
import { notEvaluatedMeanings } from '../../decision/explain/meanings/not-evaluated.js'
import { reasonMeanings } from '../../decision/explain/meanings/reasons.js'
import type { DocumentationAnswer, RecordItem } from '../../decision/shapes/answers.js'
import type { Gap, NotEvaluated, Notice } from '../../decision/shapes/determination.js'
import type { Finding } from '../../decision/shapes/finding.js'
import type {
  ClaimLineStatus,
  FrequencyStatus,
  NecessityStatus,
  Outcome,
  Question,
  UnitsStatus,
  ValidityStatus,
} from '../../decision/shapes/statuses.js'

// What the codes of an answer are called on its page. A code without a word does not compile.

export const outcomeWords: Readonly<Record<Outcome, string>> = {
  'expect-denial': 'Expect a denial',
  'obtain-authorization': 'Obtain prior authorization',
  'complete-information': 'Complete the information',
  indeterminate: 'Not settled',
  'proceed-with-gaps': 'May go ahead, with gaps',
  proceed: 'May go ahead',
}
export const questionWords: Readonly<Record<Question, string>> = {
  'prior-authorization': 'Prior authorization',
  'medical-necessity': 'Medical necessity',
  frequency: 'Frequency',
  units: 'Units',
  'claim-line': 'Claim line',
  'code-validity': 'Codes',
  documentation: 'Documentation',
}
const notKnown = 'Not known'
const moreFacts = 'More facts are needed'
export const necessityWords: Readonly<Record<NecessityStatus, string>> = {
  met: 'Supported',
  'not-met': 'Not supported',
  'insufficient-evidence': moreFacts,
  indeterminate: notKnown,
}
export const frequencyWords: Readonly<Record<FrequencyStatus, string>> = {
  'within-limit': 'On schedule',
  'exceeds-limit': 'Too often',
  'too-soon': 'Too soon',
  indeterminate: notKnown,
}
export const unitsWords: Readonly<Record<UnitsStatus, string>> = {
  'within-limit': 'Within the limit',
  'exceeds-limit': 'Over the limit',
  indeterminate: notKnown,
}
export const claimLineWords: Readonly<Record<ClaimLineStatus, string>> = {
  clean: 'Clean',
  conflicting: 'Not paid as it stands',
  incomplete: 'Incomplete',
  'insufficient-evidence': moreFacts,
  indeterminate: notKnown,
  'not-checked': 'Not checked',
}
export const validityWords: Readonly<Record<ValidityStatus, string>> = {
  valid: 'Valid',
  invalid: 'Not valid',
  indeterminate: notKnown,
}
export const findingWords: Readonly<Record<Finding['outcome'], string>> = {
  met: 'Passed',
  'not-met': 'Not passed',
  'insufficient-evidence': moreFacts,
  indeterminate: notKnown,
  'not-applicable': 'Does not apply',
  required: 'Required',
  'not-required': 'Not required',
  conditional: 'It depends',
}
export const purposeWords: Readonly<Record<DocumentationAnswer['purpose'], string>> = {
  'decides-necessity': 'Decides whether the service is supported',
  'with-pa': 'Goes with the request for prior authorization',
  'with-claim': 'Goes with the claim',
  retain: 'Kept in the record',
}
export const itemWords: Readonly<Record<RecordItem['status'], string>> = {
  present: 'shown',
  missing: 'missing',
  unknown: 'not given',
}
export const noticeWords: Readonly<Record<Notice['code'], string>> = {
  'abn-required': 'Advance Beneficiary Notice, required',
  'abn-voluntary': 'Advance Beneficiary Notice, voluntary',
  'organization-determination': 'Organization determination of the plan',
  'no-notice': 'No notice',
}
export const liableWords: Readonly<Record<Notice['liable'], string>> = {
  patient: 'The patient bears the cost.',
  'patient-if-notified': 'With a valid notice the patient bears the cost, without one the provider.',
  provider: 'The provider bears the cost.',
  'by-plan-decision':
    'The patient bears the cost only with a written denial of the plan from before the service.',
  'by-plan-rules': 'The rules of the plan say who bears the cost.',
}
export const consequenceWords: Readonly<Record<NonNullable<Finding['consequence']>, string>> = {
  denial: 'Without it the claim is denied.',
  'prepayment-review': 'Without it the claim is reviewed before it is paid.',
  penalty: 'Without it the payment is reduced.',
  unknown: 'The document does not say what follows without it.',
}

/** What stays open although a line may go ahead. */
export function gapInWords({ question, ground }: Gap): string {
  const { meaning } =
    ground === 'edition-behind' || ground === 'other-providers-services'
      ? notEvaluatedMeanings[ground]
      : reasonMeanings[ground]
  return `${questionWords[question]}: ${meaning}`
}

/** What was not checked, and what to do about it. */
export function notCheckedInWords(one: NotEvaluated): string {
  return isOurs(one)
    ? `${notEvaluatedInWords(one)} ${notEvaluatedMeanings[one.code].remedy}`
    : (one.text ?? one.code)
}

function isOurs(one: NotEvaluated): one is NotChecked {
  return Object.hasOwn(notEvaluatedMeanings, one.code)
}
