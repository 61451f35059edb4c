import type { InstallationKey } from '../sealing/installation-key.js'
import type { Database } from '../store/database/database.js'
import { insertCheckpoint, unsignedHeads, type StoredCheckpoint } from '../store/log/checkpoints.js'
import type { LogRecord } from './record.js'
import { signCheckpoint } from './signature.js'

const everyMs = 60_000
const everyRows = 1_000
const recentMs = 2 * 86_400_000
// Twice the longest time for which a living writer leaves its last row unsigned.
const abandonedAfterMs = 120_000

/** The methods of a log that this file uses. */
export interface CheckpointLog {
  readonly info: (fields: object, message: string) => void
  readonly warn: (fields: object, message: string) => void
}

export interface CheckpointSettings {
  readonly database: Database
  readonly key: InstallationKey
  /** Tenants whose abandoned chains are signed as well. */
  readonly tenants: () => Promise<readonly string[]> | readonly string[]
  readonly log: CheckpointLog
}

/**
 * A chain whose rows this process stored: its own, or that of an ended process, found in its spool.
 */
interface StoredChain {
  readonly tenantId: string
  readonly writerId: string
  seq: number
  hash: string
  signed: number
}

/**
 * Signs checkpoints: the heads of the chains that this process stores, every 1,000 rows and every
 * minute, and the heads of chains whose writers ended without signing. Each checkpoint goes to the
 * store and to the log of the process, so a forger would have to alter both.
 */
export class Checkpoints {
  readonly #settings: CheckpointSettings
  readonly #stored = new Map<string, StoredChain>()
  readonly #latest = new Map<string, StoredChain>()
  #asked = false
  #running: Promise<void> = Promise.resolve()
  #failed = false
  readonly #timer: NodeJS.Timeout

  constructor(settings: CheckpointSettings) {
    this.#settings = settings
    this.#timer = setInterval(() => {
      this.#queue(async () => {
        await this.#signStored(1)
        await this.signAbandoned(Date.now() - recentMs)
      })
    }, everyMs)
    this.#timer.unref()
  }

  /** Takes rows that have just been stored. */
  stored(records: readonly LogRecord[]): void {
    for (const { tenantId, writerId, seq, hash } of records) {
      const key = `${tenantId} ${writerId}`
      const chain = this.#stored.get(key) ?? { tenantId, writerId, seq, hash, signed: seq - 1 }
      // A spool ships rows again after an interruption.
      if (seq >= chain.seq) Object.assign(chain, { seq, hash })
      this.#stored.set(key, chain)
      this.#latest.set(tenantId, chain)
    }
    // One signing at a time. While the store is slow, further rows go into the next checkpoint.
    if (this.#asked || ![...this.#stored.values()].some(({ seq, signed }) => seq - signed >= everyRows))
      return
    this.#asked = true
    this.#queue(async () => {
      this.#asked = false
      await this.#signStored(everyRows)
    })
  }

  /**
   * Signs the chains of writers that wrote nothing for two minutes and left their last row
   * unsigned. It looks at the months from that of `since` on.
   */
  async signAbandoned(since: number): Promise<void> {
    const { database, tenants } = this.#settings
    for (const tenantId of await tenants()) {
      for (const { writerId, seq, hash } of await unsignedHeads(
        database,
        tenantId,
        new Date(Date.now() - abandonedAfterMs).toISOString(),
        new Date(since).toISOString(),
      )) {
        if (!this.#stored.has(`${tenantId} ${writerId}`))
          await this.#sign({ tenantId, writerId, seq, hash, closing: false })
      }
    }
  }

  /**
   * Signs what is not signed yet. Chains of `ended` writers are signed as closed: all their rows
   * are stored, and none will follow.
   */
  async close(ended: string | undefined): Promise<void> {
    clearInterval(this.#timer)
    this.#queue(async () => {
      await this.#signStored(1, ended)
    })
    await this.#running
  }

  async #signStored(unsigned: number, ended?: string): Promise<void> {
    for (const [key, chain] of this.#stored) {
      const { tenantId, writerId, seq, hash, signed } = chain
      const closing = writerId === ended
      if (closing || seq - signed >= unsigned) {
        await this.#sign({ tenantId, writerId, seq, hash, closing })
        chain.signed = seq
      }
      // Only the last chain of a tenant continues.
      if (chain.seq === chain.signed && this.#latest.get(tenantId) !== chain) this.#stored.delete(key)
    }
  }

  async #sign(head: Omit<StoredCheckpoint, 'at' | 'signer' | 'signature'>): Promise<void> {
    const checkpoint = signCheckpoint({ ...head, at: new Date().toISOString() }, this.#settings.key)
    await insertCheckpoint(this.#settings.database, checkpoint)
    this.#settings.log.info({ checkpoint }, 'decision log signed')
  }

  #queue(work: () => Promise<void>): void {
    this.#running = this.#running.then(work).then(
      () => {
        this.#failed = false
      },
      (error: unknown) => {
        // Logged once. What could not be signed now is signed with the next checkpoint.
        if (!this.#failed)
          this.#settings.log.warn(
            { code: (error as { code?: string }).code },
            'the decision log could not be signed; it will be with the next checkpoint',
          )
        this.#failed = true
      },
    )
  }
}
