import type { LineAnswers } from './line-answers.js'

const most = 8 // more would only gather in memory: the log takes what came meanwhile together

/** Turns that are over and whose records are on their way, in their order. */
export class TurnsUnderWay {
  readonly #answers: LineAnswers
  readonly #turns: Array<Promise<Uint8Array[]>> = []

  constructor(answers: LineAnswers) {
    this.#answers = answers
  }

  /** Ends the turn, and gives the lines of the oldest turns until only so many are left under way. */
  async *end(left = most): AsyncGenerator<Uint8Array[], void> {
    this.#turns.push(this.#answers.take())
    while (this.#turns.length > left) {
      const lines = (await this.#turns.shift()) ?? []
      if (lines.length > 0) yield lines
    }
  }
}
