import type { LineVerdict } from '../../verdict/verdict.js'
import type { Question } from '../../shapes/statuses.js'
import { together, type ChangeKind, type Way } from './change.js'
import { passes, pressing } from './flips.js'
import { openLine, type OpenLine } from './open-findings.js'
import { suggest, without, type Suggested } from './suggest.js'
import type { Trials } from './trials.js'
import type { Steps } from '../../steps.js'

/** Changes that together settle questions of a line, none of which can be left out, and the line under them. */
export interface Joint {
  readonly way: Way
  readonly after: LineVerdict
  readonly settles: readonly Question[]
}

// A date that suits the schedule may be too late for a result; then the set is sought without it.
const attempts: ReadonlyArray<readonly ChangeKind[]> = [[], ['later-date'], ['authorization']]
const mostRounds = 4

/** One set for all questions of the line that can be settled; undefined where none can, or only at the cost of another. */
export function* jointSet(
  open: OpenLine,
  suggested: readonly Suggested[],
  trials: Trials,
): Steps<Joint | undefined> {
  let best: Joint | undefined
  for (const avoided of attempts) {
    const found = yield* grow(open, suggested, avoided, trials)
    if (found === undefined) continue
    if (best === undefined || found.settles.length > best.settles.length) best = found
    if (pressing(found.after).length === 0) break
  }
  return best
}

function* grow(
  { decided, findings }: OpenLine,
  suggested: readonly Suggested[],
  avoided: readonly ChangeKind[],
  trials: Trials,
): Steps<Joint | undefined> {
  const { lineNumber } = decided.facts.line
  const wanted = pressing(decided)
  let way: Way = []
  findings.forEach(({ finding }, at) => {
    if (wanted.includes(finding.question)) way = adding(way, suggested[at], avoided)
  })
  for (let round = 0; round < mostRounds; round++) {
    if (way.length === 0) return undefined
    const all = yield* trials.decided(way)
    const line = all === undefined ? undefined : openLine(all, lineNumber)
    if (line === undefined) return undefined
    // What is still open under the changes, or has come with them, may be turned by more of them.
    const more = line.findings.filter(({ finding }) => !passes(line.decided, finding.question))
    let next = way
    for (const one of more) next = adding(next, yield* suggest(one, line.decided, trials, next), avoided)
    if (next.length === way.length && next.every((change, at) => change === way[at])) break
    way = next
  }
  const after = yield* trials.line(lineNumber, way)
  if (after === undefined) return undefined
  const settles = wanted.filter((question) => passes(after, question))
  if (settles.length === 0 || pressing(after).some((question) => passes(decided, question))) return undefined
  return yield* least({ way, after, settles }, decided, trials)
}

/** The way with the first suggestion that goes with it; one that opens no other question is taken before one that does. */
function adding(
  way: Way,
  { verified }: Suggested = { verified: [], cut: false },
  avoided: readonly ChangeKind[],
): Way {
  const able = verified.filter(({ way: one }) => !one.some(({ kind }) => avoided.includes(kind)))
  const inOrder = [
    ...able.filter(({ opens }) => opens.length === 0),
    ...able.filter(({ opens }) => opens.length > 0),
  ]
  for (const { way: one } of inOrder) {
    const both = together(way, one)
    if (both !== undefined) return both
  }
  return way
}

/** Leaves out every change that the others do without, until none is left that they do. */
function* least(
  { way, after, settles }: Joint,
  before: LineVerdict,
  trials: Trials,
): Steps<Joint | undefined> {
  const { lineNumber } = before.facts.line
  for (let at = 0; at < way.length; at++) {
    const fewer = without(way, at)
    const line = fewer.length === 0 ? before : yield* trials.line(lineNumber, fewer)
    // Without a trial it cannot be shown that the set is the smallest, so it is not given.
    if (line === undefined) return undefined
    const asGood =
      settles.every((question) => passes(line, question)) &&
      !pressing(line).some((question) => passes(before, question))
    if (asGood)
      return yield* least(
        { way: fewer, after: line, settles: pressing(before).filter((question) => passes(line, question)) },
        before,
        trials,
      )
  }
  return { way, after, settles }
}
