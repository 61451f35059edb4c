import { determine } from '../decision/determine.js'
import { answerOf, checkKinds, type CheckKind } from '../decision/explain/views.js'
import type { CheckRequest } from '../decision/shapes/request.js'
import type { PolicyView } from '../decision/shapes/view.js'

/** The part of a record that a replay needs. */
export interface Replayable {
  readonly determinationId: string
  readonly checkKind: string | null
  readonly request: string
  readonly answer: string
}

export interface AnswerDifference {
  readonly pointer: string
  readonly recorded?: unknown
  readonly replayed?: unknown
}

/**
 * The answer of this engine to the recorded request under `view`, as text; undefined for an unknown
 * kind of record.
 */
export function replayedAnswer(
  { determinationId, checkKind, request }: Replayable,
  view: PolicyView,
): string | undefined {
  const kind = checkKinds.find((one) => one === checkKind)
  return kind === undefined
    ? undefined
    : answerTo(determinationId, kind, JSON.parse(request) as CheckRequest, view)
}

function answerTo(determinationId: string, kind: CheckKind, request: CheckRequest, view: PolicyView): string {
  return JSON.stringify(answerOf(kind, { determinationId, recorded: true, ...determine(request, view) }))
}

/**
 * The differences of two answers as JSON pointers, in the order of the recorded one, at most
 * `most`. Of objects only the differing parts are named.
 */
export function differencesBetween(recorded: unknown, replayed: unknown, most = 50): AnswerDifference[] {
  const found: AnswerDifference[] = []
  compare(recorded, replayed, '', found, most)
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
