/** The methods of a log that this file uses. */
export interface FailureLogger {
  readonly warn: (fields: object, message: string) => void
}

/**
 * A request without a good credential, as it is logged: only the kind of the credential and the
 * public id of a key.
 */
export interface AuthenticationFailure {
  /** IPv4 address, or the first 64 bits of an IPv6 address. */
  readonly network: string
  readonly method: string
  /** Pattern of the route. */
  readonly route: string | undefined
  readonly requestId: string
  readonly credential: 'none' | 'key' | 'token' | 'several' | 'other'
  readonly keyId?: string | undefined
}

const everyMs = 60_000
// The most networks that get their own lines within a minute. It bounds the log when failures come
// from many addresses.
const mostNetworks = 100

/**
 * Logs failed authentication, rate-limited by network. The first failure of a network is logged at
 * once; a second line says how many more came within the minute. A flood makes two lines a minute
 * for a network, and at most 201 in all.
 */
export class FailureLog {
  readonly #log: FailureLogger
  readonly #more = new Map<string, number>()
  #beyond = 0
  readonly #timer: NodeJS.Timeout

  constructor(log: FailureLogger) {
    this.#log = log
    this.#timer = setInterval(() => {
      this.flush()
    }, everyMs)
    this.#timer.unref()
  }

  /** Logs or counts a failure. */
  note(failure: AuthenticationFailure): void {
    const more = this.#more.get(failure.network)
    if (more !== undefined) this.#more.set(failure.network, more + 1)
    else if (this.#more.size >= mostNetworks) this.#beyond++
    else {
      this.#more.set(failure.network, 0)
      this.#log.warn({ event: 'authentication-failed', ...failure }, 'a request without a good credential')
    }
  }

  /** Logs the counts of the minute that ends, and begins the next. */
  flush(): void {
    for (const [network, failures] of this.#more) {
      if (failures > 0)
        this.#log.warn(
          { event: 'authentication-failures', network, failures },
          'more requests without a good credential',
        )
    }
    if (this.#beyond > 0)
      this.#log.warn(
        { event: 'authentication-failures', failures: this.#beyond },
        'requests without a good credential from further networks',
      )
    this.#more.clear()
    this.#beyond = 0
  }

  /** Logs the counts that are left and stops the timer. */
  stop(): void {
    clearInterval(this.#timer)
    this.flush()
  }
}
