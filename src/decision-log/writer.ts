import { randomUUID } from 'node:crypto'
import type { FailureCode } from '../error-codes.js'
import { deadline } from '../store/database/deadline.js'
import { longestWaitMs } from '../store/database/store-away.js'
import { chainStart, link, type ChainHead, type LogEntry, type LogRecord } from './record.js'

/**
 * Stores batches of rows. After a rejection it is not known whether the rows were stored, unless
 * `refusalOf` says so.
 */
export interface LogSink {
  readonly write: (records: readonly LogRecord[]) => Promise<void>
  /**
   * The reason when a rejection means that a row is refused for good and none of the batch was
   * stored; else undefined. Absent: there is no such rejection.
   */
  readonly refusalOf?: (error: unknown) => string | undefined
  /** Sets a refused row aside, as far as possible. Does not reject. */
  readonly setAside?: (record: LogRecord, why: string) => Promise<void>
}

/** The row of an answer could not be recorded, so the answer must not be given. */
export class LogUnavailable extends Error {
  readonly code = 'log-unavailable' satisfies FailureCode
  constructor(cause?: unknown) {
    super('The decision log cannot be written.', { cause })
  }
}

/** The store refuses this row for its content, now and always. Its answer must not be given. */
export class RecordRefused extends Error {
  readonly code = 'record-refused' satisfies FailureCode
  constructor(cause: unknown) {
    super('The decision log refuses the row of this answer.', { cause })
  }
}

const mostInBatch = 500
// In characters. A batch of large requests must stay within the time limit of the store.
const mostSealedInBatch = 2_000_000
// A shorter pause of the store does not make the process unready.
const failingMs = 10_000
// After so long without a try, one request may try again.
const untriedMs = 15_000
// Limits of the queue: they bound the memory, and beyond them an answer would come too late.
const mostWaiting = 10_000
const mostSealedWaiting = 64_000_000 // characters

// `dropped`: the answer was given up before its row was sent, so the row is not written.
interface Waiting {
  readonly entry: LogEntry
  readonly resolve: () => void
  readonly reject: (error: LogUnavailable | RecordRefused) => void
  dropped: boolean
}

/**
 * Links entries into hash chains, one for each tenant, and writes them in batches. One batch is
 * written at a time, while the next one gathers.
 */
export class LogWriter {
  readonly #sink: LogSink
  readonly #heads = new Map<string, ChainHead>()
  #writerId = randomUUID()
  #waiting: Waiting[] = []
  #running: Promise<void> | undefined
  #closed = false
  #underWay = 0
  #waitingSealed = 0
  readonly #longestMs: number
  readonly #now: () => number
  #failing: { readonly since: number; last: number } | undefined

  /**
   * `longestMs`: how long an answer waits for its row, without the time that this process spends
   * computing. A row that was already sent may still be recorded.
   */
  constructor(sink: LogSink, longestMs = longestWaitMs, now: () => number = () => performance.now()) {
    ;[this.#sink, this.#longestMs, this.#now] = [sink, longestMs, now]
  }

  /** The id of the chains that are written now. */
  get writerId(): string {
    return this.#writerId
  }

  /** Entries that are not recorded yet, those of the running batch included. */
  get waitingRows(): number {
    return this.#waiting.length + this.#underWay
  }

  /**
   * False after ten seconds without a written row. True again once a row is written, or if there
   * was no attempt for fifteen seconds.
   */
  get isWritable(): boolean {
    if (this.#failing === undefined) return true
    const { since, last } = this.#failing
    return last - since < failingMs || this.#now() - last > untriedMs
  }

  /**
   * Resolves when the entry is recorded. Rejects with LogUnavailable if it is not or may not be,
   * and with RecordRefused when it never can be.
   */
  async append(entry: LogEntry): Promise<void> {
    if (this.#closed || this.#waiting.length >= mostWaiting || this.#waitingSealed >= mostSealedWaiting)
      throw this.#unavailable()
    this.#waitingSealed += entry.sealed.length
    await new Promise<void>((resolve, reject) => {
      const end = deadline(this.#longestMs, () => {
        waiting.dropped = true
        reject(this.#unavailable())
      })
      const waiting: Waiting = {
        entry,
        dropped: false,
        resolve: () => {
          end()
          resolve()
        },
        reject: (error) => {
          end()
          reject(error)
        },
      }
      this.#waiting.push(waiting)
      this.#running ??= this.#run()
    })
  }

  /** Takes no more entries; resolves when the waiting ones are written. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#running
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      this.#waiting = this.#waiting.filter(({ dropped }) => !dropped)
      const batch = this.#waiting.splice(0, batchLength(this.#waiting))
      this.#waitingSealed = this.#waiting.reduce((sum, { entry }) => sum + entry.sealed.length, 0)
      if (batch.length === 0) break
      this.#underWay = batch.length
      await this.#keep(batch)
    }
    this.#underWay = 0
    // This runs in the turn of the event loop in which the queue was empty, so that a later entry
    // starts a new run.
    this.#running = undefined
  }

  // A row that is refused for good is found by bisection. The next row takes its number and its
  // previous hash.
  async #keep(batch: readonly Waiting[]): Promise<void> {
    if (batch.length === 0) return
    const { records, heads } = this.#linked(batch)
    try {
      await this.#sink.write(records)
      for (const [tenantId, head] of heads) this.#heads.set(tenantId, head)
      this.#failing = undefined
      for (const { resolve } of batch) resolve()
    } catch (error) {
      const why = this.#sink.refusalOf?.(error)
      if (why === undefined) {
        this.#beginAnew()
        for (const { reject } of batch) reject(this.#unavailable(error))
      } else if (batch.length === 1) {
        for (const record of records) await this.#sink.setAside?.(record, why)
        for (const { reject } of batch) reject(new RecordRefused(error))
      } else {
        const half = Math.ceil(batch.length / 2)
        await this.#keep(batch.slice(0, half))
        await this.#keep(batch.slice(half).filter(({ dropped }) => !dropped))
      }
    }
  }

  #unavailable(cause?: unknown): LogUnavailable {
    const now = this.#now()
    this.#failing ??= { since: now, last: now }
    this.#failing.last = now
    return new LogUnavailable(cause)
  }

  #linked(batch: readonly Waiting[]): { records: LogRecord[]; heads: Map<string, ChainHead> } {
    const heads = new Map<string, ChainHead>()
    const records = batch.map(({ entry }) => {
      const head = heads.get(entry.tenantId) ?? this.#heads.get(entry.tenantId) ?? chainStart
      const record = link(entry, this.#writerId, head)
      heads.set(entry.tenantId, { seq: record.seq, hash: record.hash, at: record.at })
      return record
    })
    return { records, heads }
  }

  // INVARIANT: after a batch of unknown outcome its numbers are never used again, or the chain
  // would fork (test/decision-log/writer.test.ts). The lost commit may still happen, so reading the
  // store proves nothing. The chains end here and are valid with or without that batch; new chains
  // begin.
  #beginAnew(): void {
    this.#writerId = randomUUID()
    this.#heads.clear()
  }
}

function batchLength(waiting: readonly Waiting[]): number {
  let [length, sealed] = [0, 0]
  for (const { entry } of waiting) {
    sealed += entry.sealed.length
    if (length > 0 && (length === mostInBatch || sealed > mostSealedInBatch)) break
    length++
  }
  return length
}
