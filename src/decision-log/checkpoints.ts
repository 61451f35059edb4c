import type { InstallationKey } from '../sealing/installation-key.js'
import type { Database } from '../store/database.js'
import { insertCheckpoint, unsignedHeads, type StoredCheckpoint } from '../store/log-checkpoints.js'
import type { ChainHead, LogRecord } from './record.js'
import { signCheckpoint } from './signature.js'

const everyMs = 60_000
const everyRows = 1_000
const abandonedAfterMs = 120_000 // twice the longest time for which a living writer leaves its last row unsigned

/** What signing needs of a log. */
export interface CheckpointLog {
  readonly info: (fields: object, message: string) => void
  readonly warn: (fields: object, message: string) => void
}

export interface CheckpointSettings {
  readonly database: Database
  readonly key: InstallationKey
  readonly writerId: string
  /** Tenants whose abandoned chains are signed as well. */
  readonly tenants: () => Promise<readonly string[]> | readonly string[]
  readonly log: CheckpointLog
}

/**
 * Signs the heads of this writer's chains every 1,000 stored rows and every minute, and those of writers that ended without signing.
 * Each checkpoint goes to the store and to the log of the process: whoever alters the one must also have the other.
 */
export class Checkpoints {
  readonly #settings: CheckpointSettings
  readonly #stored = new Map<string, ChainHead>()
  readonly #signed = new Map<string, number>()
  #running: Promise<void> = Promise.resolve()
  #failed = false
  readonly #timer: NodeJS.Timeout

  constructor (settings: CheckpointSettings) {
    this.#settings = settings
    this.#timer = setInterval(() => { this.#queue(async () => { await this.#signOwn(false); await this.signAbandoned() }) }, everyMs)
    this.#timer.unref()
  }

  /** Hears of rows that are in the store now. */
  stored (records: readonly LogRecord[]): void {
    for (const { tenantId, seq, hash, at } of records) this.#stored.set(tenantId, { seq, hash, at })
    if ([...this.#stored].some(([tenantId, { seq }]) => seq - (this.#signed.get(tenantId) ?? 0) >= everyRows)) this.#queue(async () => { await this.#signOwn(false) })
  }

  /** Signs the chains of writers that have not written for two minutes and left their last row unsigned. */
  async signAbandoned (now: number = Date.now()): Promise<void> {
    const { database, writerId: own, tenants } = this.#settings
    for (const tenantId of await tenants()) {
      for (const { writerId, seq, hash } of await unsignedHeads(database, tenantId, new Date(now - abandonedAfterMs).toISOString())) {
        if (writerId !== own) await this.#sign({ tenantId, writerId, seq, hash, closing: false })
      }
    }
  }

  /** Signs the last rows of this writer as its last ones. */
  async close (): Promise<void> {
    clearInterval(this.#timer)
    this.#queue(async () => { await this.#signOwn(true) })
    await this.#running
  }

  async #signOwn (closing: boolean): Promise<void> {
    for (const [tenantId, head] of this.#stored) {
      if (!closing && this.#signed.get(tenantId) === head.seq) continue
      await this.#sign({ tenantId, writerId: this.#settings.writerId, seq: head.seq, hash: head.hash, closing })
      this.#signed.set(tenantId, head.seq)
    }
  }

  async #sign (said: Omit<StoredCheckpoint, 'at' | 'signer' | 'signature'>): Promise<void> {
    const checkpoint = signCheckpoint({ ...said, at: new Date().toISOString() }, this.#settings.key)
    await insertCheckpoint(this.#settings.database, checkpoint)
    this.#settings.log.info({ checkpoint }, 'decision log signed')
  }

  #queue (work: () => Promise<void>): void {
    this.#running = this.#running.then(work).then(() => { this.#failed = false }, (error: unknown) => {
      // Said once; what was not signed now is signed with the next.
      if (!this.#failed) this.#settings.log.warn({ code: (error as { code?: string }).code }, 'the decision log could not be signed; it will be with the next checkpoint')
      this.#failed = true
    })
  }
}
