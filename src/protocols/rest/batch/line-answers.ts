import type { CheckBatch, PendingAnswer } from '../../../check.js'
import type { CheckRequest } from '../../../decision/shapes/request.js'
import { asProblem } from '../../http/problem-answers.js'
import { problemOf } from '../../http/problem.js'
import type { LineCounts } from '../../http/request-ends.js'
import { Turn } from '../../asking/turn.js'

export interface LineAnswersParts {
  readonly batch: CheckBatch
  readonly requestId: string
  /** Called with an unexpected error; its line says `internal-error`. */
  readonly onFailure: (error: Error) => void
}

interface Waiting {
  readonly line: number
  readonly bytes: Uint8Array
  readonly recorded: Promise<void>
}
/** The JSON of a line, or a promise of it until it is recorded. */
type Pending = Uint8Array | Waiting

// Length of a turn: other requests wait at most so long, and one write is large enough to be cheap.
const turnMs = 2
const turnBytes = 128 * 1024

/**
 * Answers line after line, in turns of the event loop. The lines of a turn are recorded together,
 * and returned once they are recorded.
 */
export class LineAnswers {
  /** Grows with the lines. */
  readonly counts: { -readonly [each in keyof LineCounts]: LineCounts[each] } = { answered: 0, refused: 0 }
  readonly #parts: LineAnswersParts
  #turn: Pending[] = []
  #bytes = 0
  readonly #time = new Turn(turnMs)

  constructor(parts: LineAnswersParts) {
    this.#parts = parts
  }

  /** Whether the turn has lasted long enough. Then take its answers and let other requests run. */
  get isTurnOver(): boolean {
    return this.#bytes > turnBytes || this.#time.isOver
  }

  /** Bytes of the answers of this turn. */
  get bytes(): number {
    return this.#bytes
  }

  /** Begins a turn. */
  begin(): void {
    this.#time.begin()
  }

  /** Lets other requests run, and then begins a turn. */
  async nextTurn(): Promise<void> {
    await this.#time.next()
  }

  /** The result of `read`; undefined where it throws, and the line becomes a problem. */
  read(line: number, read: () => CheckRequest): CheckRequest | undefined {
    try {
      return read()
    } catch (error) {
      this.refuse(line, error as Error)
      return undefined
    }
  }

  /** Answers the request of a line. */
  answer(line: number, request: CheckRequest): void {
    try {
      const answer = this.#parts.batch.decide(request)
      if (answer.recorded === undefined) this.counts.answered++
      this.#add(pendingOf(line, answer), answer.bytes.length)
    } catch (error) {
      this.refuse(line, error as Error)
    }
  }

  /** Answers a line with the problem of an error. */
  refuse(line: number, error: Error): void {
    const bytes = this.#problemAt(line, error)
    this.#add(bytes, bytes.length)
  }

  /**
   * The answers of this turn, in the order of the lines, once they are recorded. A line that could
   * not be recorded becomes a problem.
   */
  async take(): Promise<Uint8Array[]> {
    const turn = this.#turn
    this.#turn = []
    this.#bytes = 0
    const all: Uint8Array[] = []
    for (const pending of turn) all.push('recorded' in pending ? await this.#whenRecorded(pending) : pending)
    return all
  }

  #add(pending: Pending, bytes: number): void {
    this.#turn.push(pending)
    this.#bytes += bytes
  }

  async #whenRecorded({ line, bytes, recorded }: Waiting): Promise<Uint8Array> {
    try {
      await recorded
      this.counts.answered++
      return bytes
    } catch (error) {
      return this.#problemAt(line, error as Error)
    }
  }

  #problemAt(line: number, error: Error): Uint8Array {
    const problem = asProblem(error)
    if (problem.code === 'internal-error') this.#parts.onFailure(error)
    this.counts.refused++
    return Buffer.from(JSON.stringify({ ...problemOf(problem, this.#parts.requestId), line }))
  }
}

function pendingOf(line: number, { bytes, recorded }: PendingAnswer): Pending {
  if (recorded === undefined) return bytes
  // Awaited later, after those before it. Without this handler Node would report an unhandled
  // rejection.
  recorded.catch(() => {})
  return { line, bytes, recorded }
}
