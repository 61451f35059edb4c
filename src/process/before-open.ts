import { setTimeout as sleep } from 'node:timers/promises'
import type { Access } from '../access/access.js'
import type { Check } from '../check.js'
import type { Determinations } from '../decision-log/determinations.js'
import type { Snapshot } from '../policies/loaded/snapshot.js'
import { noLag, type LogLag, type PoolCounts } from '../metrics/store-metrics.js'
import type { Parts } from '../protocols/asking/dependencies.js'
import type { Repeats } from '../repeats/repeats.js'
import { isStoreAway, StoreUnavailable } from '../store/database/store-away.js'

/** What a process serves with, once its store is open. */
export interface Opened extends Required<Omit<Parts, 'determinations'>> {
  /** What is held, for metrics; `snapshot` refuses to answer by it when it has not been confirmed for long. */
  readonly held: HeldSnapshot
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
  readonly close: () => Promise<void>
}

type HeldSnapshot = Pick<Snapshot, 'current' | 'loadedAt' | 'isAheadOfStore'>

/** Parts that can be built into an application before the store is open: until `put` was called they know no policy, and ask for patience. */
export interface Late {
  readonly parts: Omit<Opened, 'close'>
  readonly put: (opened: Opened) => void
}

/** `records`: whether determinations are recorded, as the configuration says. */
export function createLate(records: boolean): Late {
  let opened: Opened | undefined
  const there = (): Opened => {
    if (opened === undefined) throw new StoreUnavailable()
    return opened
  }
  const determinations: Determinations = {
    find: async (...asked) => await logOf(there()).find(...asked),
    search: async (...asked) => await logOf(there()).search(...asked),
    replay: async (...asked) => await logOf(there()).replay(...asked),
  }
  return {
    put(found) {
      opened = found
    },
    parts: {
      snapshot: { current: (tenantId) => opened?.snapshot.current(tenantId) },
      held: {
        current: (tenantId) => opened?.held.current(tenantId),
        loadedAt: () => opened?.held.loadedAt(),
        isAheadOfStore: () => opened?.held.isAheadOfStore() ?? false,
      },
      // Who asks is not known either. A key is answered without a promise once there are keys.
      access: {
        authenticate: (authorization) =>
          opened === undefined
            ? Promise.reject(new StoreUnavailable())
            : opened.access.authenticate(authorization),
        // A store that is opened late is a server, and with a server nobody is let in without a credential.
        isOpen: () => opened?.access.isOpen() ?? false,
      },
      check: Object.assign(async (...asked: Parameters<Check>) => await there().check(...asked), {
        batch: (...asked: Parameters<Check['batch']>) => there().check.batch(...asked),
      }),
      past: { at: async (...asked) => await there().past.at(...asked) },
      atLeast: async (...asked) => await there().atLeast(...asked),
      repeats: { once: async (...asked) => await there().repeats.once(...asked) },
      ...(records ? { determinations } : {}),
      isStoreReachable: () => opened?.isStoreReachable() ?? false,
      isListening: () => opened?.isListening() ?? false,
      clockDifferenceMs: () => opened?.clockDifferenceMs(),
      logLag: () => opened?.logLag() ?? noLag,
      isLogWritable: () => opened?.isLogWritable() ?? true,
      pool: () => opened?.pool(),
    },
  }
}

function logOf({ determinations }: Opened): Determinations {
  if (determinations === undefined) throw new StoreUnavailable()
  return determinations
}

const [firstWaitMs, longestWaitMs] = [200, 5_000]

/**
 * What `open` gives; while it says that the store is away it is called again, after 0.2 to 5 seconds, for ever. `onAway` is told of the first time, and
 * waited for. Rejects with anything else that stands in the way.
 */
export async function openPatiently<T>(
  open: () => Promise<T>,
  onAway: (error: unknown) => Promise<void>,
): Promise<T> {
  for (let wait = firstWaitMs; ; wait = Math.min(longestWaitMs, 2 * wait)) {
    try {
      return await open()
    } catch (error) {
      if (!isStoreAway(error)) throw error
      if (wait === firstWaitMs) await onAway(error)
    }
    // Not all processes at the same moment.
    await sleep(wait * (0.5 + Math.random() / 2))
  }
}
