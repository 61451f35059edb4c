import type { ClaimReason } from '../../reasons/claim.js'
import type { CodesReason, CodeSystem } from '../../reasons/code-validity.js'
import type { PlanReason } from '../../reasons/plan.js'
import type { Reason } from '../../reasons/reason.js'
import { displayDiagnosis } from '../../shapes/codes.js'
import { union } from '../../shapes/truth.js'
import { count, inShort } from '../wording.js'
import type { SentencesOf } from './sentences-of.js'

const tableNames: Record<CodeSystem, string> = { 'icd-10-cm': 'ICD-10-CM', hcpcs: 'HCPCS' }

const separateServices = 'Ask whoever treated the patient whether the record shows separate services.'
const bothServices = 'Look at both services before either is billed.'
const lookUp = ({ system, shown }: { system: CodeSystem; shown: string }): string =>
  // A code that begins with a digit is a CPT number, which no HCPCS edition of CMS has.
  system === 'hcpcs' && /^[0-9]/.test(shown)
    ? `Look up ${shown} among the CPT numbers of the year.`
    : `Look up ${shown} in the current ${tableNames[system]} edition.`
const replace = ({ shown, date }: { shown: string; date: string }): string =>
  `Replace ${shown} by a code that is valid on ${date} and that the record supports.`

/** What to do about a code that cannot be billed, or was not checked. */
export const codeRemedies: SentencesOf<CodesReason> = {
  'codes-valid': () => '',
  'code-valid': () => '',
  'between-editions': () => '',
  'diagnosis-not-given/codes': () => 'Give the diagnosis codes of the claim.',
  'code-table-not-held': lookUp,
  'before-icd-10-cm': lookUp,
  'code-not-held': lookUp,
  'edition-behind': lookUp,
  'version-not-held/code-table': lookUp,
  'policy-stale/code-table': lookUp,
  'edition-gap': lookUp,
  'not-icd-10-cm': ({ shown }) => `Replace ${shown} by the ICD-10-CM code that the record supports.`,
  'not-a-code': replace,
  'not-yet-valid': replace,
  'not-in-edition': replace,
  'no-longer-valid': replace,
  'no-longer-valid/in-gap': replace,
  'header-code': ({ shown }) => `Ask the clinician which billable code under ${shown} the record supports.`,
  'date-span/code': ({ turn }) => `Bill the days from ${turn.day} on a line of their own.`,
}

/** What to do about a claim line. */
export const claimRemedies: SentencesOf<ClaimReason> = {
  'procedure-pair-with-modifier': () => 'Keep the record that shows separate services.',
  'procedure-pair-not-paid-together': ({ columnOne, columnTwo }) =>
    `Check which of ${columnOne} and ${columnTwo} belongs on the claim.`,
  'procedure-pair-needs-modifier': () => separateServices,
  'procedure-pair-modifiers-not-given': () => separateServices,
  'procedure-pair-provider-not-given': () => 'Say who furnished each of the two services.',
  'date-span/pair': () => 'Bill one line for each date.',
  'procedure-pair-in-history': () => bothServices,
  'procedure-pair-planned': () => bothServices,
  'diagnosis-repeated': ({ diagnosis }) => `Send ${displayDiagnosis(diagnosis)} once.`,
  'pointer-repeated': ({ pointer }) => `Point to diagnosis ${pointer} once.`,
  'too-many-diagnoses': ({ most }) => `Send at most ${count(most, 'diagnosis', 'diagnoses')}.`,
  'too-many-pointers': ({ most }) => `Point to at most ${count(most, 'diagnosis', 'diagnoses')}.`,
  'diagnosis-never-first': ({ diagnosis }) =>
    `Put the diagnosis that ${displayDiagnosis(diagnosis)} belongs to before it.`,
  'ndc-not-readable': () => 'Send the NDC with 11 digits, or with its dashes.',
  'jw-beside-jz': () => 'Send JW or JZ, not both.',
  'discard-without-dose': ({ procedure }) => `Add the line of the dose of ${procedure}, without JW.`,
  'not-by-telehealth': () => "Send the place where it was given (12 for the patient's home).",
  'facility-bills-it': ({ procedure }) => `Leave ${procedure} to the claim of the facility.`,
  'facility-may-bill-it': () => 'Ask the payer who bills it at this place.',
  'claim-line-complete': () => '',
  'claim-line-incomplete': ({ rule }) => rule.remedy,
  'claim-line-unknown': ({ rule }) => rule.remedy,
  'ndc-matches-code': () => '',
  'ndc-of-another-code': () => 'Compare the NDC and the code of the line with the package that was used.',
  'rule-not-loaded/claim-line': () => 'Look at the billing guide of the payer.',
}

/** What to do where no plan answers. */
export const planRemedies: SentencesOf<PlanReason> = {
  'plan-not-held': ({ closest }) =>
    closest === undefined
      ? 'Ask the payer, or load the policies of the plan.'
      : `Check the plan: the closest one that is loaded is ${closest}.`,
  'plan-payer-mismatch': () => 'Check which payer and which plan the patient has.',
  'plan-not-given': () => 'Say which plan pays: give coverage.planId.',
  'payer-not-held': () => 'Ask the payer, or load its policies.',
  'payer-has-several-plans': ({ planIds }) => `Say which plan it is: ${inShort(planIds)}.`,
  'claim-type-not-given': () => 'Say which kind of claim this is.',
  'claim-type-not-of-plan': () => 'Check which plan pays this kind of claim.',
}

type Remedies = { readonly [C in Reason['code']]?: (reason: never, view: never, tell: never) => string }

const remedies: Remedies = { ...claimRemedies, ...codeRemedies, ...planRemedies }

/** What to do about a reason, a sentence each; of several that hold at once each thing once. None where its question has one remedy for all. */
export function remediesOf(reason: Reason): string[] {
  if (reason.code === 'as/together') return union(...reason.reasons.map(remediesOf))
  const tell = remedies[reason.code] as ((one: Reason) => string) | undefined
  const text = tell?.(reason) ?? ''
  return text === '' ? [] : [text]
}

/** The same as one text. */
export function remedyOf(reason: Reason): string {
  return remediesOf(reason).join(' ')
}
