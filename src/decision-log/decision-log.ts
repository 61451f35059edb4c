import type { Seals } from '../sealing/data-keys.js'
import { entryOfDetermination, entryOfReading, type Asker, type Determined } from './entry.js'
import type { LogEntry } from './record.js'
import { LogUnavailable } from './writer.js'

/** What was answered, kept: an answer is given when its row is. */
export interface DecisionLog {
  /** Whether answers are recorded; each of them says so. */
  readonly records: boolean
  /** Resolves when the determination is kept; rejects with LogUnavailable when it is not. */
  readonly record: (determined: Determined) => Promise<void>
  /** Resolves when it is kept that somebody reads the log, replays from it, or erases. */
  readonly recordReading: (
    asker: Asker,
    action: 'reading' | 'replay' | 'erasure',
    determinationId: string | null,
    asked: object,
  ) => Promise<void>
}

/** Nothing is recorded: the operator said so, or there is no store. */
export const noDecisionLog: DecisionLog = {
  records: false,
  record: async () => {},
  recordReading: async () => {},
}

/** A log that seals with the keys of the tenant and appends to `writer`. */
export function createDecisionLog(
  seals: Seals,
  writer: { readonly append: (entry: LogEntry) => Promise<void> },
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
  }
}
