import type { CheckBatch, PendingAnswer } from '../../../check.js'
import type { CheckRequest } from '../../../decision/shapes/request.js'
import { asProblem } from '../../http/problem-answers.js'
import { problemOf } from '../../http/problem.js'
import type { LineCounts } from '../../http/request-ends.js'

export interface LineAnswersParts {
  readonly batch: CheckBatch
  readonly requestId: string
  /** Told of an error that nobody foresaw; its line says `internal-error`. */
  readonly onFailure: (error: Error) => void
}

interface Waiting {
  readonly line: number
  readonly bytes: Uint8Array
  readonly recorded: Promise<void>
}
/** The JSON of a line, or what it will be once it is recorded. */
type Pending = Uint8Array | Waiting

// What is decided in one turn of the event loop: others wait as long, and what is written at once
// is large enough to be cheap.
const turnMs = 2
const turnBytes = 128 * 1024

/**
 * Answers one line after the other, in turns. What a turn decided is recorded together and given
 * out only when it is.
 */
export class LineAnswers {
  /** Grows with the lines. */
  readonly counts: { -readonly [each in keyof LineCounts]: LineCounts[each] } = { answered: 0, refused: 0 }
  readonly #parts: LineAnswersParts
  #turn: Pending[] = []
  #bytes = 0
  #began = performance.now()

  constructor(parts: LineAnswersParts) {
    this.#parts = parts
  }

  /** Whether the turn has lasted long enough: take it, and let others have the next one. */
  get isTurnOver(): boolean {
    return this.#bytes > turnBytes || performance.now() - this.#began > turnMs
  }

  /** Bytes of what was answered in this turn. */
  get bytes(): number {
    return this.#bytes
  }

  /** Begins a turn: after others had theirs. */
  begin(): void {
    this.#began = performance.now()
  }

  /**
   * What `read` gives; undefined where it throws, and then a problem stands in the place of the
   * line.
   */
  read(line: number, read: () => CheckRequest): CheckRequest | undefined {
    try {
      return read()
    } catch (error) {
      this.refuse(line, error as Error)
      return undefined
    }
  }

  /** Answers a request in the place of its line. */
  answer(line: number, request: CheckRequest): void {
    try {
      const answer = this.#parts.batch.decide(request)
      if (answer.recorded === undefined) this.counts.answered++
      this.#add(pendingOf(line, answer), answer.bytes.length)
    } catch (error) {
      this.refuse(line, error as Error)
    }
  }

  /** Puts the problem that an error stands for in the place of a line. */
  refuse(line: number, error: Error): void {
    const bytes = this.#problemAt(line, error)
    this.#add(bytes, bytes.length)
  }

  /**
   * What was answered in this turn, in the order of the lines; resolves when it is recorded. What
   * could not be recorded is a problem in its place.
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
  // It is looked at when those before it are: until then nobody may take a rejection for one that
  // nobody handles.
  recorded.catch(() => {})
  return { line, bytes, recorded }
}
