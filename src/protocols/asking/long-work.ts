import { setImmediate as othersTurn } from 'node:timers/promises'
import type { Steps } from '../../decision/steps.js'
import type { Exchange } from '../http/exchange.js'
import { overloaded } from '../http/back-pressure.js'
import { Turn } from './turn.js'

export interface LongWorkLimits {
  /** How many works go on at the same time. Each keeps what it found so far in memory. */
  readonly atOnce?: number
  /** How many more may wait for their begin. */
  readonly waiting?: number
  /** Milliseconds of a turn. */
  readonly turnMs?: number
}

/**
 * Does work that takes longer than one turn of the event loop. Several works take turns, one in
 * each round of the loop, so that they do not add up. Beyond the limits a work is refused with 503
 * `overloaded`: it would only wait.
 */
export class LongWork {
  readonly #atOnce: number
  readonly #mostWaiting: number
  readonly #turnMs: number
  readonly #waiting: Array<() => void> = []
  #underWay = 0
  #lastTurn: Promise<void> = Promise.resolve()

  constructor({ atOnce = 4, waiting = 100, turnMs = 4 }: LongWorkLimits = {}) {
    this.#atOnce = atOnce
    this.#mostWaiting = waiting
    this.#turnMs = turnMs
  }

  /**
   * Does the steps and answers their result; undefined where the caller disconnected, and the rest
   * was left undone.
   */
  async do<T>(steps: Steps<T>, exchange: Pick<Exchange, 'isOver'>): Promise<T | undefined> {
    await this.#begin()
    try {
      const turn = new Turn(this.#turnMs)
      // Reading the request took a part of this round of the loop.
      await this.#ownTurn(turn)
      while (!exchange.isOver) {
        const step = steps.next()
        if (step.done === true) return step.value
        if (turn.isOver) await this.#ownTurn(turn)
      }
      return undefined
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#underWay--
      else next()
    }
  }

  /** Waits until there is room. Whoever ends hands its room on. */
  async #begin(): Promise<void> {
    if (this.#underWay < this.#atOnce) {
      this.#underWay++
      return
    }
    if (this.#waiting.length >= this.#mostWaiting) throw overloaded()
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve)
    })
  }

  /** Waits for a round of the loop in which no other work has its turn. */
  async #ownTurn(turn: Turn): Promise<void> {
    this.#lastTurn = this.#lastTurn.then(async () => {
      await othersTurn()
    })
    await this.#lastTurn
    turn.begin()
  }
}
