import { normalizeCode } from '../decision/shapes/codes.js'
import type { Determination, LineDetermination } from '../decision/shapes/determination.js'
import type { CheckKind } from '../decision/explain/views.js'
import type { CheckRequest } from '../decision/shapes/request.js'
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

/** A determination to be recorded: the request, the decision, and the bytes that are sent. */
export interface Determined extends Asker {
  readonly kind: CheckKind
  readonly request: CheckRequest
  readonly determination: Determination
  readonly bytes: Buffer
}

/**
 * The row of a determination. Codes, plan, outcome and reasons stay in clear text for searching;
 * everything else is sealed.
 */
export function entryOfDetermination(
  { tenantId, callerId, channel, requestId, kind, request, determination, bytes }: Determined,
  seal: Seal,
): LogEntry {
  const { determinationId, engineVersion, policyRevision, planId, outcome, lines } = determination
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
    policyRevision,
    planId: planId ?? null,
    procedureCodes: [...new Set(lines.map((line) => normalizeCode(line.procedureCode)))].sort(),
    outcome,
    reasonCodes: [...new Set(lines.flatMap(reasonsOf))].sort(),
    referenceMarks: (request.authorizations ?? []).map(({ authorizationNumber }) =>
      markOfReference(seal, authorizationNumber),
    ),
    keyId: seal.keyId,
    sealed: sealContent(seal, JSON.stringify(request), bytes),
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
    sealed: sealContent(seal, JSON.stringify(asked), noAnswer),
  }
}

/**
 * The HMAC by which a reference of the caller is found. The reference itself is not stored in clear
 * text.
 */
export function markOfReference(seal: Seal, reference: string): string {
  return seal.mark('reference', reference)
}

function reasonsOf({
  priorAuthorization,
  medicalNecessity,
  frequency,
  units,
  claimLine,
  codeValidity,
}: LineDetermination): string[] {
  return [priorAuthorization, medicalNecessity, frequency, units, claimLine, codeValidity].map(
    ({ reasonCode }) => reasonCode,
  )
}
