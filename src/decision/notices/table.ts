import type { PlainDate } from '../codes.js'
import type { Notice } from '../determination.js'
import type { Source } from '../source.js'

type Modifier = Notice['modifiers'][number]

/** What Original Medicare asks to be told to the patient, and on the claim, when a denial is expected on a ground. */
export interface NoticeRow {
  readonly code: Notice['code']
  readonly grounds: ReadonlyArray<Notice['basis']>
  /** First date of service for which the row holds as it stands. */
  readonly from: PlainDate
  readonly text: string
  readonly modifiers: readonly Modifier[]
  readonly sources: ReadonlyArray<{ readonly source: Source; readonly section: string }>
}

const financialLiability: Source = {
  publisher: 'Centers for Medicare & Medicaid Services',
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

// GX and the present meaning of GA hold from 2010-04-01, the automatic denial of GZ from 2011-07-01.
export const noticeTable: readonly NoticeRow[] = [
  {
    code: 'abn-required',
    grounds: ['reasonable-and-necessary'],
    from: '2011-07-01',
    text: 'Before the service, give the patient an Advance Beneficiary Notice (form CMS-R-131) that names the service, the reason and an estimate of the cost, and let the patient choose. Without a valid one the patient may not be charged. Not in an emergency, and not for inpatient care, which has notices of its own.',
    modifiers: [
      {
        modifier: 'GA',
        when: 'a signed notice is on file',
        text: 'The notice was given because Medicare is expected to deny as not reasonable and necessary.',
      },
      {
        modifier: 'GZ',
        when: 'there is no signed notice',
        text: 'The same denial is expected and the patient did not sign: the line is denied without review, and the patient may not be charged.',
      },
    ],
    sources: [
      { source: financialLiability, section: '50' },
      { source: contractorPage, section: 'Modifier criteria' },
    ],
  },
  {
    code: 'abn-voluntary',
    grounds: ['statutory', 'benefit-category'],
    from: '2010-04-01',
    text: 'Medicare never pays for this, so no Advance Beneficiary Notice is needed to charge the patient; giving one is a courtesy. A claim is needed only where a denial is wanted, for another payer.',
    modifiers: [
      {
        modifier: 'GY',
        when: 'a denial is wanted',
        text: 'Excluded by statute, or no Medicare benefit; never beside GA or GZ on a line.',
      },
      { modifier: 'GX', when: 'a notice was given as a courtesy', text: 'Reported beside GY.' },
    ],
    sources: [
      { source: financialLiability, section: '50.2.1' },
      { source: modifierGuide, section: 'GX and GY' },
    ],
  },
]
