import { randomUUID } from 'node:crypto'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import type { TenantSeals } from '../sealing/data-keys.js'
import { canonicalJson } from '../store/tables/content-hash.js'
import type { Database } from '../store/database/database.js'
import {
  leaseKey,
  storeAnswer,
  releaseKey,
  type Attempt,
  type Known,
  type LeaseTimes,
} from '../store/log/repeated-requests.js'
import { fromStore } from './store-unavailable.js'

/**
 * A request under an Idempotency-Key. The same key of the same caller must carry the same request.
 */
export interface RepeatableRequest {
  readonly tenantId: string
  readonly callerId: string
  readonly key: string
  /** Everything that the answer depends on: route, query and body, after parsing. */
  readonly asked: object
}

/**
 * The outcome of a request under a key. `running`: another attempt is answering it; ask again after
 * so many seconds.
 */
export type Repeated =
  | { readonly outcome: 'answered'; readonly bytes: Buffer; readonly isReplay: boolean }
  | { readonly outcome: 'running'; readonly retryAfter: number }
  | { readonly outcome: 'asked-otherwise' }

/** Answers a request once, and repeats that answer for a day, across all processes on one store. */
export interface Repeats {
  /**
   * Calls `answer` unless the request was answered before. Rejects with StoreUnavailable, or as
   * `answer` rejects; then the key is free again.
   */
  readonly once: (request: RepeatableRequest, answer: () => Promise<Buffer>) => Promise<Repeated>
}

export interface RepeatsParts {
  readonly database: Database
  readonly seals: {
    readonly of: (tenantId: string) => Pick<TenantSeals, 'current'> | Promise<Pick<TenantSeals, 'current'>>
  }
  readonly times?: LeaseTimes
}

// The lease. It is longer than any request takes, also with a slow store and log. A process that
// has not answered by then has stopped.
const usualTimes: LeaseTimes = { leaseSeconds: 60, storedSeconds: 24 * 60 * 60 }
const [pack, unpack] = [promisify(gzip), promisify(gunzip)]
const mostAbandoned = 1_000

/**
 * Repeats on a store. Keys and requests are stored as HMACs, answers packed and sealed for their
 * key.
 */
export function createRepeats({ database, seals, times = usualTimes }: RepeatsParts): Repeats {
  const leases = createLeases(database, times)
  return {
    async once({ tenantId, callerId, key, asked }, answer) {
      const { current: seal } = await fromStore(async () => await seals.of(tenantId))
      const attempt: Attempt = {
        tenantId,
        holder: randomUUID(),
        keyMark: seal.mark('idempotency key', JSON.stringify([callerId, key])),
        requestMark: seal.mark('repeated request', canonicalJson(asked)),
      }
      const purpose = `answer ${attempt.keyMark}`
      const known = await leases.take(attempt)
      if (known.state === 'asked-otherwise') return { outcome: 'asked-otherwise' }
      if (known.state === 'running') return { outcome: 'running', retryAfter: waitFor(known) }
      if (known.state === 'answered') {
        const packed = seal.open(purpose, known.sealed)
        if (packed === undefined) throw new Error('an answer that was kept cannot be opened')
        return { outcome: 'answered', bytes: await unpack(packed), isReplay: true }
      }
      return await leases.orRelease(attempt, async () => {
        const bytes = await answer()
        const sealed = seal.seal(purpose, await pack(bytes))
        // INVARIANT: a holder whose lease was taken over does not answer; only the answer of the new
        // holder is given (test/repeats/contract.ts).
        if (!(await fromStore(async () => await storeAnswer(database, attempt, sealed))))
          return { outcome: 'running', retryAfter: 1 }
        return { outcome: 'answered', bytes, isReplay: false }
      })
    },
  }
}

/**
 * Takes leases, and releases those of attempts that failed. When the store is away, whether an
 * attempt got its lease is unknown and it cannot be released: the next attempt of this process
 * under the same key releases it first. Other processes wait until it ends.
 */
function createLeases(database: Database, times: LeaseTimes) {
  const abandoned = new Set<Attempt>()
  const abandon = (attempts: readonly Attempt[]): void => {
    for (const attempt of attempts) abandoned.add(attempt)
    for (const attempt of abandoned) if (abandoned.size > mostAbandoned) abandoned.delete(attempt)
  }
  const takeAbandoned = ({ tenantId, keyMark }: Attempt): readonly Attempt[] => {
    const those = [...abandoned].filter((one) => one.tenantId === tenantId && one.keyMark === keyMark)
    for (const one of those) abandoned.delete(one)
    return those
  }
  return {
    async take(attempt: Attempt): Promise<Known> {
      const before = takeAbandoned(attempt)
      try {
        for (const one of before) await fromStore(async () => await releaseKey(database, one))
        const known = await fromStore(
          async () => await leaseKey(database, attempt, times),
          (late) => {
            if (late.state === 'leased') releaseKey(database, attempt).catch(() => {})
          },
        )
        // A lease that was on its way to the store may have arrived after its release.
        if (known.state === 'running') abandon(before)
        return known
      } catch (error) {
        abandon([...before, attempt])
        throw error
      }
    },
    async orRelease<T>(attempt: Attempt, work: () => Promise<T>): Promise<T> {
      try {
        return await work()
      } catch (error) {
        await releaseKey(database, attempt).catch(() => {
          abandon([attempt])
        })
        throw error
      }
    },
  }
}

// The seconds to wait before the next attempt: as long as this attempt has been running, so briefly
// for a short request. For a stopped process it is not much longer than the lease.
function waitFor({
  runningSeconds,
  leaseSeconds,
}: {
  readonly runningSeconds: number
  readonly leaseSeconds: number
}): number {
  return Math.max(1, Math.ceil(Math.min(runningSeconds, leaseSeconds)))
}
