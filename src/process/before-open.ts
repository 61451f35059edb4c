import { setTimeout as sleep } from 'node:timers/promises'
import type { Access } from '../access/access.js'
import type { Determinations } from '../decision-log/determinations.js'
import type { Snapshot } from '../policies/loaded/snapshot.js'
import { noLag, type LogLag, type PoolCounts } from '../metrics/store-metrics.js'
import type { Parts } from '../protocols/asking/dependencies.js'
import type { Repeats } from '../repeats/repeats.js'
import { isStoreAway, StoreUnavailable } from '../store/database/store-away.js'

/**
 * What a process serves with once its store is open. Every part is a function, or an object of
 * functions. A new part takes three lines: its type here, its answer in `beforeOpen`, and its
 * creation in `open-parts.ts`.
 */
export interface OpenParts extends Required<Omit<Parts, 'determinations'>> {
  /**
   * The policy in memory, for metrics. `snapshot` refuses to answer by it when the store has been
   * silent for long.
   */
  readonly loaded: Pick<Snapshot, 'current' | 'loadedAt' | 'isAheadOfStore'>
  readonly repeats: Repeats
  readonly access: Access
  /** Absent where nothing is recorded. */
  readonly determinations?: Determinations
  readonly isStoreReachable: () => boolean
  readonly isListening: () => boolean
  readonly clockDifferenceMs: () => number | undefined
  readonly logLag: () => LogLag
  readonly isLogWritable: () => boolean
  readonly pool: () => PoolCounts | undefined
}

/** The parts, and how to end them. */
export interface Opened {
  readonly parts: OpenParts
  readonly close: () => Promise<void>
}

/** Parts that an application can be built with before the store is open. */
export interface ForwardedParts {
  /**
   * Answer as `beforeOpen` does until `open` was called, and as the opened parts do from then on.
   */
  readonly parts: OpenParts
  readonly open: (opened: OpenParts) => void
}

/** `records`: whether determinations are recorded, as the configuration says. */
export function createForwardedParts(records: boolean): ForwardedParts {
  const closed = beforeOpen(records)
  let current = closed
  return {
    parts: forwarded(closed, () => current),
    open(opened) {
      current = opened
    },
  }
}

const rejects = (): Promise<never> => Promise.reject(new StoreUnavailable())

/**
 * What each part answers before the store is open: there is no policy, and every part that needs
 * the store is unavailable.
 */
function beforeOpen(records: boolean): OpenParts {
  return {
    snapshot: { current: () => undefined },
    loaded: { current: () => undefined, loadedAt: () => undefined, isAheadOfStore: () => false },
    // Only a server store is waited for, and with a server no caller is let in without a
    // credential.
    access: { authenticate: rejects, isOpen: () => false },
    check: Object.assign(() => rejects(), { batch: rejects }),
    past: { at: rejects },
    atLeast: rejects,
    repeats: { once: rejects },
    ...(records ? { determinations: { find: rejects, search: rejects, replay: rejects } } : {}),
    isStoreReachable: () => false,
    isListening: () => false,
    clockDifferenceMs: () => undefined,
    logLag: () => noLag,
    isLogWritable: () => true,
    pool: () => undefined,
  }
}

type Forwarded = Record<string, object>

/**
 * Returns an object with the functions of `model`. Each calls the same function of the object that
 * `current` returns at that time.
 */
function forwarded<T extends object>(model: T, current: () => T): T {
  const target: Forwarded = {}
  for (const [name, part] of Object.entries(model as Forwarded)) {
    const partNow = (): object => (current() as Forwarded)[name] as object
    const inner = forwarded(part, partNow)
    target[name] =
      typeof part === 'function'
        ? Object.assign(
            (...given: unknown[]) => (partNow() as (...of: unknown[]) => unknown)(...given),
            inner,
          )
        : inner
  }
  return target as T
}

const [firstWaitMs, maxWaitMs] = [200, 5_000]

/**
 * Opens the store, and tries again for ever while it cannot be reached: after 0.2 seconds, then up
 * to 5. Waits for `onAway` once, after the first failure. Rejects with any other error of `open`.
 */
export async function openWithRetries<T>(
  open: () => Promise<T>,
  onAway: (error: unknown) => Promise<void>,
): Promise<T> {
  for (let wait = firstWaitMs; ; wait = Math.min(maxWaitMs, 2 * wait)) {
    try {
      return await open()
    } catch (error) {
      if (!isStoreAway(error)) throw error
      if (wait === firstWaitMs) await onAway(error)
    }
    // Jitter, so that the processes do not all try at the same moment.
    await sleep(wait * (0.5 + Math.random() / 2))
  }
}
