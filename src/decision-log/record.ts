import { createHash } from 'node:crypto'

/** What a row of the log says, before it has a place in a chain. Instants are ISO 8601 in UTC with milliseconds; what is sealed is base64. */
export interface LogEntry {
  readonly tenantId: string
  readonly at: string
  readonly action: 'determination' | 'reading' | 'replay' | 'erasure'
  /** What was determined, read or replayed; null for a search. */
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

/** A row of the log in its chain: `seq` counts from 1 for each writer and tenant. */
export interface LogRecord extends LogEntry {
  readonly writerId: string
  readonly seq: number
  readonly previousHash: string
  readonly hash: string
}

/** Where a chain stands: its last row. */
export interface ChainHead {
  readonly seq: number
  readonly hash: string
  readonly at: string
}

/** Where every chain begins. */
export const chainStart: ChainHead = { seq: 0, hash: '0'.repeat(64), at: '' }

/** Gives an entry its place after `head`. Instants never go back in a chain, so that whole months of it can go. */
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

/** SHA-256 (hex) over everything that a row says and the hash before it; of what is sealed the digest, so that erasure leaves chains valid. */
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
