import type { Notice } from '../shapes/determination.js'
import type { Plan } from '../shapes/policy.js'
import { grounds, type Ground } from './grounds.js'

/** Who bears the cost of what is not paid. */
export type Liable = Notice['liable'] | 'not-stated' | 'nothing-denied'

/** What goes with a ground: one row of the table. */
export interface NoticeRow {
  readonly grounds: readonly Ground[]
  /** failing: the statuses of the question that are the ground; other: every other one, unknown ones included. */
  readonly statuses: 'failing' | 'other'
  readonly linesOfBusiness: ReadonlyArray<Plan['lineOfBusiness']>
  /** The notice, or none: no entry in the answer. */
  readonly notice: Notice['code'] | 'none'
  readonly liable: Liable
  readonly note: string
}

export const linesOfBusiness = [
  'medicare',
  'medicare-advantage',
  'medicaid',
  'commercial',
  'not-stated',
] as const satisfies ReadonlyArray<Plan['lineOfBusiness']>
const every = Object.keys(grounds) as Ground[]
const lineFaults: readonly Ground[] = [
  'bundled',
  'code-not-valid-for-payer',
  'wrong-setting',
  'place-of-service',
  'incomplete-line',
]
const decidedByPlan: readonly Ground[] = [
  'statutory',
  'benefit-category',
  'reasonable-and-necessary',
  'not-stated',
  'frequency-denied',
]

const originalMedicare: readonly NoticeRow[] = [
  {
    ...failing('medicare', 'statutory', 'benefit-category'),
    notice: 'abn-voluntary',
    liable: 'patient',
    note: 'Medicare never pays; the notice is a courtesy. GY, and GX beside it.',
  },
  {
    ...failing('medicare', 'reasonable-and-necessary', 'frequency-denied'),
    notice: 'abn-required',
    liable: 'patient-if-notified',
    note: 'GA with a signed notice, GZ without. Only for a named patient and a stated reason; a routine notice does not count.',
  },
  {
    ...failing('medicare', 'not-stated'),
    notice: 'none',
    liable: 'not-stated',
    note: 'The source does not say why it is not covered: no GY, and no notice, unless a determination or a statute is named.',
  },
  {
    ...failing('medicare', 'frequency-reviewed'),
    notice: 'none',
    liable: 'not-stated',
    note: 'Judged on records: this limit advises no notice. A notice could name "too frequent" only where a denial of this patient is expected; a routine one does not count.',
  },
  {
    ...failing('medicare', 'units'),
    notice: 'none',
    liable: 'provider',
    note: 'An MUE denial is a coding denial, which no notice shifts to the patient.',
  },
  {
    ...failing('medicare', ...lineFaults),
    notice: 'no-notice',
    liable: 'provider',
    note: 'A fault of the claim line, not of coverage: the patient may not be charged.',
  },
  {
    ...failing('medicare', 'invalid-code'),
    notice: 'none',
    liable: 'provider',
    note: 'The claim is sent back before anybody judges it.',
  },
  {
    ...failing('medicare', 'authorization-not-obtained'),
    notice: 'no-notice',
    liable: 'provider',
    note: 'No notice cures a condition of payment that was skipped.',
  },
  {
    ...failing('medicare', 'authorization-denied'),
    notice: 'abn-required',
    liable: 'patient-if-notified',
    note: 'The request was not affirmed: a notice before the service, and GA.',
  },
]

const advantage: readonly NoticeRow[] = [
  {
    ...failing('medicare-advantage', ...decidedByPlan),
    notice: 'organization-determination',
    liable: 'by-plan-decision',
    note: 'Never an ABN: a pre-service organization determination of the plan.',
  },
  {
    ...failing('medicare-advantage', ...every.filter((ground) => !decidedByPlan.includes(ground))),
    notice: 'none',
    liable: 'by-plan-rules',
    note: 'Never an ABN; the rules of the plan on charging the patient hold.',
  },
]

/** Ground, outcome of its question and line of business: the notice, who is liable. Every combination has exactly one row, which a test holds. */
export const noticeTable: readonly NoticeRow[] = [
  ...originalMedicare,
  ...advantage,
  {
    grounds: every,
    statuses: 'failing',
    linesOfBusiness: ['medicaid', 'commercial', 'not-stated'],
    notice: 'none',
    liable: 'by-plan-rules',
    note: 'ABNs belong to Original Medicare; the rules of the plan on charging the patient hold.',
  },
  {
    grounds: every,
    statuses: 'other',
    linesOfBusiness,
    notice: 'none',
    liable: 'nothing-denied',
    note: 'Nothing is known to be denied on this ground.',
  },
]

function failing(
  lineOfBusiness: Plan['lineOfBusiness'],
  ...some: readonly Ground[]
): Pick<NoticeRow, 'grounds' | 'statuses' | 'linesOfBusiness'> {
  return { grounds: some, statuses: 'failing', linesOfBusiness: [lineOfBusiness] }
}

/** The rows for a ground, a status of its question and a line of business: exactly one. */
export function rowsFor(ground: Ground, status: string, of: Plan['lineOfBusiness']): NoticeRow[] {
  const isFailing = (grounds[ground].failing as readonly string[]).includes(status)
  return noticeTable.filter(
    (row) =>
      row.grounds.includes(ground) &&
      row.linesOfBusiness.includes(of) &&
      (row.statuses === 'failing') === isFailing,
  )
}
