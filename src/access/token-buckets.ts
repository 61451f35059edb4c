interface Bucket {
  available: number
  at: number
}

const mostBuckets = 10_000 // who has not asked for longest is forgotten, so that memory is bounded whoever asks

/**
 * A token bucket for each of many: `perMinute` at once at most, refilled evenly. A cost above that size waits for a full bucket and
 * leaves a debt, so it is served in the end and never for less.
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
   * Takes `cost` from the bucket of `who`: 0 when it was there, or the seconds until it will be, and then nothing is taken.
   * `returned` was taken before for the same request and is put back first, whatever comes of it.
   */
  take(who: string, cost: number, returned = 0): number {
    const wait = this.waitFor(who, cost, returned)
    if (wait === 0) this.spend(who, cost)
    return wait
  }

  /** What `take` would answer, without taking; `returned` is put back all the same. */
  waitFor(who: string, cost: number, returned = 0): number {
    const bucket = this.#bucketOf(who)
    bucket.available = Math.min(this.perMinute, bucket.available + returned)
    const lacking = Math.min(cost, this.perMinute) - bucket.available
    return lacking > 0 ? Math.max(1, Math.ceil((lacking / this.perMinute) * 60)) : 0
  }

  /** Takes `cost`, which `waitFor` found there at this same moment. */
  spend(who: string, cost: number): void {
    this.#bucketOf(who).available -= cost
  }

  /** What was left for `who` when it last asked, whole, and the seconds until the bucket is full again. */
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
    // A map keeps the order in which keys were put in: taken out and put back, whoever asked last stands last.
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
