import { decide } from './decision/decide.js'
import type { Determination } from './decision/determination.js'
import type { CheckRequest } from './decision/request.js'
import type { Snapshot } from './policies/snapshot.js'

/** Who asks, through which face. */
export interface CheckContext { readonly tenant: string, readonly caller: string, readonly channel: string }

/** An answer with its id, and the text it was rendered to: the same bytes are sent and, where determinations are kept, recorded. */
export interface CheckedAnswer { readonly determination: Determination, readonly text: string }

export type Check = (request: CheckRequest, context: CheckContext) => CheckedAnswer

/** No revision of policy is loaded yet, so nothing can be answered. */
export class PolicyNotReady extends Error {
  readonly code = 'policy-not-ready'
  constructor () { super('No policy is loaded yet.') }
}

/** The one use case, which every face calls: take one revision, decide, render once. Throws PolicyNotReady before the first revision. */
export function createCheck ({ snapshot, newId }: { readonly snapshot: Pick<Snapshot, 'current'>, readonly newId: () => string }): Check {
  return request => {
    const revision = snapshot.current()
    if (revision === undefined) throw new PolicyNotReady()
    const determination = { determinationId: `det_${newId()}`, ...decide(request, revision.view) }
    return { determination, text: JSON.stringify(determination) }
  }
}
