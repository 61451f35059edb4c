import { setTimeout as sleep } from 'node:timers/promises'
import { clockDifference } from '../../store/database/clock.js'
import type { Database } from '../../store/database/database.js'
import { policyChannel } from '../../store/tables/revisions.js'
import type { Snapshot } from './snapshot.js'

// A revision is served everywhere within five seconds even if its notification is lost. Two polls
// fit in, and one may be slow.
const pollMs = 2_000
// The least time between two extra polls, however many requests wait for a newer revision.
const betweenLooksMs = 50
const longestWaitMs = 1_000
// No decision depends on either clock. But with different clocks the times in the log, the leases of
// keys and expiry dates would not agree.
const clockMs = 60_000
const clocksAgreeWithinMs = 5_000

/** The methods of a log that this file uses. */
interface Log {
  readonly info: (fields: object, message: string) => void
  readonly warn: (fields: object, message: string) => void
}

/** The running process of following the store, until `stop`. */
export interface Following {
  /** Waits for a poll that is running. */
  readonly stop: () => Promise<void>
  /** Whether the last poll succeeded. */
  readonly isStoreReachable: () => boolean
  /** Milliseconds since the store last answered a poll. */
  readonly silentForMs: () => number
  /** Whether the store notifies of new revisions; else the next poll finds them. */
  readonly isListening: () => boolean
  /**
   * By how many milliseconds the clock of the store is ahead, measured once a minute. Undefined for
   * an embedded store, and before the first measurement.
   */
  readonly clockDifferenceMs: () => number | undefined
  /**
   * Whether a tenant is served this policy revision or a newer one. If not yet, polls the store at
   * once and waits up to a second.
   */
  readonly atLeast: (tenantId: string, revision: number) => Promise<boolean>
}

/**
 * Loads what other processes publish: at once when the store notifies, else at the poll every two
 * seconds. While the store cannot be reached, the loaded revision goes on answering. INVARIANT: an
 * older revision never replaces a newer one (test/policies/follow-revisions.test.ts); a store that
 * has only older ones is warned of.
 */
// oxlint-disable-next-line max-lines-per-function -- the steps of one loop share its state
export function followRevisions(
  database: Database,
  snapshot: Snapshot,
  log: Log,
  { intervalMs = pollMs, waitMs = longestWaitMs, clockIntervalMs = clockMs } = {},
): Following {
  const looks = createLooks(async () => {
    await look()
  })
  let reachable = true
  let answeredAt = performance.now() // it has just been opened
  let behind = false
  let [clockDifferenceMs, clockReadAt]: [number | undefined, number] = [undefined, -Infinity]
  const compareClocks = async (): Promise<void> => {
    if (database.kind === 'embedded' || performance.now() - clockReadAt < clockIntervalMs) return
    const didAgree = clockDifferenceMs === undefined || Math.abs(clockDifferenceMs) <= clocksAgreeWithinMs
    clockDifferenceMs = await clockDifference(database)
    clockReadAt = performance.now()
    const agree = Math.abs(clockDifferenceMs) <= clocksAgreeWithinMs
    if (!agree && didAgree)
      log.warn(
        { seconds: Math.round(clockDifferenceMs / 1000) },
        'the clock of the database and that of this machine differ; set one of them right',
      )
    else if (agree && !didAgree) log.info({}, 'the clocks agree again')
  }
  const compareRevisions = (): void => {
    const isBehind = snapshot.isAheadOfStore()
    if (isBehind && !behind)
      log.warn(
        { policyRevision: snapshot.current()?.revision },
        'the store has an older policy revision than this process, as after a restored backup or a standby that took over too early; what is held goes on answering',
      )
    else if (!isBehind && behind) log.info({}, 'the store is no longer behind')
    behind = isBehind
  }
  const look = async (): Promise<void> => {
    try {
      const replaced = await snapshot.load(database)
      answeredAt = performance.now()
      if (!reachable) log.info({}, 'the store answers again')
      reachable = true
      compareRevisions()
      await compareClocks()
      if (replaced.length > 0)
        log.info(
          {
            policyRevision: Math.max(
              ...replaced.map((tenantId) => snapshot.current(tenantId)?.revision ?? 0),
            ),
            tenants: replaced.length,
          },
          'policy replaced',
        )
    } catch (error) {
      // Logged once. Only the code: the driver's message can hold row values.
      if (reachable)
        log.warn(
          { code: (error as { code?: string }).code },
          'the store cannot be reached; the policy that is held goes on answering',
        )
      reachable = false
    }
  }
  const timer = setInterval(() => {
    if (!looks.isUnderWay()) void looks.anew()
  }, intervalMs)
  timer.unref()
  const listening = database.listen(policyChannel, () => {
    void looks.anew()
  })
  return {
    stop: async () => {
      clearInterval(timer)
      await listening.stop()
      await looks.stop()
    },
    isStoreReachable: () => reachable,
    silentForMs: () => performance.now() - answeredAt,
    isListening: listening.isConnected,
    clockDifferenceMs: () => clockDifferenceMs,
    async atLeast(tenantId, revision) {
      const isServed = (): boolean => (snapshot.current(tenantId)?.revision ?? -1) >= revision
      const until = performance.now() + waitMs
      while (!isServed()) {
        const left = until - performance.now()
        if (left <= 0) return false
        const waiting = new AbortController()
        await Promise.race([looks.anew(), sleep(left, undefined, { signal: waiting.signal }).catch(() => {})])
        waiting.abort()
      }
      return true
    },
  }
}

interface Looks {
  readonly isUnderWay: () => boolean
  /**
   * Resolves after a poll that began after this call. Calls that wait at the same time share one poll.
   */
  readonly anew: () => Promise<void>
  readonly stop: () => Promise<void>
}

/**
 * Debounced polling: one poll at a time, with a pause in between. A running poll may have begun too
 * early, so another follows it.
 */
function createLooks(look: () => Promise<void>): Looks {
  let [stopped, endedAt] = [false, -Infinity]
  let underWay: Promise<void> | undefined
  let next: Promise<void> | undefined
  const begin = async (): Promise<void> => {
    const early = endedAt + betweenLooksMs - performance.now()
    if (early > 0) await sleep(early)
    // From here on, callers wait for the next poll.
    underWay = next
    next = undefined
    if (!stopped) await look()
    endedAt = performance.now()
    underWay = undefined
  }
  return {
    isUnderWay: () => underWay !== undefined || next !== undefined,
    anew: () => (next ??= Promise.resolve(underWay).then(begin)),
    stop: async () => {
      stopped = true
      await underWay
      await next
    },
  }
}
