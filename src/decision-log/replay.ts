import { decide } from '../decision/decide.js'
import { answerOf } from '../decision/explain/answer.js'
import { checkKinds, views, type View } from '../decision/explain/views.js'
import type { CheckRequest } from '../decision/shapes/request.js'
import type { PolicyView } from '../decision/shapes/view.js'
import { recordOf } from '../decision/verdict/record.js'
import { determinationText } from '../rendering/determination-bytes.js'
import { pageFormats, type PageFormat } from '../rendering/formats.js'

/** The part of a record that a replay needs. */
export interface Replayable {
  readonly determinationId: string
  readonly checkKind: string | null
  readonly request: string
  readonly verdict: string
  readonly view: string
  readonly format: string
  readonly answer: string
}

/** What this engine says of a recorded request: its verdict as canonical JSON, and the answer as text, in the recorded view and format or others. */
export interface Replayed {
  readonly verdict: string
  readonly answer: (told?: Told) => string
}

/** How an answer is told, where it is not as it was recorded. */
export interface Told {
  readonly view?: View | undefined
  readonly format?: PageFormat | undefined
}

export interface AnswerDifference {
  readonly pointer: string
  readonly recorded?: unknown
  readonly replayed?: unknown
}

/** What this engine says of the recorded request under `policy`; undefined for an unknown kind of record. */
export function replayed(
  { determinationId, checkKind, request, view, format }: Replayable,
  policy: PolicyView,
): Replayed | undefined {
  const kind = checkKinds.find((one) => one === checkKind)
  if (kind === undefined) return undefined
  const verdict = decide(JSON.parse(request) as CheckRequest, policy)
  const recordedView = views.find((one) => one === view) ?? 'full'
  const recordedFormat = pageFormats.find((one) => one === format) ?? 'json'
  return {
    verdict: recordOf(verdict),
    answer: (told = {}) =>
      determinationText(
        answerOf(verdict, { determinationId, recorded: true, kind, view: told.view ?? recordedView }),
        told.format ?? recordedFormat,
      ),
  }
}

/** The differences of two answers in one format: of pages line by line, with the number of the line as pointer, from 0. */
export function differencesOfText(
  { format, answer }: Pick<Replayable, 'format' | 'answer'>,
  again: string,
  most?: number,
): AnswerDifference[] {
  const read = (text: string): unknown => (format === 'json' ? JSON.parse(text) : text.split('\n'))
  return differencesBetween(read(answer), read(again), most)
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
