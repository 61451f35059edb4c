import type { LineAnswers } from './line-answers.js'

// More would only fill memory, because the log writes all waiting rows together. One turn with a
// large answer can equal many others.
const most = 8
const mostBytes = 512 * 1024

/** Finished turns whose records are not written yet, in order. */
export class TurnsUnderWay {
  readonly #answers: LineAnswers
  readonly #turns: Array<{ readonly bytes: number; readonly lines: Promise<Uint8Array[]> }> = []
  #bytes = 0

  constructor(answers: LineAnswers) {
    this.#answers = answers
  }

  /**
   * Ends the turn. Yields the lines of the oldest turns until at most so many turns, and so many
   * bytes, are left.
   */
  async *end(left = most): AsyncGenerator<Uint8Array[], void> {
    const { bytes } = this.#answers
    this.#turns.push({ bytes, lines: this.#answers.take() })
    this.#bytes += bytes
    while (this.#turns.length > left || this.#bytes > mostBytes) {
      const turn = this.#turns.shift()
      if (turn === undefined) return
      const lines = await turn.lines
      this.#bytes -= turn.bytes
      if (lines.length > 0) yield lines
    }
  }
}
