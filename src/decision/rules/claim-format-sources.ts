import type { Source } from '../shapes/source.js'

// The sources of the rules that every claim is checked by.

export const duplicateDiagnoses: Source = {
  publisher: 'X12',
  documentNumber: 'RFI 2561',
  title: 'Duplicate diagnosis codes submitted on the 837P',
  url: 'https://x12.org/resources/requests-for-interpretation/rfi-2561-duplicate-diagnosis-codes-submitted-837p',
  retrievedOn: '2026-11-29',
  grade: 'primary',
}

export const codingGuidelines: Source = {
  publisher: 'CMS and NCHS',
  title: 'ICD-10-CM Official Guidelines for Coding and Reporting',
  url: 'https://www.cms.gov/medicare/coding-billing/icd-10-codes',
  retrievedOn: '2026-11-29',
  grade: 'secondary',
  note: 'Sections I.B.10, I.C.19.e and I.C.20 as a payer and public copies quote them; the publication itself was not opened.',
}

export const claimForm: Source = {
  publisher: 'National Uniform Claim Committee',
  title: 'Professional claim (CMS-1500 and 837P): diagnoses of a claim and pointers of a line',
  url: 'https://www.nucc.org/index.php/1500-claim-form-mainmenu-35',
  retrievedOn: '2026-11-29',
  grade: 'secondary',
  note: 'Twelve diagnoses and four pointers, as clearinghouses state them; the instructions themselves were not opened.',
}

export const placesOfService: Source = {
  publisher: 'CMS',
  title: 'Place of Service Code Set',
  url: 'https://www.cms.gov/medicare/coding-billing/place-of-service-codes/code-sets',
  retrievedOn: '2026-11-29',
  grade: 'secondary',
  note: 'The names of the places, from copies of the code set.',
}

export const incidentTo: Source = {
  publisher: 'CMS',
  documentNumber: 'Pub. 100-04 chapter 23',
  title:
    'Medicare Claims Processing Manual, chapter 23: Fee Schedule Administration and Coding Requirements (PC/TC indicator 5)',
  url: 'https://www.cms.gov/regulations-and-guidance/guidance/manuals/downloads/clm104c23.pdf',
  retrievedOn: '2026-11-29',
  grade: 'secondary',
  note: 'The definition of the indicator was read in two copies. It names hospital inpatients and outpatients; places 19, 21, 22 and 23 are the usual translation.',
}

export const drugCodesOnClaims: Source = {
  publisher: 'X12',
  title: 'Health care claim (837): drug identification in loop 2410, LIN03',
  url: 'https://x12.org/products/transaction-sets',
  retrievedOn: '2026-11-29',
  grade: 'secondary',
  note: 'Eleven digits, 5-4-2, filled with zeros, as payers state it.',
}

export const discardedDrugs: Source = {
  publisher: 'Noridian (Medicare contractor)',
  title: 'Modifier JW',
  url: 'https://med.noridianmedicare.com/web/jfb/topics/modifiers/JW',
  retrievedOn: '2026-11-29',
  grade: 'secondary',
  note: 'JW says that something was discarded and JZ that nothing was, so a line cannot carry both.',
}

export const discardedBesideDose: Source = {
  publisher: 'Noridian Healthcare Solutions (Medicare contractor)',
  documentNumber: 'JW and JZ modifiers',
  title: 'Drug Wastage - JW and JZ Modifiers',
  url: 'https://med.noridianmedicare.com/web/jea/topics/drugs-biologicals-injections/drug-wastage-jw-and-jz-modifiers',
  retrievedOn: '2026-11-23',
  grade: 'secondary',
  note: 'A contractor page on a national rule (Claims Processing Manual, chapter 17 section 40): what was discarded stands on a line of its own with JW, beside the line of the dose. That a line with JW alone is not complete follows from it.',
}
