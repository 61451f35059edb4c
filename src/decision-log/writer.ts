import { randomUUID } from 'node:crypto'
import { deadline } from '../store/database/deadline.js'
import { longestWaitMs } from '../store/database/store-away.js'
import { chainStart, link, type ChainHead, type LogEntry, type LogRecord } from './record.js'

/** Where rows go: all of a batch, or a rejection, after which nobody can say whether they were kept. */
export interface LogSink {
  readonly write: (records: readonly LogRecord[]) => Promise<void>
  /** Why a rejection says that a row of the batch is refused for good, and that none of the batch was kept; undefined for any other. Absent: it never does. */
  readonly refusalOf?: (error: unknown) => string | undefined
  /** Keeps a refused row apart from the log, as far as it can. Does not reject. */
  readonly setAside?: (record: LogRecord, why: string) => Promise<void>
}

/** A row could not be kept, so its answer must not be given. */
export class LogUnavailable extends Error {
  readonly code = 'log-unavailable'
  constructor(cause?: unknown) {
    super('The decision log cannot be written.', { cause })
  }
}

/** The store refuses this row for what it says, now and whenever it is sent again. Its answer must not be given. */
export class RecordRefused extends Error {
  readonly code = 'record-refused'
  constructor(cause: unknown) {
    super('The decision log refuses the row of this answer.', { cause })
  }
}

const mostInBatch = 500
const mostSealedInBatch = 2_000_000 // characters; a batch of large requests must not take the store longer than its time limit
const failingMs = 10_000 // a pause of the store that is shorter takes no process out of its balancer
const untriedMs = 15_000 // then nobody has tried for long, so somebody may
// Beyond these an answer would come too late to be of use, and memory would not be bounded.
const mostWaiting = 10_000
const mostSealedWaiting = 64_000_000 // characters

// `dropped` when its answer was given up before it was on its way: then it is not written.
interface Waiting {
  readonly entry: LogEntry
  readonly resolve: () => void
  readonly reject: (error: LogUnavailable | RecordRefused) => void
  dropped: boolean
}

/** Links entries into chains, one for each tenant, and writes them in batches, one batch at a time: while one is on its way the next gathers. */
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

  /** `longestMs`: how long an answer waits for its row, not counting what this process computes meanwhile. A row that was on its way then may be kept all the same. */
  constructor(sink: LogSink, longestMs = longestWaitMs, now: () => number = () => performance.now()) {
    ;[this.#sink, this.#longestMs, this.#now] = [sink, longestMs, now]
  }

  /** Whose chains are written now. */
  get writerId(): string {
    return this.#writerId
  }

  /** Entries that are not kept yet, those of the batch under way among them. */
  get waitingRows(): number {
    return this.#waiting.length + this.#underWay
  }

  /** False while no row could be written for ten seconds, until one is, or nobody has tried for fifteen. */
  get isWritable(): boolean {
    if (this.#failing === undefined) return true
    const { since, last } = this.#failing
    return last - since < failingMs || this.#now() - last > untriedMs
  }

  /** Resolves when the entry is kept; rejects with LogUnavailable when it is not, or when nobody knows, and with RecordRefused when it never can be. */
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

  /** Takes no more entries; resolves when those that wait are written. */
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
    // In the same turn in which nobody was seen to wait: whoever comes later starts anew.
    this.#running = undefined
  }

  // A row that is refused for good is found by halving: what it would have taken up, number and hash before, goes to the next one.
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

  // A commit whose answer was lost may have been made, or be made yet: rows that took up the same numbers would fork the chain, and looking
  // at the store would tell only what was made by now. The chains so far end here, whole with that batch and without it.
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
