import type { PlainDate } from '../shapes/codes.js'
import type { Notice } from '../shapes/determination.js'
import type { Source } from '../shapes/source.js'

type Modifier = Notice['modifiers'][number]
type Cited = ReadonlyArray<{ readonly source: Source; readonly section: string }>

/** What a notice asks to be done, with its modifiers and where it is said. */
export interface NoticeText {
  readonly code: Notice['code']
  readonly basis?: Notice['basis']
  /** First date of service for which it holds as it stands; absent = always. */
  readonly from?: PlainDate
  readonly text: string
  readonly modifiers: readonly Modifier[]
  readonly sources: Cited
}

const financialLiability: Source = {
  publisher: 'CMS',
  documentNumber: 'Pub. 100-04 chapter 30',
  title: 'Medicare Claims Processing Manual, chapter 30: Financial Liability Protections',
  url: 'https://www.cms.gov/regulations-and-guidance/guidance/manuals/downloads/clm104c30.pdf',
  retrievedOn: '2026-11-24',
  grade: 'secondary',
  documentVersion: 'Rev. 10862',
  note: 'Table of contents and excerpts read in copies of the manual, not in the file of CMS.',
}
const contractorPage: Source = {
  publisher: 'Palmetto GBA (Medicare contractor)',
  title: 'How to use modifiers to indicate the status of an Advance Beneficiary Notice',
  url: 'https://www.palmettogba.com/palmetto/jja.nsf/DID/AXBMW46087',
  retrievedOn: '2026-11-24',
  grade: 'primary',
}
const modifierGuide: Source = {
  publisher: 'Find-A-Code',
  title: 'Advance Beneficiary Notice of Noncoverage (ABN) modifier guidelines',
  url: 'https://findacode.com/articles/advance-beneficiary-notice-of-noncoverage-abn-modifier-guidelines-32786.html',
  publishedOn: '2018-01-11',
  retrievedOn: '2026-11-24',
  grade: 'secondary',
  note: 'On modifiers GX and GY; the text of chapter 1, section 60 of the manual was not seen.',
}
const codingErrors: Source = {
  publisher: 'Brown & Fortunato, P.C.',
  title: 'CMS National Correct Coding Initiative',
  url: 'https://mjhnews.com/cms-national-correct-coding-initiative',
  retrievedOn: '2026-11-30',
  grade: 'secondary',
  note: 'On incorrectly coded services in general; read as an excerpt. That it holds of every fault of a claim line is our reading.',
}
const conditionOfPayment: Source = {
  publisher: 'First Coast Service Options (Medicare contractor)',
  title: 'Prior authorization program for certain hospital outpatient department services: claim submission',
  url: 'https://medicare.fcso.com/Prior_authorization/0469058.asp',
  publishedOn: '2024-04-12',
  retrievedOn: '2026-11-30',
  grade: 'primary',
  note: 'Says that the authorization is a condition of payment. That an ABN does not cure it when it was skipped is our reading.',
}
const nonAffirmation: Source = {
  publisher: 'Noridian Healthcare Solutions (Medicare contractor)',
  title: 'Authorization Process (OPD)',
  url: 'https://med.noridianmedicare.com/web/jfb/cert-reviews/pre-claim/opd/authorization-process',
  retrievedOn: '2026-11-30',
  grade: 'primary',
  note: 'Says that a request is not affirmed where the coverage, coding and payment rules are not met. That an ABN goes with it is our reading.',
}
const organizationDetermination: Source = {
  publisher: 'Priority Health',
  title: 'Reminder: Advance Beneficiary Notices banned under Medicare Advantage rules',
  url: 'https://www.priorityhealth.com/provider/manual/news/billing-and-payment/02-15-2017-reminder-advance-beneficiary-notices-banned-under-medicare-advantage',
  publishedOn: '2017-02-15',
  retrievedOn: '2026-11-30',
  grade: 'secondary',
  note: 'A plan on the rule of CMS, which was not read itself (42 CFR part 422, subpart M).',
}

const signedOrNot: readonly Modifier[] = [
  {
    modifier: 'GA',
    when: 'a signed notice is on file',
  },
  {
    modifier: 'GZ',
    when: 'there is no signed notice: the line is denied and the patient may not be charged',
  },
]
const liabilityAndModifiers: Cited = [
  { source: financialLiability, section: '50' },
  { source: contractorPage, section: 'Modifier criteria' },
]

// GX and the present meaning of GA hold from 2010-04-01, the automatic denial of GZ from 2011-07-01.
export const noticeTexts: readonly NoticeText[] = [
  {
    code: 'abn-required',
    from: '2011-07-01',
    text: 'Before the service, give the patient an Advance Beneficiary Notice (form CMS-R-131) with the service, the reason and the cost. Only with a valid one may the patient be charged. Never as a routine, in an emergency or for inpatient care.',
    modifiers: signedOrNot,
    sources: liabilityAndModifiers,
  },
  {
    code: 'abn-required',
    basis: 'authorization',
    from: '2011-07-01',
    text: 'The request for authorization was not affirmed, so expect a denial. Send it again with what was missing; or, before the service, give the patient an Advance Beneficiary Notice (form CMS-R-131) with that reason. Only with a valid one may the patient be charged.',
    modifiers: signedOrNot.slice(0, 1),
    sources: [{ source: nonAffirmation, section: 'Non-affirmation' }, ...liabilityAndModifiers],
  },
  {
    code: 'abn-voluntary',
    from: '2010-04-01',
    text: 'Medicare never pays for this, so no Advance Beneficiary Notice is needed to charge the patient; giving one is a courtesy. A claim is needed only where a denial is wanted, for another payer.',
    modifiers: [
      {
        modifier: 'GY',
        when: 'a denial is wanted; never beside GA or GZ',
      },
      { modifier: 'GX', when: 'a notice was given as a courtesy; beside GY' },
    ],
    sources: [
      { source: financialLiability, section: '50.2.1' },
      { source: modifierGuide, section: 'GX and GY' },
    ],
  },
  {
    code: 'organization-determination',
    text: 'An Advance Beneficiary Notice is not valid in Medicare Advantage. Before the service, ask the plan for an organization determination. Only with its denial in writing may the patient be charged.',
    modifiers: [],
    sources: [{ source: organizationDetermination, section: 'Pre-service organization determinations' }],
  },
  {
    code: 'no-notice',
    basis: 'claim-line',
    text: 'This is a fault of the claim line, not of coverage. No notice moves it to the patient: if the line is denied for it, the patient may not be charged.',
    modifiers: [],
    sources: [{ source: codingErrors, section: 'Advance notices' }],
  },
  {
    code: 'no-notice',
    basis: 'authorization',
    text: 'The authorization is a condition of payment, and no notice replaces it: if the service is given without it, the patient may not be charged.',
    modifiers: [],
    sources: [{ source: conditionOfPayment, section: 'Condition of payment' }],
  },
]
