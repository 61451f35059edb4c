import type { ClaimFaultReason } from '../reasons/claim.js'
import type { Source } from '../shapes/source.js'
import { decided } from '../shapes/truth.js'
import { saying, type PlainResult } from './result.js'

/**
 * An error in a claim line that every payer, or every payer of a kind, rejects, whatever its policy on the
 * service.
 */
export interface ClaimFault {
  readonly result: PlainResult
  /** Nothing added to the line would correct it: the claim must be changed. */
  readonly isConflict: boolean
  readonly source: Source
  readonly section?: string
}

/** Makes a certain fault (never unknown) with its reason, from one document. */
export function fault(
  reason: ClaimFaultReason,
  used: { readonly fact: string; readonly value: string },
  source: Source,
  rest: { readonly isConflict?: boolean; readonly section?: string } = {},
): ClaimFault {
  const { isConflict = true, section } = rest
  return {
    result: saying(decided(false, used), reason),
    isConflict,
    source,
    ...(section === undefined ? {} : { section }),
  }
}
