import { setImmediate } from 'node:timers/promises'

const longestMs = 8

/**
 * A time slice: cooperative yielding, so that long work does not delay requests. After some
 * milliseconds it lets the event loop turn.
 */
export class TimeSlice {
  #since = performance.now()

  /** Call it every few hundred steps, and await the promise if there is one. */
  yieldIfSpent(): Promise<void> | undefined {
    return performance.now() - this.#since < longestMs ? undefined : this.#yield()
  }

  async #yield(): Promise<void> {
    await setImmediate()
    this.#since = performance.now()
  }
}
