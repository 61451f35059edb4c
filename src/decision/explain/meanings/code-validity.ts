import type { CodeValidityReason } from '../../reasons/code-validity.js'
import type { Meaning } from './meaning.js'
import type { PublishedCode } from './published-code.js'

type OfCodes = Exclude<PublishedCode<CodeValidityReason['code']>, SharedCode> | 'codes-valid'
/** Codes that other questions give as well. */
type SharedCode = 'date-span' | 'policy-stale' | 'version-not-held'

/** What each reason on the validity of codes means; a reason that is not here does not compile. */
export const codeMeanings: { readonly [C in OfCodes]: Meaning } = {
  'before-icd-10-cm': {
    meaning: 'Claims for services before October 2015 took ICD-9-CM codes, which are not loaded.',
    remedy: 'Look up the code in ICD-9-CM.',
  },
  'between-editions': {
    meaning: 'The code is valid: it is in the editions before and after the date.',
    remedy: 'Nothing is to be done.',
  },
  'code-not-held': {
    meaning: 'The code is not among those that are loaded, so it was not checked. CPT numbers are licensed.',
    remedy: 'Look it up in the current edition, or load a list that has it.',
  },
  'code-table-not-held': {
    meaning: 'No table of this code system is loaded.',
    remedy: 'Load the code table.',
  },
  'code-valid': { meaning: 'The code is valid for billing on the date.', remedy: 'Nothing is to be done.' },
  'codes-valid': {
    meaning: 'All codes of the line are valid for billing.',
    remedy: 'Nothing is to be done.',
  },
  'edition-behind': {
    meaning: 'The code is not in the loaded edition, which is older than the date; a newer one may have it.',
    remedy: 'Load the current edition.',
  },
  'edition-gap': {
    meaning: 'No edition of the code table is loaded for the date, though earlier and later ones are.',
    remedy: 'Load the edition of that time.',
  },
  'header-code': {
    meaning: 'The code is a header with codes under it; a claim with it is rejected.',
    remedy: 'Ask the clinician which billable code under it the record supports.',
  },
  'no-longer-valid': {
    meaning: 'The code had ended on the date.',
    remedy: 'Use a code that is valid on the date and that the record supports.',
  },
  'not-a-code': { meaning: 'There is no such code on the date.', remedy: 'Correct the code.' },
  'not-icd-10-cm': {
    meaning: 'The code does not have the form of ICD-10-CM; it may be an ICD-9-CM code.',
    remedy: 'Send the ICD-10-CM code.',
  },
  'not-in-edition': {
    meaning: 'The code is not in the edition of the date.',
    remedy: 'Use a code that is valid on the date and that the record supports.',
  },
  'not-yet-valid': {
    meaning: 'The code exists only from a later date.',
    remedy: 'Use a code that is valid on the date and that the record supports.',
  },
}
