/** What a code of an answer means, and what to do about it, as sentences for a biller. */
export interface Meaning {
  readonly meaning: string
  readonly remedy: string
}
