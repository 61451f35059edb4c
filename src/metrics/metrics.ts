import type { Check } from '../check.js'
import type { Snapshot } from '../policies/loaded/snapshot.js'
import type { Repeats } from '../repeats/repeats.js'
import { determinationMetrics } from './determination-metrics.js'
import { policyMetrics } from './policy-metrics.js'
import { processMetrics } from './process-metrics.js'
import { repeatMetrics } from './repeat-metrics.js'
import { requestMetrics, type RequestMetrics } from './request-metrics.js'
import { gauge, renderFamilies } from './series.js'
import { storeMetrics, type StoreSource } from './store-metrics.js'

/** The metrics of a process. They name no patients, callers, plans or codes. */
export interface Metrics {
  /** Records each request. */
  readonly requests: Pick<RequestMetrics, 'begun' | 'ended'>
  /** Wraps a check so that its determinations are counted by kind, outcome and reasons. */
  readonly counted: (check: Check) => Check
  /** Wraps the repeats so that they are counted by outcome. */
  readonly countedRepeats: (repeats: Repeats) => Repeats
  /** All metrics in the text format of Prometheus. */
  readonly render: () => string
  readonly stop: () => void
}

export interface MetricsSource extends StoreSource {
  readonly version: string
  readonly snapshot: Pick<Snapshot, 'current' | 'loadedAt' | 'isAheadOfStore'>
}

/**
 * The metrics of one process. Every label is from a closed set, so their number does not depend on
 * what callers send.
 */
export function createMetrics({ version, snapshot, ...store }: MetricsSource): Metrics {
  const [requests, determinations, repeats, ofProcess] = [
    requestMetrics(),
    determinationMetrics(),
    repeatMetrics(),
    processMetrics(),
  ]
  const families = [
    gauge('precert_build_info', 'Always 1; the version stands in the label.', () => 1, { version }),
    ...requests.families,
    ...determinations.families,
    ...repeats.families,
    ...policyMetrics(snapshot),
    ...storeMetrics(store),
    ...ofProcess.families,
  ]
  return {
    requests,
    counted: determinations.counted,
    countedRepeats: repeats.counted,
    render: () => renderFamilies(families),
    stop: ofProcess.stop,
  }
}
