import type { Meaning } from './meaning.js'

/** What each step asks for. Steps that ask for a fact are `give-` and the name of the fact; `infoNeeded` says where it goes. */
export const stepMeanings = {
  'ask-facility-authorization': {
    meaning: "The hospital's own claim needs prior authorization.",
    remedy: 'Ask the hospital for the number of its authorization, or for its exemption.',
  },
  'ask-organization-determination': {
    meaning: 'A Medicare Advantage plan is expected to deny the service.',
    remedy: 'Ask the plan for an organization determination before the service.',
  },
  'ask-payer': {
    meaning: 'Nothing that is loaded answers the questions that the step lists.',
    remedy: 'Ask them in one call, and keep who said what and when.',
  },
  'attach-documentation': {
    meaning: 'The claim needs a document with it, and the request says that it is missing.',
    remedy: 'Send it with the claim.',
  },
  'check-claim-line': {
    meaning: 'A rule may ask for something on the claim line.',
    remedy: 'Look whether it applies.',
  },
  'check-diagnosis-pointers': {
    meaning: 'A diagnosis that the document lists is on the claim, and the line does not point to it.',
    remedy: 'Check which diagnoses the service was given for.',
  },
  'check-item-name': {
    meaning: 'The request gives a documentation item that no rule asks for; another one has nearly its name.',
    remedy: 'Check the name of the item.',
  },
  'check-plan': {
    meaning: 'No loaded plan answers the request.',
    remedy: 'Check coverage.planId and coverage.payerId.',
  },
  'correct-claim-line': {
    meaning: 'The claim line would be rejected or returned as it is.',
    remedy: 'Do what the text of the step says.',
  },
  'correct-code': {
    meaning: 'A code cannot be billed on the date.',
    remedy: 'Send a code that is valid and that the record supports.',
  },
  'do-not-charge-patient': {
    meaning: 'No notice moves the cost of this denial to the patient.',
    remedy: 'Do not charge the patient for it.',
  },
  'document-for-authorization': {
    meaning: 'The request for prior authorization must show something that was not given.',
    remedy: 'Put it into the request.',
  },
  'give-documentation': {
    meaning: 'Whether the record documents an item decides something.',
    remedy: 'Send it in documentation, present true or false.',
  },
  'give-modifiers': {
    meaning: 'The modifiers of a line or of a day decide something.',
    remedy: 'Send them; an empty list where there are none.',
  },
  'give-notice': {
    meaning: 'The patient should be told before the service that Medicare is expected to deny it.',
    remedy: 'Give the notice that the text of the step names.',
  },
  'load-source': {
    meaning: 'A source that the plan follows is not loaded, or not for the date.',
    remedy: 'Import the one that the step names, and ask again.',
  },
  'obtain-authorization': {
    meaning: 'Prior authorization is required and none on file covers the line.',
    remedy: 'Obtain it before the service.',
  },
  'prepare-medical-review': {
    meaning: 'More than a limit is judged by the payer on records.',
    remedy: 'Keep the records ready that the text of the step names.',
  },
  proceed: {
    meaning: 'Every question that is checked here passed.',
    remedy: 'Submit as planned.',
  },
  'review-claim-line': {
    meaning: 'The line cannot be billed as it is.',
    remedy: 'Do what the text of the step says.',
  },
  'review-medical-necessity': {
    meaning: 'The diagnoses or the record do not support the service.',
    remedy: 'Ask the clinician what the record supports.',
  },
  'review-procedure-pair': {
    meaning: 'The line is not paid beside another service of the day.',
    remedy: 'Do what the text of the step says.',
  },
  'review-schedule': {
    meaning: 'The service is too soon or too often.',
    remedy: 'Plan it for a later date.',
  },
  'review-units': { meaning: 'More units are billed than the limit.', remedy: 'Check the units.' },
  'verify-code': {
    meaning: 'Whether a code is valid could not be told.',
    remedy: 'Look it up in the current edition.',
  },
  'verify-source': {
    meaning: 'Something that is asked of the line was not read at the publisher itself.',
    remedy: 'Confirm it with the payer.',
  },
} satisfies Record<string, Meaning>
export type StepCode = keyof typeof stepMeanings | `give-${string}`
