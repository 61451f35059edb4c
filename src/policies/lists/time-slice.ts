import { setImmediate } from 'node:timers/promises'

const longestMs = 8

/** Keeps long work from holding up requests: lets the event loop yieldIfSpent whenever some milliseconds have gone. */
export class TimeSlice {
  #since = performance.now()

  /** To be awaited every few hundred steps where it answers a promise. */
  yieldIfSpent(): Promise<void> | undefined {
    return performance.now() - this.#since < longestMs ? undefined : this.#yield()
  }

  async #yield(): Promise<void> {
    await setImmediate()
    this.#since = performance.now()
  }
}
