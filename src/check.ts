import { noDecisionLog, type DecisionLog } from './decision-log/decision-log.js'
import { newDeterminationId } from './decision-log/determination-id.js'
import { decide } from './decision/decide.js'
import { answerOf } from './decision/explain/answer.js'
import type { CheckKind, View } from './decision/explain/views.js'
import type { CheckRequest } from './decision/shapes/request.js'
import type { Verdict } from './decision/verdict/verdict.js'
import type { FailureCode } from './error-codes.js'
import { withoutPast, type KnownAt, type PastRevisions } from './policies/loaded/past-revisions.js'
import type { Revision, Snapshot } from './policies/loaded/snapshot.js'
import { determinationBytes } from './rendering/determination-bytes.js'
import type { PageFormat } from './rendering/formats.js'

/** Who asks what, through which protocol. */
export interface CheckContext {
  readonly tenantId: string
  readonly callerId: string
  /** Name of the protocol, as in the decision log: `rest`. */
  readonly channel: string
  readonly kind: CheckKind
  /** How much of the verdict is told. */
  readonly view: View
  /** JSON, or the page that is sent instead; absent: JSON. */
  readonly format?: PageFormat | undefined
  /** Id of the HTTP request, as in the log. */
  readonly requestId: string
  /** The policy revision to decide by; absent: the current one. */
  readonly knownAt?: KnownAt | undefined
}

/**
 * A verdict, and the JSON or page that it was told in. INVARIANT: an answer is rendered once; the same
 * bytes are sent and recorded (test/decision-log/http.test.ts).
 */
export interface CheckedAnswer {
  readonly verdict: Verdict
  readonly bytes: Buffer
}

/**
 * An answer that may be given once `recorded` resolves. `recorded` is absent where nothing is
 * recorded.
 */
export interface PendingAnswer extends CheckedAnswer {
  readonly recorded?: Promise<void>
}

/**
 * Many requests of one caller. INVARIANT: one revision of policy decides them all
 * (test/protocols/batch/batch.test.ts).
 */
export interface CheckBatch {
  readonly revision: number
  /**
   * Decides and renders at once. Rows that are recorded at the same time go to the log together.
   */
  readonly decide: (request: CheckRequest) => PendingAnswer
}

/** The one use case. Every protocol calls it, for one request or for a batch. */
export interface Check {
  (request: CheckRequest, context: CheckContext): Promise<CheckedAnswer>
  readonly batch: (context: CheckContext) => CheckBatch | Promise<CheckBatch>
}

/** Decides without an id, without words and without a record, as for a look-up. */
export type Lookup = (
  request: CheckRequest,
  context: Pick<CheckContext, 'tenantId' | 'knownAt'>,
) => Promise<Verdict>

/** No revision of policy is loaded yet, so nothing can be answered. */
export class PolicyNotReady extends Error {
  readonly code = 'policy-not-ready' satisfies FailureCode
  constructor() {
    super('No policy is loaded yet.')
  }
}

/** There was no such revision of policy. */
export class NoSuchRevision extends Error {
  readonly code = 'revision-not-held' satisfies FailureCode
  constructor() {
    super('There was no such revision of policy.')
  }
}

export interface CheckParts {
  readonly snapshot: Pick<Snapshot, 'current'>
  readonly past?: PastRevisions
  readonly log?: DecisionLog
  readonly newId?: () => string
}

/**
 * The one use case: take one revision, decide, explain, render once, record. INVARIANT: an answer that could
 * not be recorded is not given (test/decision-log/unavailable.test.ts); this rejects with
 * LogUnavailable then. Rejects with PolicyNotReady and NoSuchRevision too.
 */
export function createCheck({
  snapshot,
  past,
  log = noDecisionLog,
  newId = newDeterminationId,
}: CheckParts): Check {
  const revisionFor = revisionsOf(snapshot, past)
  const decideBy = (
    { view: policy }: Revision,
    context: CheckContext,
    request: CheckRequest,
  ): PendingAnswer => {
    const { kind, view, format = 'json' } = context
    const determinationId = newId()
    const verdict = decide(request, policy)
    const bytes = determinationBytes(
      answerOf(verdict, { determinationId, recorded: log.records, kind, view }),
      format,
    )
    if (!log.records) return { verdict, bytes }
    const { tenantId, callerId, channel, requestId } = context
    return {
      verdict,
      bytes,
      recorded: log.record({
        tenantId,
        callerId,
        channel,
        requestId,
        determinationId,
        kind,
        view,
        format,
        request,
        verdict,
        bytes,
      }),
    }
  }
  const one = async (request: CheckRequest, context: CheckContext): Promise<CheckedAnswer> => {
    const found = revisionFor(context.tenantId, context.knownAt)
    const { recorded, ...answer } = decideBy(found instanceof Promise ? await found : found, context, request)
    if (recorded !== undefined) await recorded
    return answer
  }
  const batch = (context: CheckContext): CheckBatch | Promise<CheckBatch> => {
    const by = (revision: Revision): CheckBatch => ({
      revision: revision.revision,
      decide: (request) => decideBy(revision, context, request),
    })
    const found = revisionFor(context.tenantId, context.knownAt)
    return found instanceof Promise ? found.then(by) : by(found)
  }
  return Object.assign(one, { batch })
}

/** The verdict that a check would rest on. Rejects with PolicyNotReady or NoSuchRevision. */
export function createLookup({ snapshot, past }: Pick<CheckParts, 'snapshot' | 'past'>): Lookup {
  const revisionFor = revisionsOf(snapshot, past)
  return async (request, { tenantId, knownAt }) =>
    decide(request, (await revisionFor(tenantId, knownAt)).view)
}

/**
 * The revision that decides a request: the current one without a promise, any other from the past.
 */
export function revisionsOf(
  snapshot: Pick<Snapshot, 'current'>,
  past: PastRevisions = withoutPast(snapshot),
): (tenantId: string, knownAt?: KnownAt) => Revision | Promise<Revision> {
  return (tenantId, knownAt) => {
    const current = snapshot.current(tenantId)
    if (current === undefined) throw new PolicyNotReady()
    return knownAt === undefined
      ? current
      : past.at(tenantId, knownAt).then((revision) => {
          if (revision === undefined) throw new NoSuchRevision()
          return revision
        })
  }
}
