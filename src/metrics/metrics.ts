import type { Check, CheckBatch, CheckContext, CheckedAnswer } from '../check.js'
import type { CheckKind } from '../decision/excerpt.js'
import type { Snapshot } from '../policies/snapshot.js'
import type { Repeats } from '../repeats/repeats.js'
import { processMetrics } from './process-metrics.js'
import { Counter, Histogram, gauge, renderFamilies } from './series.js'

/** One request that was answered, told by what is known beforehand: the pattern of the route, never its path. */
export interface AnsweredRequest { readonly method: string, readonly route: string | undefined, readonly status: number, readonly seconds: number }

/** What a process tells of itself: nothing of patients, callers, plans or codes. */
export interface Metrics {
  readonly requestAnswered: (answered: AnsweredRequest) => void
  /** The same check, its determinations counted by kind and outcome. */
  readonly counted: (check: Check) => Check
  /** The same repeats, counted by what came of them. */
  readonly countedRepeats: (repeats: Repeats) => Repeats
  /** Everything in the text format of Prometheus. */
  readonly render: () => string
  readonly stop: () => void
}

export interface MetricsSource {
  readonly version: string
  readonly snapshot: Pick<Snapshot, 'current' | 'loadedAt'>
  /** Whether the store answered when it was last looked at. */
  readonly isStoreReachable: () => boolean
  /** Whether the store would tell of a new revision now; absent where there is none. */
  readonly isListening?: () => boolean
  /** Bytes of decisions in the spool that the store has not taken yet; 0 without a spool. */
  readonly waitingBytes?: () => number
}

// An answer takes well below a millisecond; what waits for a store or a slow reader takes longer.
const secondsBounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const knownMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** The metrics of one process. Every label is from a closed set, so their number does not depend on what callers send. */
export function createMetrics ({ version, snapshot, isStoreReachable, isListening, waitingBytes = () => 0 }: MetricsSource): Metrics {
  const requests = new Counter('precert_http_requests_total', 'Requests that were answered, by method, route pattern and class of status.', ['method', 'route', 'status'])
  const seconds = new Histogram('precert_http_request_seconds', 'Seconds from the arrival of a request to the end of its answer.', ['method', 'route'], secondsBounds)
  const determinations = new Counter('precert_determinations_total', 'Determinations that were made, by kind of check and outcome.', ['kind', 'outcome'])
  const repeatable = new Counter('precert_repeatable_requests_total', 'Requests with an Idempotency-Key, by what came of them.', ['result'])
  const count = (kind: CheckKind, { determination }: CheckedAnswer): void => { determinations.add([kind, determination.outcome]) }
  const countedBatch = ({ kind }: CheckContext, batch: CheckBatch): CheckBatch => ({
    revision: batch.revision,
    decide (request) {
      const answer = batch.decide(request)
      if (answer.kept === undefined) count(kind, answer)
      // What could not be recorded is not counted, and whoever waits for it is told.
      else void answer.kept.then(() => { count(kind, answer) }, () => {})
      return answer
    }
  })
  const ofProcess = processMetrics()
  const families = [
    gauge('precert_build_info', 'Always 1; the version stands in the label.', () => 1, { version }),
    requests, seconds, determinations, repeatable,
    gauge('precert_policy_revision', 'Revision of public policy that answers now; absent until one is loaded.', () => snapshot.current()?.revision),
    gauge('precert_policy_loaded_timestamp_seconds', 'When this process took that revision, in seconds since 1970.', () => inSeconds(snapshot.loadedAt())),
    gauge('precert_policy_age_seconds', 'Seconds since this process took that revision.', () => inSeconds(since(snapshot.loadedAt()))),
    gauge('precert_store_reachable', '1 when the store answered at the last look, every 2 seconds; else 0.', () => isStoreReachable() ? 1 : 0),
    gauge('precert_store_listening', '1 while the store tells of new policy; 0 while it is only found by looking.', () => isListening === undefined ? undefined : isListening() ? 1 : 0),
    gauge('precert_policy_versions', 'Policy versions of that revision.', () => snapshot.current()?.content.policies.counts.policyVersions),
    gauge('precert_policy_packed_bytes', 'Memory that its packed policies take; 0 while they are few and held as objects.', () => snapshot.current()?.content.policies.counts.packedBytes),
    gauge('precert_decision_log_waiting_bytes', 'Bytes of the decision log that wait in the spool for the store; at the greatest size checks are refused.', waitingBytes),
    ...ofProcess.families
  ]
  return {
    requestAnswered ({ method, route, status, seconds: took }) {
      const labels = [knownMethods.has(method) ? method : 'other', route ?? 'none']
      requests.add([...labels, `${Math.floor(status / 100)}xx`])
      seconds.observe(labels, took)
    },
    counted (check) {
      const one = async (...[request, context]: Parameters<Check>): Promise<CheckedAnswer> => {
        const answer = await check(request, context)
        count(context.kind, answer)
        return answer
      }
      return Object.assign(one, {
        batch (context: CheckContext) {
          const opened = check.batch(context)
          return opened instanceof Promise ? opened.then(batch => countedBatch(context, batch)) : countedBatch(context, opened)
        }
      })
    },
    countedRepeats: repeats => ({
      async once (request, answer) {
        try {
          const repeated = await repeats.once(request, answer)
          repeatable.add([repeated.outcome !== 'answered' ? repeated.outcome : repeated.isReplay ? 'replayed' : 'decided'])
          return repeated
        } catch (error) {
          repeatable.add(['failed'])
          throw error
        }
      }
    }),
    render: () => renderFamilies(families),
    stop: ofProcess.stop
  }
}

function since (instant: number | undefined): number | undefined {
  return instant === undefined ? undefined : Math.max(0, Date.now() - instant)
}

function inSeconds (milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : milliseconds / 1000
}
