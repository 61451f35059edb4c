import { setImmediate } from 'node:timers/promises'

const longestMs = 8

/** Keeps long work from holding up requests: lets the event loop turn whenever some milliseconds have gone. */
export class Pace {
  #since = performance.now()

  /** To be awaited every few hundred steps where it answers a promise. */
  turn(): Promise<void> | undefined {
    return performance.now() - this.#since < longestMs ? undefined : this.#rest()
  }

  async #rest(): Promise<void> {
    await setImmediate()
    this.#since = performance.now()
  }
}
