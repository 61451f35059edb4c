/**
 * The fields that a row of a prior authorization list can have, with the content of their cells. The names
 * are also the default headings of the columns.
 */
export const fieldMeanings = {
  payerId: 'identifier of the payer; needed, in the row or as a constant',
  payerName: 'its name',
  planId: 'identifier of the plan; without it the rows make a policy set that no plan follows yet',
  planName: 'its name',
  lineOfBusiness: 'medicare, medicare-advantage, medicaid, commercial or not-stated',
  program: 'the list or program that the row belongs to; each becomes one policy',
  code: 'procedure code, range A-B, or several of them separated by |; needed',
  requirement: 'required, not-required or conditional (a voluntary program); needed',
  consequence: 'of a claim without it: denial, prepayment-review, penalty or unknown',
  states: 'two-letter states separated by |; empty, US or ALL = everywhere',
  placesOfService: 'two-digit places of service separated by |',
  placesOfServiceExcluded: 'places of service to which the row does not apply',
  claimTypes: 'professional, institutional, dme, separated by |',
  companionCodes: 'only when given together with one of these codes or ranges',
  unitsOver: 'only when more units than this are billed',
  ageMinimum: 'only from this age in years on',
  ageMaximum: 'only up to this age, inclusive',
  networkStatus: 'in-network or out-of-network',
  effectiveFrom: 'first day on which the row holds, YYYY-MM-DD',
  effectiveTo:
    'last day (inclusive, unless the mapping says exclusive), YYYY-MM-DD; empty or 9999-12-31 = open',
  vendorName: 'who decides, where it is not the payer',
  vendorPhone: 'telephone of the vendor, or of the payer',
  vendorUrl: 'web page of the vendor, or of the payer',
  condition: 'text of a note or condition; a text that the mapping does not read becomes a review rule',
} as const

export type Field = keyof typeof fieldMeanings
export const fields = Object.keys(fieldMeanings) as Field[]

/** The text of each field of a row after the mapping; absent where the cell is empty. */
export type Fields = { readonly [F in Field]?: string }

/** A row of the file with its line and fields, and with the texts that the mapping does not know. */
export interface ListRow {
  readonly file: string
  readonly line: number
  readonly fields: Fields
  /** Fields with their texts, where the mapping lists values but not this text. */
  readonly unread: ReadonlyArray<{ readonly field: Field; readonly text: string }>
}
