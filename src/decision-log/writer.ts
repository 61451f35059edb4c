import { chainStart, link, type ChainHead, type LogEntry, type LogRecord } from './record.js'

/** Where rows go: all of a batch, or a rejection and, as far as anybody knows, none. */
export interface LogSink {
  readonly write: (records: readonly LogRecord[]) => Promise<void>
  /** Where the chains of this writer stand after a batch that was rejected: it may have been kept all the same. */
  readonly heads: (tenantIds: readonly string[]) => Promise<ReadonlyMap<string, ChainHead>>
}

/** A row could not be kept, so its answer must not be given. */
export class LogUnavailable extends Error {
  readonly code = 'log-unavailable'
  constructor (cause?: unknown) { super('The decision log cannot be written.', { cause }) }
}

const mostInBatch = 500
const mostWaiting = 10_000 // beyond it an answer would come too late to be of use

interface Waiting { readonly entry: LogEntry, readonly resolve: () => void, readonly reject: (error: LogUnavailable) => void }

/** Links entries into the chains of one writer and writes them in batches, one batch at a time: while one is on its way the next gathers. */
export class LogWriter {
  readonly writerId: string
  readonly #sink: LogSink
  readonly #heads = new Map<string, ChainHead>()
  #waiting: Waiting[] = []
  #running: Promise<void> | undefined
  #doubtful = new Set<string>()
  #closed = false

  constructor (writerId: string, sink: LogSink) {
    this.writerId = writerId
    this.#sink = sink
  }

  /** Resolves when the entry is kept; rejects with LogUnavailable when it is not, or when nobody knows. */
  async append (entry: LogEntry): Promise<void> {
    if (this.#closed || this.#waiting.length >= mostWaiting) throw new LogUnavailable()
    await new Promise<void>((resolve, reject) => {
      this.#waiting.push({ entry, resolve, reject })
      this.#running ??= this.#run().finally(() => { this.#running = undefined })
    })
  }

  /** Takes no more entries; resolves when those that wait are written. */
  async close (): Promise<void> {
    this.#closed = true
    await this.#running
  }

  /** The chains of this writer as they were last written. */
  get heads (): ReadonlyMap<string, ChainHead> { return this.#heads }

  async #run (): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, mostInBatch)
      try {
        await this.#write(batch.map(({ entry }) => entry))
        for (const { resolve } of batch) resolve()
      } catch (error) {
        for (const { reject } of batch) reject(new LogUnavailable(error))
      }
    }
  }

  async #write (entries: readonly LogEntry[]): Promise<void> {
    await this.#settle()
    const heads = new Map(this.#heads)
    const records = entries.map(entry => {
      const record = link(entry, this.writerId, heads.get(entry.tenantId) ?? chainStart)
      heads.set(entry.tenantId, record)
      return record
    })
    try {
      await this.#sink.write(records)
    } catch (error) {
      for (const { tenantId } of entries) this.#doubtful.add(tenantId)
      throw error
    }
    for (const [tenantId, { seq, hash, at }] of heads) this.#heads.set(tenantId, { seq, hash, at })
  }

  // A commit whose answer was lost may have been made: the next row follows on what is there.
  async #settle (): Promise<void> {
    if (this.#doubtful.size === 0) return
    for (const [tenantId, head] of await this.#sink.heads([...this.#doubtful])) this.#heads.set(tenantId, head)
    this.#doubtful.clear()
  }
}
