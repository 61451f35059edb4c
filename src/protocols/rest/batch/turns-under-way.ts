import type { LineAnswers } from './line-answers.js'

// More would only gather in memory: the log takes what came meanwhile together. A turn of one large
// answer is as much as many others.
const most = 8
const mostBytes = 512 * 1024

/** Turns that are over and whose records are on their way, in their order. */
export class TurnsUnderWay {
  readonly #answers: LineAnswers
  readonly #turns: Array<{ readonly bytes: number; readonly lines: Promise<Uint8Array[]> }> = []
  #bytes = 0

  constructor(answers: LineAnswers) {
    this.#answers = answers
  }

  /**
   * Ends the turn, and gives the lines of the oldest turns until only so many, and so many bytes,
   * are left under way.
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
