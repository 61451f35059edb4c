import { decide } from '../decision/decide.js'
import { answerOf } from '../decision/explain/answer.js'
import { checkKinds, views, type View } from '../decision/explain/views.js'
import type { CheckRequest } from '../decision/shapes/request.js'
import type { PolicyView } from '../decision/shapes/view.js'
import { recordOf } from '../decision/verdict/record.js'

/** The part of a record that a replay needs. */
export interface Replayable {
  readonly determinationId: string
  readonly checkKind: string | null
  readonly request: string
  readonly verdict: string
  readonly view: string
  readonly answer: string
}

/** What this engine says of a recorded request: its verdict as canonical JSON, and the answer in a view, as text. */
export interface Replayed {
  readonly verdict: string
  readonly answer: (view?: View) => string
}

export interface AnswerDifference {
  readonly pointer: string
  readonly recorded?: unknown
  readonly replayed?: unknown
}

/** What this engine says of the recorded request under `policy`; undefined for an unknown kind of record. */
export function replayed(
  { determinationId, checkKind, request, view }: Replayable,
  policy: PolicyView,
): Replayed | undefined {
  const kind = checkKinds.find((one) => one === checkKind)
  if (kind === undefined) return undefined
  const verdict = decide(JSON.parse(request) as CheckRequest, policy)
  const recordedView = views.find((one) => one === view) ?? 'full'
  return {
    verdict: recordOf(verdict),
    answer: (asked = recordedView) =>
      JSON.stringify(answerOf(verdict, { determinationId, recorded: true, kind, view: asked })),
  }
}

/**
 * The differences of two answers as JSON pointers, in the order of the recorded one, at most
 * `most`. Of objects only the differing parts are named.
 */
export function differencesBetween(recorded: unknown, again: unknown, most = 50): AnswerDifference[] {
  const found: AnswerDifference[] = []
  compare(recorded, again, '', found, most)
  return found
}

function compare(a: unknown, b: unknown, pointer: string, found: AnswerDifference[], most: number): void {
  if (found.length >= most || Object.is(a, b)) return
  if (
    typeof a !== 'object' ||
    typeof b !== 'object' ||
    a === null ||
    b === null ||
    Array.isArray(a) !== Array.isArray(b)
  ) {
    found.push({
      pointer,
      ...(a === undefined ? {} : { recorded: a }),
      ...(b === undefined ? {} : { replayed: b }),
    })
    return
  }
  const [before, after] = [a as Record<string, unknown>, b as Record<string, unknown>]
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    compare(
      before[name],
      after[name],
      `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
      found,
      most,
    )
  }
}
