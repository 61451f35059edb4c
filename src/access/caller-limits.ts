import type { Caller } from './caller.js'
import { TokenBuckets } from './token-buckets.js'

/** Service lines a minute, a request without lines counting as one; 0 or absent = no limit. */
export interface LineLimits {
  /** Of one credential. */
  readonly linesPerMinute?: number
  /** Of all credentials of one tenant together. */
  readonly tenantLinesPerMinute?: number
  /** Of all tokens of one issuer together: it can name as many subjects as it likes. */
  readonly issuerLinesPerMinute?: number
}

/** Whose limit was reached, how many lines a minute it is, and in how many seconds there is room. */
export interface LimitReached {
  readonly whose: 'credential' | 'tenant' | 'issuer'
  readonly perMinute: number
  readonly wait: number
}

interface Limit {
  readonly whose: LimitReached['whose']
  readonly buckets: TokenBuckets
  /** By what the limit counts a caller; undefined for whom it does not count. */
  readonly counted: (caller: Caller) => string | undefined
}

/** The limits that a caller stands under: its own, and those of whom it is one of many. */
export class CallerLimits {
  readonly #limits: readonly Limit[]
  /** The buckets of single credentials, whose standing is told; undefined without a limit of them. */
  readonly ofCredentials: TokenBuckets | undefined

  constructor(
    { linesPerMinute = 0, tenantLinesPerMinute = 0, issuerLinesPerMinute = 0 }: LineLimits,
    now?: () => number,
  ) {
    const limit = (whose: Limit['whose'], perMinute: number, counted: Limit['counted']): readonly Limit[] =>
      perMinute === 0 ? [] : [{ whose, buckets: new TokenBuckets(perMinute, now), counted }]
    this.#limits = [
      ...limit('credential', linesPerMinute, ({ callerId }) => callerId),
      ...limit('tenant', tenantLinesPerMinute, ({ tenantId }) => tenantId),
      ...limit('issuer', issuerLinesPerMinute, ({ issuer }) => issuer),
    ]
    this.ofCredentials = this.#limits.find(({ whose }) => whose === 'credential')?.buckets
  }

  /**
   * Takes `cost` from every limit of the caller, or from none: undefined when it was there, or the limit that has room last.
   * `returned` was taken before for the same request and is put back first, whatever comes of it.
   */
  take(caller: Caller, cost: number, returned = 0): LimitReached | undefined {
    let reached: LimitReached | undefined
    for (const { whose, buckets, counted } of this.#limits) {
      const who = counted(caller)
      const wait = who === undefined ? 0 : buckets.waitFor(who, cost, returned)
      if (wait > (reached?.wait ?? 0)) reached = { whose, perMinute: buckets.perMinute, wait }
    }
    if (reached !== undefined) return reached
    for (const { buckets, counted } of this.#limits) {
      const who = counted(caller)
      if (who !== undefined) buckets.spend(who, cost)
    }
    return undefined
  }
}
