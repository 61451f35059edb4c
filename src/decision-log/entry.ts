import { normalizeCode } from '../decision/shapes/codes.js'
import { engineVersion } from '../decision/engine-version.js'
import { askedBy, type CheckKind, type View } from '../decision/explain/views.js'
import { codeOf, type Reason } from '../decision/reasons/reason.js'
import { recordOf } from '../decision/verdict/record.js'
import type { LineVerdict, Verdict } from '../decision/verdict/verdict.js'
import type { CheckRequest } from '../decision/shapes/request.js'
import type { PageFormat } from '../rendering/formats.js'
import type { Seal } from '../sealing/seal.js'
import { instantOf } from './determination-id.js'
import type { LogEntry } from './record.js'
import { sealContent } from './sealed-content.js'

/** The caller, and the protocol it used. */
export interface Asker {
  readonly tenantId: string
  readonly callerId: string
  readonly channel: string
  readonly requestId: string
}

/** A determination to be recorded: the request, the verdict, and the bytes that are sent. */
export interface Determined extends Asker {
  readonly determinationId: string
  readonly kind: CheckKind
  readonly view: View
  /** Absent: JSON. */
  readonly format?: PageFormat
  readonly request: CheckRequest
  readonly verdict: Verdict
  readonly bytes: Buffer
}

/**
 * The row of a determination. Codes, plan, outcome and reasons stay in clear text for searching;
 * everything else is sealed.
 */
export function entryOfDetermination(
  {
    tenantId,
    callerId,
    channel,
    requestId,
    determinationId,
    kind,
    view,
    format = 'json',
    request,
    verdict,
    bytes,
  }: Determined,
  seal: Seal,
): LogEntry {
  const { facts, choice, outcome, lines } = verdict
  return {
    tenantId,
    at: instantOf(determinationId) ?? new Date().toISOString(),
    action: 'determination',
    determinationId,
    callerId,
    channel,
    requestId,
    checkKind: kind,
    engineVersion,
    policyRevision: facts.view.policyRevision,
    planId: choice.plan?.planId ?? null,
    procedureCodes: [
      ...new Set(lines.map(({ facts: { line } }) => normalizeCode(line.sent.procedureCode))),
    ].sort(),
    outcome,
    reasonCodes: [...new Set(lines.flatMap(reasonCodesOf))].sort(),
    referenceMarks: [
      ...(request.reference === undefined ? [] : [request.reference]),
      ...(request.authorizations ?? []).map(({ authorizationNumber }) => authorizationNumber),
    ].map((reference) => markOfReference(seal, reference)),
    keyId: seal.keyId,
    sealed: sealContent(seal, {
      request: JSON.stringify(request),
      verdict: recordOf(verdict),
      view,
      format,
      answer: bytes,
    }),
  }
}

const noAnswer = Buffer.alloc(0)

/** The row about a reading, a replay or an erasure. `asked` is the query, which is sealed. */
export function entryOfReading(
  { tenantId, callerId, channel, requestId }: Asker,
  action: 'reading' | 'replay' | 'erasure',
  determinationId: string | null,
  asked: object,
  seal: Seal,
): LogEntry {
  return {
    tenantId,
    at: new Date().toISOString(),
    action,
    determinationId,
    callerId,
    channel,
    requestId,
    checkKind: null,
    engineVersion: null,
    policyRevision: null,
    planId: null,
    procedureCodes: [],
    outcome: null,
    reasonCodes: [],
    referenceMarks: [],
    keyId: seal.keyId,
    sealed: sealContent(seal, {
      request: JSON.stringify(asked),
      verdict: '',
      view: '',
      format: '',
      answer: noAnswer,
    }),
  }
}

/**
 * The HMAC by which a reference of the caller is found. The reference itself is not stored in clear
 * text.
 */
export function markOfReference(seal: Seal, reference: string): string {
  return seal.mark('reference', reference)
}

/** The reason codes of the answers of a line. */
function reasonCodesOf({ answers }: LineVerdict): string[] {
  return askedBy('authorization').questions.flatMap((question) => {
    const { answer } = answers[question]
    return 'reason' in answer ? [codeOf(answer.reason as Reason)] : []
  })
}
