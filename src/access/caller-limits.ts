import type { Caller } from './caller.js'
import { TokenBuckets } from './token-buckets.js'

/**
 * Limits in service lines a minute; a request without lines counts as one. 0 or absent: no limit.
 */
export interface LineLimits {
  /** Of one credential. */
  readonly linesPerMinute?: number
  /** Of all credentials of one tenant together. */
  readonly tenantLinesPerMinute?: number
  /** Of all tokens of one issuer together, because an issuer can name any number of subjects. */
  readonly issuerLinesPerMinute?: number
}

/**
 * The limit that was reached: whose it is, its lines a minute, and the seconds until there is room.
 */
export interface LimitReached {
  readonly whose: 'credential' | 'tenant' | 'issuer'
  readonly perMinute: number
  readonly wait: number
}

interface Limit {
  readonly whose: LimitReached['whose']
  readonly buckets: TokenBuckets
  /** The name under which the limit counts a caller; undefined where it does not apply. */
  readonly counted: (caller: Caller) => string | undefined
}

/** The rate limits of a caller: its own, and those that it shares with others. */
export class CallerLimits {
  readonly #limits: readonly Limit[]
  /**
   * The buckets of single credentials, whose balance the headers show; undefined without such a
   * limit.
   */
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
   * Takes `cost` from every limit of the caller, or from none. Returns undefined when all had room,
   * else the limit that has room last. `returned` was taken earlier for the same request and is put
   * back first in either case.
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
