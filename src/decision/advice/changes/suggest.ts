import type { LineVerdict } from '../../verdict/verdict.js'
import { wayKey, type Way } from './change.js'
import { flips, passes, pressing } from './flips.js'
import type { OpenFinding } from './open-findings.js'
import { mostForAFinding, type Trials } from './trials.js'
import type { Question } from '../../shapes/statuses.js'
import type { Steps } from '../../steps.js'

/** A smallest set of changes that turns a finding, and the line under it. */
export interface Verified {
  readonly way: Way
  readonly after: LineVerdict
  readonly opens: readonly Question[]
}

/** What turns a finding; `cut` says that ways were left untried. */
export interface Suggested {
  readonly verified: readonly Verified[]
  readonly cut: boolean
}

const mostSuggestions = 5

/** Tries the ways of a finding on top of changes that are made already, shortest first, and keeps those that turn it and of which no part can be left out. */
export function* suggest(
  { finding, options }: OpenFinding,
  before: LineVerdict,
  trials: Trials,
  base: Way = [],
): Steps<Suggested> {
  const { lineNumber } = before.facts.line
  const tried = new Set<string>()
  let cut = false
  const under = function* (way: Way): Steps<LineVerdict | undefined> {
    const key = wayKey(way)
    if (!tried.has(key) && tried.size >= mostForAFinding) {
      cut = true
      return undefined
    }
    tried.add(key)
    return yield* trials.line(lineNumber, [...base, ...way])
  }
  const turns = function* (way: Way): Steps<LineVerdict | undefined> {
    const after = yield* under(way)
    return after !== undefined && flips(finding, before, after) ? after : undefined
  }
  const someTurns = function* (ways: readonly Way[]): Steps<boolean> {
    for (const way of ways) if ((yield* turns(way)) !== undefined) return true
    return false
  }
  const verified: Verified[] = []
  for (const way of options.ways) {
    if (way.length === 0 || verified.some(({ way: shorter }) => isPartOf(shorter, way))) continue
    if (cut || trials.ranOut()) return { verified, cut: true }
    if (verified.length >= mostSuggestions) return { verified, cut: true }
    const after = yield* turns(way)
    if (after === undefined) continue
    // A part that is not needed makes another, shorter way, which is tried by itself.
    if (way.length > 1 && (yield* someTurns(way.map((_, at) => without(way, at))))) continue
    if (cut || trials.ranOut()) return { verified, cut: true }
    verified.push({ way, after, opens: pressing(after).filter((question) => passes(before, question)) })
  }
  return { verified, cut: cut || trials.ranOut() }
}

/** The way without one of its changes. */
export function without(way: Way, at: number): Way {
  return way.filter((_, position) => position !== at)
}

function isPartOf(part: Way, whole: Way): boolean {
  return part.every((change) => whole.some((other) => wayKey([other]) === wayKey([change])))
}
