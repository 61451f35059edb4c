import type { PlainDate } from '../shapes/codes.js'

export type CodeSystem = 'icd-10-cm' | 'hcpcs'

/** Time for which no edition of a table is held: from its first day until the day before `to`. */
export interface EditionGap {
  readonly from: PlainDate
  readonly to: PlainDate
}

interface OfCode {
  readonly system: CodeSystem
  /** The code as people read it. */
  readonly shown: string
}

interface OnDate extends OfCode {
  readonly date: PlainDate
}

/** Whether a code may be billed on a date, and why. */
export type CodeValidityReason =
  | (OfCode & {
      readonly code: 'code-table-not-held' | 'before-icd-10-cm' | 'not-icd-10-cm' | 'code-not-held'
    })
  | (OnDate & { readonly code: 'code-valid' | 'not-a-code' | 'edition-behind' })
  | (OnDate & { readonly code: 'between-editions'; readonly added: PlainDate; readonly gap: EditionGap })
  | (OnDate & { readonly code: 'not-yet-valid'; readonly from: PlainDate })
  | (OnDate & {
      readonly code: 'not-in-edition'
      readonly from: PlainDate
      readonly gap: EditionGap | undefined
    })
  | (OnDate & { readonly code: 'no-longer-valid'; readonly to: PlainDate | undefined })
  | (OnDate & { readonly code: 'no-longer-valid/in-gap'; readonly gap: EditionGap })
  | (OfCode & { readonly code: 'header-code'; readonly billableDescendants: readonly string[] })
  | (OnDate & { readonly code: 'version-not-held/code-table' | 'policy-stale/code-table' })
  | (OnDate & { readonly code: 'edition-gap'; readonly gap: EditionGap })
  | {
      readonly code: 'date-span/code'
      readonly first: { readonly day: PlainDate; readonly reason: CodeValidityReason }
      readonly turn: { readonly day: PlainDate; readonly reason: CodeValidityReason }
    }

/** Whether all codes of a line are valid. */
export type CodesReason = CodeValidityReason | { readonly code: 'codes-valid' | 'diagnosis-not-given/codes' }
