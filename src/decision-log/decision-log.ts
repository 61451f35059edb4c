import type { Seals } from '../sealing/data-keys.js'
import { entryOfDetermination, entryOfReading, type Asker, type Determined } from './entry.js'
import type { LogEntry, LogRecord } from './record.js'
import { LogUnavailable } from './writer.js'

/** The record of all answers. */
export interface DecisionLog {
  /** Whether answers are recorded. Each answer says so. */
  readonly records: boolean
  /**
   * INVARIANT: an answer is given only after its row is recorded
   * (test/decision-log/unavailable.test.ts). Resolves when it is; rejects with LogUnavailable when
   * it is not.
   */
  readonly record: (determined: Determined) => Promise<void>
  /** Records that somebody read the log, replayed from it, or erased. */
  readonly recordReading: (
    asker: Asker,
    action: 'reading' | 'replay' | 'erasure',
    determinationId: string | null,
    asked: object,
  ) => Promise<void>
  /** A determination that this process recorded and that is not in the store yet; undefined where there is none. */
  readonly findWaiting: (tenantId: string, determinationId: string) => Promise<LogRecord | undefined>
}

/** No log: the operator turned it off, or there is no store. */
export const noDecisionLog: DecisionLog = {
  records: false,
  record: async () => {},
  recordReading: async () => {},
  findWaiting: async () => undefined,
}

/**
 * A log that seals entries with the keys of their tenant and appends them to `writer`. `waiting` finds a row
 * that is not in the store yet.
 */
export function createDecisionLog(
  seals: Seals,
  writer: { readonly append: (entry: LogEntry) => Promise<void> },
  waiting: DecisionLog['findWaiting'] = noDecisionLog.findWaiting,
): DecisionLog {
  const append = async (
    tenantId: string,
    entryOf: (seal: Awaited<ReturnType<Seals['of']>>['current']) => LogEntry,
  ): Promise<void> => {
    const held = seals.of(tenantId)
    const { current } =
      held instanceof Promise
        ? await held.catch((error: unknown) => {
            throw new LogUnavailable(error)
          })
        : held
    await writer.append(entryOf(current))
  }
  return {
    records: true,
    record: async (determined) => {
      await append(determined.tenantId, (seal) => entryOfDetermination(determined, seal))
    },
    recordReading: async (asker, ...what) => {
      await append(asker.tenantId, (seal) => entryOfReading(asker, ...what, seal))
    },
    findWaiting: waiting,
  }
}
