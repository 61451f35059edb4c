import { decide } from './decision/decide.js'
import type { Determination } from './decision/determination.js'
import { answerOf, type CheckKind } from './decision/excerpt.js'
import type { CheckRequest } from './decision/request.js'
import type { Snapshot } from './policies/snapshot.js'

/** Who asks what, through which face. */
export interface CheckContext {
  readonly tenantId: string
  readonly callerId: string
  readonly channel: 'rest'
  readonly kind: CheckKind
  /** Id of the HTTP request, as in the log. */
  readonly requestId: string
}

/** An answer, and the text it was rendered to: the same bytes are sent and, where determinations are kept, recorded. */
export interface CheckedAnswer { readonly determination: Determination, readonly text: string }

export type Check = (request: CheckRequest, context: CheckContext) => Promise<CheckedAnswer>

/** No revision of policy is loaded yet, so nothing can be answered. */
export class PolicyNotReady extends Error {
  readonly code = 'policy-not-ready'
  constructor () { super('No policy is loaded yet.') }
}

/** The one use case, which every face calls: take one revision, decide, render once. Rejects with PolicyNotReady before the first revision. */
export function createCheck ({ snapshot, newId }: { readonly snapshot: Pick<Snapshot, 'current'>, readonly newId: () => string }): Check {
  return async (request, { tenantId, kind }) => {
    const revision = snapshot.current(tenantId)
    if (revision === undefined) throw new PolicyNotReady()
    const determination = { determinationId: `det_${newId()}`, ...decide(request, revision.view) }
    return { determination, text: JSON.stringify(answerOf(kind, determination)) }
  }
}
