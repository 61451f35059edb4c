import { gauge, gauges, type Family } from './series.js'

/** Connections of a pool to a server. */
export interface PoolCounts {
  readonly open: number
  readonly idle: number
  readonly waiting: number
  readonly most: number
}

/** The part of the decision log that is not in the store yet. */
export interface LogLag {
  /** Bytes in the spool; 0 without one. */
  readonly waitingBytes: number
  /** Bytes of the spool at which checks are refused; undefined without one. */
  readonly mostWaitingBytes: number | undefined
  /**
   * When the oldest row of the spool was written, in milliseconds since 1970; undefined when none
   * waits.
   */
  readonly oldestWaiting: number | undefined
  /** Rows in memory that are not recorded yet, each with an answer that waits for it. */
  readonly waitingRows: number
  /** Rows that the store refused for good since the process started. */
  readonly refusedRows: number
}

export interface StoreSource {
  /** Whether the store answered the last poll. */
  readonly isStoreReachable: () => boolean
  /** Whether notifications of new revisions would arrive now; absent where there are none. */
  readonly isListening?: (() => boolean) | undefined
  /**
   * By how much the clock of the store is ahead; undefined where there is no store, or it is not
   * known yet.
   */
  readonly clockDifferenceMs?: (() => number | undefined) | undefined
  /** Undefined for an embedded store, which has one connection. */
  readonly pool?: (() => PoolCounts | undefined) | undefined
  readonly logLag?: (() => LogLag) | undefined
}

/** The lag of a log whose rows are all in the store. */
export const noLag: LogLag = {
  waitingBytes: 0,
  mostWaitingBytes: undefined,
  oldestWaiting: undefined,
  waitingRows: 0,
  refusedRows: 0,
}

/** Metrics of the store and of the log rows that wait for it. */
export function storeMetrics(source: StoreSource): readonly Family[] {
  return [
    ...storeFamilies(source),
    ...poolFamilies(source.pool ?? (() => undefined)),
    ...logFamilies(source.logLag ?? (() => noLag)),
  ]
}

function storeFamilies({
  isStoreReachable,
  isListening,
  clockDifferenceMs = () => undefined,
}: StoreSource): readonly Family[] {
  return [
    gauge(
      'precert_store_reachable',
      '1 when the store answered at the last look, every 2 seconds; else 0.',
      () => (isStoreReachable() ? 1 : 0),
    ),
    gauge(
      'precert_store_listening',
      '1 while the store tells of new policy; 0 while it is only found by looking.',
      () => (isListening === undefined ? undefined : isListening() ? 1 : 0),
    ),
    gauge(
      'precert_store_clock_difference_seconds',
      'By how much the clock of the database is ahead of that of this machine, compared once a minute; absent on an embedded store.',
      () => {
        const difference = clockDifferenceMs()
        return difference === undefined ? undefined : difference / 1000
      },
    ),
  ]
}

function poolFamilies(pool: () => PoolCounts | undefined): readonly Family[] {
  const counted = (): Array<{ values: [string]; value: number }> => {
    const counts = pool()
    return counts === undefined
      ? []
      : [
          { values: ['busy'], value: counts.open - counts.idle },
          { values: ['idle'], value: counts.idle },
        ]
  }
  return [
    gauges(
      'precert_store_connections',
      'Connections to the database server, by what they do.',
      ['state'],
      counted,
    ),
    gauge('precert_store_connections_max', 'Most connections that there may be.', () => pool()?.most),
    gauge(
      'precert_store_connections_waited_for',
      'Queries that wait for a connection.',
      () => pool()?.waiting,
    ),
  ]
}

function logFamilies(logLag: () => LogLag): readonly Family[] {
  return [
    gauge(
      'precert_decision_log_waiting_bytes',
      'Bytes of the decision log that wait in the spool for the store; at the greatest size checks are refused.',
      () => logLag().waitingBytes,
    ),
    gauge(
      'precert_decision_log_waiting_bytes_max',
      'Bytes of the spool at which checks are refused; absent without a spool.',
      () => logLag().mostWaitingBytes,
    ),
    gauge(
      'precert_decision_log_oldest_waiting_seconds',
      'Age of the oldest row that waits in the spool; 0 when there is none.',
      () => {
        const { oldestWaiting } = logLag()
        return oldestWaiting === undefined ? 0 : Math.max(0, Date.now() - oldestWaiting) / 1000
      },
    ),
    gauge(
      'precert_decision_log_waiting_rows',
      'Rows of the decision log that wait in memory to be kept, each with an answer behind it.',
      () => logLag().waitingRows,
    ),
    gauge(
      'precert_decision_log_refused_rows_total',
      'Rows of the decision log that the store refused for good; they are set aside in the table log_refused_row.',
      () => logLag().refusedRows,
      {},
      'counter',
    ),
  ]
}
