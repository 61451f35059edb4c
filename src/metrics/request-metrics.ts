import { Counter, Histogram, gauge, type Family } from './series.js'

/**
 * How a request ended, by the pattern of its route and never its path. Without a status the caller
 * disconnected.
 */
export interface RequestEnd {
  readonly method: string | undefined
  readonly route: string | undefined
  readonly status: number | undefined
  readonly seconds: number | undefined
  readonly problem: string | undefined
}

export interface RequestMetrics {
  readonly families: readonly Family[]
  readonly begun: () => void
  readonly ended: (end: RequestEnd) => void
}

// An answer takes well below a millisecond; waiting for the store or a slow reader takes longer.
const secondsBounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const knownMethods: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
])

/** HTTP requests by method, route pattern, class of status and kind of problem. */
export function requestMetrics(): RequestMetrics {
  const requests = new Counter(
    'precert_http_requests_total',
    'Requests, by method, route pattern and class of status; aborted: the caller went away before its answer.',
    ['method', 'route', 'status'],
  )
  const seconds = new Histogram(
    'precert_http_request_seconds',
    'Seconds from the arrival of a request to the end of its answer.',
    ['method', 'route'],
    secondsBounds,
  )
  const problems = new Counter(
    'precert_http_problems_total',
    'Requests that were answered with a problem, by its code.',
    ['code'],
  )
  let underWay = 0
  return {
    families: [
      requests,
      seconds,
      problems,
      gauge('precert_http_requests_under_way', 'Requests that are being answered now.', () => underWay),
    ],
    begun() {
      underWay++
    },
    ended({ method, route, status, seconds: took, problem }) {
      underWay--
      const labels = [method !== undefined && knownMethods.has(method) ? method : 'other', route ?? 'none']
      requests.add([...labels, status === undefined ? 'aborted' : `${Math.floor(status / 100)}xx`])
      if (status !== undefined && took !== undefined) seconds.observe(labels, took)
      if (problem !== undefined) problems.add([problem])
    },
  }
}
