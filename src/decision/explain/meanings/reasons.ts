import type { Reason } from '../../reasons/reason.js'
import { codeMeanings } from './code-validity.js'
import type { Meaning } from './meaning.js'
import type { PublishedCode } from './published-code.js'

/** What each reason means and what to do about it; a reason that is not here does not compile. */
export const reasonMeanings: { readonly [C in PublishedCode<Reason['code']>]: Meaning } = {
  ...codeMeanings,
  'applicability-unknown': {
    meaning: 'Whether a rule applies to the case depends on facts that were not given.',
    remedy: 'Give the facts that the answer asks for.',
  },
  'authorization-conditional': {
    meaning: 'The program is voluntary: without prior authorization the claim is reviewed in another way.',
    remedy: 'Decide whether to ask for it, and send the authorization once there is one.',
  },
  'authorization-depends': {
    meaning: 'Whether prior authorization is required depends on facts that were not given.',
    remedy: 'Give the facts that the answer asks for.',
  },
  'authorization-not-required': {
    meaning: 'A rule of the payer says that prior authorization is not required in this case.',
    remedy: 'Nothing is to be done.',
  },
  'authorization-on-file': {
    meaning: 'An authorization on file covers the code, the dates and the units of the line.',
    remedy: 'Put its number on the claim.',
  },
  'authorization-required': {
    meaning: 'A rule of the payer requires prior authorization in this case.',
    remedy: 'Obtain it before the service.',
  },
  'authorization-silent': {
    meaning: 'A rule or list was read and does not cover this case.',
    remedy: 'Look at the other reasons of the answer.',
  },
  'authorization-uncertain': {
    meaning: 'An authorization on file may cover the line, but a part of it is not known.',
    remedy: 'Give its codes, dates, approved units and used units.',
  },
  'claim-line-complete': {
    meaning: 'The line carries what the rule requires.',
    remedy: 'Nothing is to be done.',
  },
  'claim-line-incomplete': {
    meaning: 'The line lacks something that the rule requires.',
    remedy: 'Do what the step says.',
  },
  'claim-line-unknown': {
    meaning: 'Whether the line carries what the rule requires cannot be told from what was given.',
    remedy: 'Give the facts that the answer asks for.',
  },
  'claim-type-not-given': {
    meaning: 'The answer depends on the kind of claim, and the request does not say which it is.',
    remedy: 'Send claimType: professional, institutional or dme.',
  },
  'claim-type-not-of-plan': {
    meaning: 'The plan does not pay this kind of claim.',
    remedy: 'Check the plan and the kind of claim.',
  },
  'code-discontinued': {
    meaning: 'The table says that the drug or service was discontinued, so no unit is payable.',
    remedy: 'Check that the code is that of the drug or service given.',
  },
  'condition-text-not-held': {
    meaning:
      'The document puts a condition on a listed diagnosis, and the text of the condition is not loaded.',
    remedy: 'Read the document, or ask the payer.',
  },
  'condition-undecided': {
    meaning: 'A listed diagnosis supports the service under a condition that the given facts do not settle.',
    remedy: 'Read the condition in the document.',
  },
  'date-span': {
    meaning: 'The line covers several days, and its days do not agree or cannot be told apart.',
    remedy: 'Bill one line for each day or part.',
  },
  'diagnosis-condition-not-met': {
    meaning: 'A diagnosis of the line is listed, but what the document asks for beside it is not so.',
    remedy: 'Ask the clinician what the record supports.',
  },
  'diagnosis-excluded': {
    meaning: 'The document lists the diagnosis among those that do not support the service.',
    remedy: 'Ask the clinician what the record supports.',
  },
  'diagnosis-listed': {
    meaning: 'A diagnosis of the line is among those that support the service.',
    remedy: 'Nothing is to be done.',
  },
  'diagnosis-never-first': {
    meaning: 'The diagnosis may not be the first one of a claim or line.',
    remedy: 'Put the diagnosis that it belongs to before it.',
  },
  'diagnosis-not-excluded': {
    meaning:
      'The document lists only diagnoses that do not support the service, and this one is not among them.',
    remedy: 'Look at the other reasons of the answer.',
  },
  'diagnosis-not-given': {
    meaning: 'The answer depends on the diagnoses, and none are given for the line.',
    remedy: 'Send diagnosisCodes and diagnosisPointers.',
  },
  'diagnosis-not-listed': {
    meaning: 'No diagnosis of the line is among those that support the service.',
    remedy: 'Ask the clinician what the record supports.',
  },
  'diagnosis-not-named': {
    meaning:
      'The document names diagnoses and does not say that others are denied; those of the line are not named.',
    remedy: 'Ask the payer.',
  },
  'diagnosis-partly-excluded': {
    meaning: 'The document excludes some diagnoses of the line and not all.',
    remedy: 'Ask the payer, or split the line where the record allows it.',
  },
  'diagnosis-repeated': {
    meaning: 'A diagnosis stands twice on the claim, which is rejected.',
    remedy: 'Send each diagnosis once.',
  },
  'diagnosis-rule-met': {
    meaning: 'The diagnoses of the line together meet the rule.',
    remedy: 'Nothing is to be done.',
  },
  'diagnosis-undecided': {
    meaning: 'The document supports the service under conditions that the given facts do not settle.',
    remedy: 'Read the conditions in the document.',
  },
  'discard-without-dose': {
    meaning: 'A line bills discarded drug (JW), and no line bills the dose of that day.',
    remedy: 'Add the line of the dose.',
  },
  'documentation-missing': {
    meaning: 'The record does not show what the rule asks for.',
    remedy: 'Ask the clinician whether it is true of the patient.',
  },
  'documentation-not-given': {
    meaning: 'Whether the record shows what the rule asks for was not given.',
    remedy: 'Send the items in documentation or labResults.',
  },
  'documentation-present': {
    meaning: 'The record shows what the rule asks for.',
    remedy: 'Nothing is to be done.',
  },
  excluded: { meaning: 'The service is not covered at all.', remedy: 'Tell the patient before the service.' },
  exempt: {
    meaning: 'The limit does not apply: the case is exempt from it.',
    remedy: 'Nothing is to be done.',
  },
  'exemption-unknown': {
    meaning: 'Whether the case is exempt from the limit is not known.',
    remedy: 'Give the facts that the answer asks for.',
  },
  'facility-authorization': {
    meaning:
      "The hospital's own claim needs prior authorization, and related claims may be denied without it.",
    remedy: 'Ask the hospital for the number of its authorization.',
  },
  'facility-bills-it': {
    meaning:
      'At this place of service the facility bills the service; it is not paid on a professional claim.',
    remedy: 'Leave it to the claim of the facility.',
  },
  'facility-may-bill-it': {
    meaning: 'At this place of service the facility may have to bill it; no rule of the plan says who does.',
    remedy: 'Ask the payer.',
  },
  'history-incomplete': {
    meaning: 'The history does not reach far enough, or lacks units, to compare it with the limit.',
    remedy: 'Send a longer history with units, and serviceHistorySince.',
  },
  'history-not-given': {
    meaning: 'The limit depends on earlier services, and the history was not given.',
    remedy: 'Send serviceHistory; an empty list where none are known.',
  },
  'interval-kept': {
    meaning: 'Enough time lies between this service and those before and after it.',
    remedy: 'Nothing is to be done.',
  },
  'interval-too-short': {
    meaning: 'Less time than the rule asks for lies between this service and another one.',
    remedy: 'Plan it for nextEligibleDate or later.',
  },
  'jw-beside-jz': {
    meaning: 'JW says that drug was discarded and JZ that none was: a line carries one of them at most.',
    remedy: 'Send one of them.',
  },
  'limit-kept': {
    meaning: 'The number of services or units is within the limit.',
    remedy: 'Nothing is to be done.',
  },
  'limit-reached': {
    meaning: 'With this service the number of services or units is over the limit.',
    remedy: 'Plan it for nextEligibleDate or later.',
  },
  'listed-for-other-cases': {
    meaning: 'The lists of the plan name the code for other cases only, and they are complete for it.',
    remedy: 'Nothing is to be done.',
  },
  'ndc-matches-code': {
    meaning: 'The NDC is a package of the code of the line.',
    remedy: 'Nothing is to be done.',
  },
  'ndc-not-readable': {
    meaning: 'The NDC has neither 11 digits nor dashes, so it may be three packages.',
    remedy: 'Send it with 11 digits or with its dashes.',
  },
  'ndc-of-another-code': {
    meaning: 'The NDC is a package of another code.',
    remedy: 'Compare the NDC and the code with the package that was used.',
  },
  'no-diagnosis-restriction': {
    meaning: 'The document does not restrict the diagnosis.',
    remedy: 'Nothing is to be done.',
  },
  'no-limit-in-document': {
    meaning: 'The document was read whole and sets no limit.',
    remedy: 'Keep the reason for the service in the record.',
  },
  'no-limit-stated': {
    meaning: 'The publisher states that it sets no limit.',
    remedy: 'Nothing is to be done.',
  },
  'no-numeric-limit': { meaning: 'The rule gives no number.', remedy: 'Nothing is to be done.' },
  'no-rule-published': {
    meaning:
      'Every source of the plan on this question is loaded, and none has a rule; or the payer publishes nothing on it that we know of.',
    remedy: 'Keep the reason for the service in the record.',
  },
  'not-by-telehealth': {
    meaning: 'The place of service is telehealth, and the service cannot be given by video or telephone.',
    remedy: 'Send the place where it was given.',
  },
  'not-payable-in-setting': {
    meaning: 'The unit table allows no unit of the code in this setting.',
    remedy: 'Look whether another setting or supplier bills the code.',
  },
  'on-no-list': {
    meaning: 'No prior-authorization list of the plan names the code, and the lists are complete for it.',
    remedy: 'Nothing is to be done.',
  },
  'payer-has-several-plans': {
    meaning: 'The payer has several plans, and the request does not say which.',
    remedy: 'Send coverage.planId.',
  },
  'payer-not-held': {
    meaning: 'No plan of this payer is loaded.',
    remedy: 'Ask the payer, or load its policies.',
  },
  'phase-not-covered': {
    meaning: 'The document sets no limit for this phase of treatment.',
    remedy: 'Ask the payer.',
  },
  'phase-not-given': {
    meaning: 'The limit differs between the phases of treatment, and the phase is not known.',
    remedy: 'Send treatment.phase or treatment.startedOn.',
  },
  'plan-not-given': { meaning: 'The request does not say which plan pays.', remedy: 'Send coverage.planId.' },
  'plan-not-held': {
    meaning: 'No policy is loaded for the plan.',
    remedy: 'Choose a plan of GET /v1/plans, or load its policies.',
  },
  'plan-payer-mismatch': {
    meaning: 'The plan belongs to another payer than the request names.',
    remedy: 'Check coverage.planId and coverage.payerId.',
  },
  'plan-year-not-known': {
    meaning:
      "The limit counts by plan years, and the month in which the member's plan year begins is not given.",
    remedy: 'Send coverage.planYearStartMonth.',
  },
  'pointer-repeated': {
    meaning: 'The line points twice to one diagnosis, which is rejected.',
    remedy: 'Point to each diagnosis once.',
  },
  'policies-disagree': {
    meaning: 'Policies that are in force at once say different things.',
    remedy: 'Ask the payer which of them it follows.',
  },
  'policy-stale': {
    meaning: 'What is loaded may no longer be used for the date.',
    remedy: 'Load the current edition.',
  },
  'procedure-pair-in-history': {
    meaning: 'The code is not paid together with a service that the history has on that day.',
    remedy: 'Look at both services before either is billed.',
  },
  'procedure-pair-modifiers-not-given': {
    meaning: 'Two codes are paid together only with a modifier, and not all modifiers are given.',
    remedy: 'Send the modifiers of both lines.',
  },
  'procedure-pair-needs-modifier': {
    meaning: 'Two codes are paid together only with a modifier, and neither line has one that counts.',
    remedy: 'Ask whether the record shows separate services.',
  },
  'procedure-pair-not-paid-together': {
    meaning: 'Two codes are not paid together, whatever the modifier.',
    remedy: 'Check which of the two belongs on the claim.',
  },
  'procedure-pair-planned': {
    meaning: 'The code is not paid together with a service that is planned for that day.',
    remedy: 'Look at both services before either is billed.',
  },
  'procedure-pair-provider-not-given': {
    meaning: 'Two codes are not paid together for one provider, and a line does not name its own.',
    remedy: 'Send provider.npi on both lines.',
  },
  'procedure-pair-with-modifier': {
    meaning: 'Two codes are paid together only for separate services, and the claim carries the modifier.',
    remedy: 'Keep the record that shows separate services.',
  },
  'rule-not-loaded': {
    meaning: 'No rule of this plan on the question is loaded; whether there is one is not known.',
    remedy: 'Ask the payer, or load the policy.',
  },
  'same-day-modifiers-not-given': {
    meaning: 'Only their modifiers tell whether services of one day count as one or several.',
    remedy: 'Send the modifiers.',
  },
  'same-day-services': {
    meaning: 'There may be more services than days, and how many the payer counts is not known.',
    remedy: 'Ask the payer.',
  },
  'secondary-source-only': {
    meaning: 'The rule was not read at the publisher itself.',
    remedy: 'Confirm it with the payer.',
  },
  'text-unread': {
    meaning: 'The document has a text that nobody has turned into a rule.',
    remedy: 'Read it, or ask the payer.',
  },
  'too-many-diagnoses': {
    meaning: 'The claim has more diagnoses than there is room for.',
    remedy: 'Send fewer diagnoses.',
  },
  'too-many-pointers': {
    meaning: 'The line points to more diagnoses than there is room for.',
    remedy: 'Point to fewer diagnoses.',
  },
  'units-exceed-maximum': {
    meaning: 'More units are billed than the table allows.',
    remedy: 'Check the units; where the indicator is 3, keep the record ready for review.',
  },
  'units-unknown': {
    meaning: 'The units of the line cannot be told from what was given.',
    remedy: 'Send units, or the dose with its unit.',
  },
  'units-within-maximum': { meaning: 'The units are within the limit.', remedy: 'Nothing is to be done.' },
  'version-not-held': {
    meaning: 'The version that was in force on the date is not loaded.',
    remedy: 'Load that version, or ask the payer.',
  },
}
