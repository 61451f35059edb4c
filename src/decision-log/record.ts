import { createHash } from 'node:crypto'

/**
 * The content of a row of the log, before it is linked into a chain. Instants are ISO 8601 in UTC
 * with milliseconds; sealed content is base64.
 */
export interface LogEntry {
  readonly tenantId: string
  readonly at: string
  readonly action: 'determination' | 'reading' | 'replay' | 'erasure'
  /** The determination that was made, read or replayed; null for a search. */
  readonly determinationId: string | null
  readonly callerId: string
  readonly channel: string
  readonly requestId: string
  readonly checkKind: string | null
  readonly engineVersion: string | null
  readonly policyRevision: number | null
  readonly planId: string | null
  readonly procedureCodes: readonly string[]
  readonly outcome: string | null
  readonly reasonCodes: readonly string[]
  /** HMACs of references that the caller sent, such as numbers of authorizations. */
  readonly referenceMarks: readonly string[]
  readonly keyId: string
  readonly sealed: string
}

/** A row of the log in its hash chain. `seq` counts from 1 for each writer and tenant. */
export interface LogRecord extends LogEntry {
  readonly writerId: string
  readonly seq: number
  readonly previousHash: string
  readonly hash: string
}

/** The head of a chain: its last row. */
export interface ChainHead {
  readonly seq: number
  readonly hash: string
  readonly at: string
}

/** The head of an empty chain. */
export const chainStart: ChainHead = { seq: 0, hash: '0'.repeat(64), at: '' }

/**
 * Links an entry into the chain after `head`. INVARIANT: `at` never decreases in a chain, so
 * retention can remove whole months from its start (test/decision-log/writer.test.ts).
 */
export function link(entry: LogEntry, writerId: string, head: ChainHead): LogRecord {
  const placed = {
    ...entry,
    at: entry.at < head.at ? head.at : entry.at,
    writerId,
    seq: head.seq + 1,
    previousHash: head.hash,
  }
  return { ...placed, hash: hashOf(placed) }
}

/**
 * SHA-256 (hex) over everything in a row and the hash of the row before it. INVARIANT: sealed
 * content enters as its digest, so erasing a data key leaves the chain valid
 * (test/decision-log/audit.test.ts).
 */
export function hashOf(record: Omit<LogRecord, 'hash'>): string {
  const sealed = createHash('sha256').update(Buffer.from(record.sealed, 'base64')).digest('hex')
  return createHash('sha256')
    .update(
      JSON.stringify([
        record.tenantId,
        record.writerId,
        record.seq,
        record.previousHash,
        record.at,
        record.action,
        record.determinationId,
        record.callerId,
        record.channel,
        record.requestId,
        record.checkKind,
        record.engineVersion,
        record.policyRevision,
        record.planId,
        record.procedureCodes,
        record.outcome,
        record.reasonCodes,
        record.referenceMarks,
        record.keyId,
        sealed,
      ]),
    )
    .digest('hex')
}
