import type { Meaning } from './meaning.js'

/** What an answer may leave unchecked; a code that is not here does not compile. */
export const notEvaluatedMeanings = {
  eligibility: {
    meaning: 'Whether the patient is covered by this plan on the date of service was not checked.',
    remedy: 'Check eligibility with the payer.',
  },
  'coordination-of-benefits': {
    meaning: 'Whether another payer is primary was not checked.',
    remedy: 'Ask the patient and the payer about other coverage.',
  },
  referral: {
    meaning: 'Whether a referral is needed was not checked.',
    remedy: 'Look at the rules of the plan on referrals.',
  },
  'place-of-service': {
    meaning:
      'Whether the plan pays for the service at this place was checked only as far as its rules name places.',
    remedy: 'Ask the payer where the place is unusual for the service.',
  },
  'telehealth-list': {
    meaning: 'Whether the service is on the telehealth list of the year was not checked.',
    remedy: 'Look it up in the telehealth list of the payer for the year of service.',
  },
  'diagnosis-edits': {
    meaning:
      'Whether the diagnoses may stand beside each other, in which order, and whether they fit age, sex and side was not checked.',
    remedy: 'Let a coder or a claim scrubber look at the diagnoses.',
  },
  'exclusion-lists': {
    meaning:
      'Not every exclusion of this plan is loaded (for drugs: the list of those that patients usually give themselves), so whether one applies was not checked.',
    remedy: 'Look at the exclusion lists of the payer, or load them.',
  },
  'claim-line-rules': {
    meaning:
      'What else a clean claim line needs (modifiers, NDC, companion codes) was not checked: no binding rule on it is loaded for this plan and code.',
    remedy: 'Look at the billing guide of the payer.',
  },
  'other-providers-services': {
    meaning: 'Services that other providers furnished were not counted: the history is that of the practice.',
    remedy: 'Ask the payer for the history of all providers, and send it with scope payer.',
  },
  'possible-duplicate': {
    meaning:
      'The history has an entry with the code and date of this line. It was taken for this service, not for an earlier one.',
    remedy: 'Check that the service is not billed twice.',
  },
  'later-services': {
    meaning:
      'The history has services after the date of this line; they were counted wherever a limit reaches that far.',
    remedy: 'Check the dates of the history.',
  },
  'edition-behind': {
    meaning:
      'A source is known to be right only until before the date of service: a newer edition may say something else.',
    remedy: 'Look for a newer edition, or load it.',
  },
  'name-not-asked': {
    meaning:
      'The request gives a documentation item or a laboratory test that no rule of the plan for this service reads.',
    remedy: 'Check the name; GET /v1/codes lists the items that rules ask for.',
  },
  'each-visit': {
    meaning:
      'Of a schedule: unit limits, claim-line rules and the validity of codes were not checked. Age, diagnoses, record and place count as unchanged over the whole course.',
    remedy: 'Check each visit.',
  },
} satisfies Record<string, Meaning>
export type NotEvaluatedCode = keyof typeof notEvaluatedMeanings
