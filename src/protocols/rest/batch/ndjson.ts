import { ProblemError } from '../../http/problem.js'
import { closing, type BodyPieces } from './body-pieces.js'
import { endedLines } from './ended-lines.js'
import type { LineAnswers } from './line-answers.js'
import { mostLineBytes, readRequest, type CompiledSchema } from './read-request.js'
import { LineSplitter, type BatchLine } from './split-lines.js'
import { TurnsUnderWay } from './turns-under-way.js'

export interface NdjsonParts {
  readonly pieces: BodyPieces
  readonly answers: LineAnswers
  readonly isRequest: CompiledSchema
  /**
   * Takes service lines from the caller's limit: undefined where they are available, otherwise a
   * promise that resolves when they are.
   */
  readonly allow: (serviceLines: number) => Promise<void> | undefined
  readonly isClosing: () => boolean
  /** Called when the batch ends before its body. */
  readonly onBrokenOff: () => void
}

/**
 * Answers each line, in order, and stops reading while the caller reads no answers (backpressure).
 * Where the batch must end before its body, the last line says why, in place of the first
 * unanswered line.
 */
export async function* ndjsonAnswers({
  pieces,
  answers,
  isRequest,
  allow,
  isClosing,
  onBrokenOff,
}: NdjsonParts): AsyncGenerator<Buffer, void> {
  const lines = new LineSplitter(mostLineBytes)
  const turns = new TurnsUnderWay(answers)
  const given = async function* (left?: number): AsyncGenerator<Buffer, void> {
    for await (const answered of turns.end(left)) yield endedLines(answered)
  }
  let unanswered = 1
  try {
    for await (const group of linesOf(pieces, lines, answers)) {
      for (const { number, bytes } of group) {
        unanswered = number
        if (isClosing()) throw closing()
        pieces.progressed()
        const request = answers.read(number, () => readRequest(bytes, isRequest))
        const allowed = allow(request?.serviceLines.length ?? 1)
        if (allowed !== undefined) {
          yield* given(0)
          await allowed
        }
        if (request !== undefined) answers.answer(number, request)
        unanswered = number + 1
        if (!answers.isTurnOver) continue
        yield* given()
        await answers.nextTurn()
      }
      unanswered = Math.max(unanswered, lines.next)
      yield* given(pieces.isNextHere ? undefined : 0)
    }
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    answers.refuse(unanswered, error)
    onBrokenOff()
  }
  yield* given(0)
}

/** The lines of a body, grouped by the piece in which they arrived. */
async function* linesOf(
  pieces: BodyPieces,
  lines: LineSplitter,
  answers: LineAnswers,
): AsyncGenerator<Iterable<BatchLine>, void> {
  for (;;) {
    const isHere = pieces.isNextHere
    const piece = await pieces.next()
    if (!isHere) answers.begin()
    if (piece === undefined) break
    yield lines.split(piece)
  }
  const rest = lines.rest()
  if (rest !== undefined) yield [rest]
}
