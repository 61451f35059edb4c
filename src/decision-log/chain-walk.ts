import type { StoredCheckpoint } from '../store/log/checkpoints.js'
import type { StoredRefusedRow } from '../store/log/refused-rows.js'
import { chainStart, hashOf, type LogRecord } from './record.js'

export type FaultKind =
  | 'edited'
  | 'does-not-follow'
  | 'missing'
  | 'inserted'
  | 'cut'
  | 'replaced'
  | 'unsigned'
  | 'checkpoint-forged'
  | 'retirement-forged'
  | 'refused-row-forged'

/** A sign of tampering. `seq` is the first row that shows it. */
export interface Fault {
  readonly tenantId: string
  readonly writerId: string
  readonly seq: number
  readonly kind: FaultKind
  readonly detail: string
}

/** Walks the rows of one hash chain in order and reports what is wrong with them. */
export class ChainWalk {
  readonly #tenantId: string
  readonly #writerId: string
  readonly #retiredThrough: number
  readonly #signedHash: ReadonlyMap<number, string>
  readonly #closedAt: number | undefined
  readonly #lastSigned: number
  readonly #refused: ReadonlyMap<number, StoredRefusedRow>
  readonly #faults: Fault[] = []
  #last: { seq: number; hash: string }
  #lastAt = ''

  /**
   * A chain that begins after `retired`, or at its start. `refused` are the rows that the database
   * refused; they keep a number in the chain but are not in the log.
   */
  constructor(
    tenantId: string,
    writerId: string,
    retired: { readonly seq: number; readonly hash: string } | undefined,
    checkpoints: readonly StoredCheckpoint[],
    refused: readonly StoredRefusedRow[] = [],
  ) {
    this.#tenantId = tenantId
    this.#writerId = writerId
    this.#last = retired ?? chainStart
    this.#retiredThrough = this.#last.seq
    this.#signedHash = new Map(checkpoints.map(({ seq, hash }) => [seq, hash]))
    this.#lastSigned = Math.max(this.#retiredThrough, ...this.#signedHash.keys())
    this.#refused = new Map(refused.map((row) => [row.seq, row]))
    const closed = checkpoints.filter(({ closing }) => closing).map(({ seq }) => seq)
    this.#closedAt = closed.length === 0 ? undefined : Math.min(...closed)
  }

  take(rows: readonly LogRecord[]): void {
    for (const row of rows) this.#takeOne(row)
  }

  /**
   * Returns the findings after all rows. Rows older than `signedBefore` (milliseconds since 1970)
   * must be covered by a checkpoint.
   */
  end(signedBefore: number): { faults: readonly Fault[]; unsignedRows: number } {
    const { seq } = this.#last
    if (this.#lastSigned > seq)
      this.#report(
        seq + 1,
        'cut',
        `Rows ${seq + 1} to ${this.#lastSigned} are gone: a checkpoint was signed on row ${this.#lastSigned}.`,
      )
    const unsignedRows = this.#closedAt === undefined ? Math.max(0, seq - this.#lastSigned) : 0
    if (unsignedRows > 0 && Date.parse(this.#lastAt) < signedBefore) {
      this.#report(
        this.#lastSigned + 1,
        'unsigned',
        `Rows ${this.#lastSigned + 1} to ${seq} stand under no checkpoint. Start the service, which signs what ended writers left, and verify again; if they stay so, they were put in or a checkpoint was taken out.`,
      )
    }
    return { faults: this.#faults, unsignedRows }
  }

  #passRefused(): void {
    for (;;) {
      const row = this.#refused.get(this.#last.seq + 1)
      if (row?.previousHash !== this.#last.hash) return
      this.#last = { seq: row.seq, hash: row.hash }
    }
  }

  #takeOne(row: LogRecord): void {
    if (row.seq > this.#last.seq + 1) this.#passRefused()
    const next = this.#last.seq + 1
    if (row.seq < next) {
      this.#report(
        row.seq,
        'inserted',
        `There is more than one row ${row.seq}, or a row from before the end of retention.`,
      )
      return
    }
    if (row.seq > next)
      this.#report(
        next,
        'missing',
        row.seq === next + 1
          ? `Row ${next} was taken out.`
          : `Rows ${next} to ${row.seq - 1} were taken out.`,
      )
    if (this.#closedAt !== undefined && row.seq > this.#closedAt)
      this.#report(
        row.seq,
        'inserted',
        `Row ${row.seq} stands after the end that the writer signed, row ${this.#closedAt}.`,
      )
    const isWhole = hashOf(row) === row.hash
    if (!isWhole) this.#report(row.seq, 'edited', `Row ${row.seq} does not say what was written.`)
    else if (row.seq === next && row.previousHash !== this.#last.hash)
      this.#report(
        row.seq,
        'does-not-follow',
        `Row ${row.seq} does not follow on row ${row.seq - 1}: one of the two was replaced.`,
      )
    const signed = this.#signedHash.get(row.seq)
    if (signed !== undefined && signed !== row.hash && isWhole)
      this.#report(
        row.seq,
        'replaced',
        `Row ${row.seq} is not the one that was signed; it or a row before it was replaced.`,
      )
    this.#last = { seq: row.seq, hash: row.hash }
    this.#lastAt = row.at
  }

  #report(seq: number, kind: FaultKind, detail: string): void {
    this.#faults.push({ tenantId: this.#tenantId, writerId: this.#writerId, seq, kind, detail })
  }
}
