interface Bucket {
  available: number
  at: number
}

// At this number the bucket that was used least recently is dropped, so memory is bounded.
const mostBuckets = 10_000

/**
 * A token bucket for each caller: its balance is at most `perMinute` and is refilled evenly. A cost
 * above that size waits for a full bucket and makes the balance negative. So a large request is
 * served in the end, at its full cost.
 */
export class TokenBuckets {
  readonly perMinute: number
  readonly #now: () => number
  readonly #buckets = new Map<string, Bucket>()

  constructor(perMinute: number, now: () => number = () => performance.now()) {
    this.perMinute = perMinute
    this.#now = now
  }

  /**
   * Takes `cost` from the bucket of `who`. Returns 0 if the balance was enough, else the seconds
   * until it will be; then nothing is taken. `returned` was taken earlier for the same request and
   * is put back first in either case.
   */
  take(who: string, cost: number, returned = 0): number {
    const wait = this.waitFor(who, cost, returned)
    if (wait === 0) this.spend(who, cost)
    return wait
  }

  /** Returns what `take` would return, without taking. `returned` is put back in either case. */
  waitFor(who: string, cost: number, returned = 0): number {
    const bucket = this.#bucketOf(who)
    bucket.available = Math.min(this.perMinute, bucket.available + returned)
    const lacking = Math.min(cost, this.perMinute) - bucket.available
    return lacking > 0 ? Math.max(1, Math.ceil((lacking / this.perMinute) * 60)) : 0
  }

  /** Takes `cost`. Call it only after `waitFor` returned 0. */
  spend(who: string, cost: number): void {
    this.#bucketOf(who).available -= cost
  }

  /**
   * The balance of `who` at its last request, as a whole number, and the seconds until the bucket
   * is full.
   */
  balance(who: string): { readonly left: number; readonly fullIn: number } {
    const available = this.#buckets.get(who)?.available ?? this.perMinute
    return {
      left: Math.max(0, Math.floor(available)),
      fullIn: Math.ceil(((this.perMinute - available) / this.perMinute) * 60),
    }
  }

  #bucketOf(who: string): Bucket {
    const now = this.#now()
    const bucket = this.#buckets.get(who) ?? { available: this.perMinute, at: now }
    bucket.available = Math.min(
      this.perMinute,
      bucket.available + ((now - bucket.at) / 60_000) * this.perMinute,
    )
    bucket.at = now
    // A Map keeps the order of insertion. Deleting and inserting again puts the most recent user
    // last.
    if (!this.#buckets.delete(who) && this.#buckets.size >= mostBuckets) this.#forgetFirst()
    this.#buckets.set(who, bucket)
    return bucket
  }

  #forgetFirst(): void {
    for (const who of this.#buckets.keys()) {
      this.#buckets.delete(who)
      return
    }
  }
}
