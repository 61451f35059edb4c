import type { CheckRequest } from '../decision/request.js'
import type { Determination } from '../decision/determination.js'
import type { PolicyContent } from '../decision/policy.js'
import type { PolicyView } from '../decision/view.js'

export interface Snapshot {
  current (): { readonly revision: number, readonly content: PolicyContent, readonly view: PolicyView } | undefined
}
export interface CheckContext { readonly tenant: string, readonly caller: string, readonly channel: string }
export type Check = (request: CheckRequest, context: CheckContext) => { readonly determinationId: string, readonly text: string, readonly determination: Determination }

/** What every face is given: the policy in memory and the one use case. */
export interface Dependencies {
  readonly snapshot: Snapshot
  readonly check: Check
}
