import { newDeterminationId } from '../../src/decision-log/determination-id.js'
import { chainStart, link, type LogEntry, type LogRecord } from '../../src/decision-log/record.js'

/** A row of the log as a determination makes it, with `sealed` of so many bytes. */
export function entry(
  tenantId = 'public',
  sealedBytes = 60,
  determinationId = newDeterminationId(),
): LogEntry {
  return {
    tenantId,
    at: new Date().toISOString(),
    action: 'determination',
    determinationId,
    callerId: 'key-1',
    channel: 'rest',
    requestId: 'request-1',
    checkKind: 'authorization',
    engineVersion: '1',
    policyRevision: 1,
    planId: 'a-plan',
    procedureCodes: ['J3420'],
    outcome: 'supported',
    reasonCodes: ['a-reason'],
    referenceMarks: [],
    keyId: '0123456789abcdef',
    sealed: Buffer.alloc(sealedBytes, 7).toString('base64'),
  }
}

/** A chain of so many rows. */
export function chainOf(writerId: string, rows: number, sealedBytes?: number): LogRecord[] {
  const chain: LogRecord[] = []
  for (let row = 0; row < rows; row++)
    chain.push(link(entry('public', sealedBytes), writerId, chain.at(-1) ?? chainStart))
  return chain
}
