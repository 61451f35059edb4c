import { decideInSteps } from '../../decide.js'
import type { LineVerdict, Verdict } from '../../verdict/verdict.js'
import { requestFaults } from '../../facts/request-faults.js'
import { CheckRequest } from '../../shapes/request.js'
import type { PolicyView } from '../../shapes/view.js'
import type { Steps } from '../../steps.js'
import { changed, wayKey, type Way } from './change.js'

/** The most requests that are decided for one finding, and for a whole answer. */
export const mostForAFinding = 20
export const mostInAll = 500
// A request of many lines costs as much as many requests of one; this bounds what one answer may cost.
const mostLines = 2000

/** How often a request of so many lines may be decided anew for one answer. */
export function mostTrials(lineCount: number): number {
  return Math.min(mostInAll, Math.floor(mostLines / lineCount))
}

/** Decides a request with changes in it; what was decided once is not counted again. */
export interface Trials {
  /** The request without changes. */
  readonly asked: Verdict
  /** The request under the changes; undefined when they make no valid request, or when no trial is left. */
  readonly decided: (way: Way) => Steps<Verdict | undefined>
  /** One of its lines. */
  readonly line: (lineNumber: number, way: Way) => Steps<LineVerdict | undefined>
  readonly count: () => number
  /** Whether a trial was wanted that was no longer to be had. */
  readonly ranOut: () => boolean
}

/** Trials of one request, within the bounds. */
export function* trialsOf(request: CheckRequest, view: PolicyView): Steps<Trials> {
  const most = mostTrials(request.serviceLines.length)
  const asked = yield* decideInSteps(request, view)
  const known = new Map([[wayKey([]), asked]])
  let count = 0
  let ranOut = false
  const decided = function* (way: Way): Steps<Verdict | undefined> {
    const key = wayKey(way)
    const before = known.get(key)
    if (before !== undefined) return before
    const after = changed(request, way)
    if (!isSendable(after)) return undefined
    if (count >= most) {
      ranOut = true
      return undefined
    }
    count++
    yield
    const all = yield* decideInSteps(after, view)
    known.set(key, all)
    return all
  }
  return {
    asked,
    decided,
    *line(lineNumber, way) {
      const all = yield* decided(way)
      return all?.lines.find(({ facts }) => facts.line.lineNumber === lineNumber)
    },
    count: () => count,
    ranOut: () => ranOut,
  }
}

const lists = ['serviceHistory', 'labResults', 'documentation', 'authorizations', 'plannedServices'] as const

/** Whether a check would take the request: nothing in it contradicts itself, and no list is longer than it may be. */
function isSendable(request: CheckRequest): boolean {
  return (
    lists.every(
      (name) =>
        (request[name]?.length ?? 0) <= (CheckRequest.properties[name] as { maxItems?: number }).maxItems!,
    ) && requestFaults(request).length === 0
  )
}
