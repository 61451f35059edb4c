import type { FailureCode } from '../../error-codes.js'
import { deadline } from './deadline.js'

/** The store cannot be reached or is too slow, and the request cannot be answered without it. */
export class StoreUnavailable extends Error {
  readonly code = 'store-unavailable' satisfies FailureCode
  constructor(cause?: unknown) {
    super('The store cannot be reached.', { cause })
  }
}

// SQLSTATEs and network codes for: no connection, connection refused, shutdown, start, statement
// cancelled.
const codes =
  /^(E(CONNREFUSED|CONNRESET|PIPE|TIMEDOUT|HOSTUNREACH|NETUNREACH|NOTFOUND|AI_AGAIN)|08[0-9A-Z]{3}|57P0[123]|57014|53300)$/
// Errors of the driver itself have no code, only a message.
const words =
  /^(timeout expired|timeout exceeded when trying to connect|Connection terminated|Query read timeout|Client (has encountered a connection error|was closed))/

/**
 * Whether an error means that the store cannot be reached or is too slow. It says nothing about the
 * statement, so the same may succeed later.
 */
export function isStoreAway(error: unknown): boolean {
  if (error instanceof StoreUnavailable) return true
  if (!(error instanceof Error)) return false
  const { code } = error as { code?: unknown }
  return (typeof code === 'string' && codes.test(code)) || words.test(error.message)
}

/**
 * The longest time that an answer waits for the store: callers have a timeout too, and can ask
 * another process.
 */
export const longestWaitMs = 1_700

/**
 * The result of `work`, or a rejection with `tooLate()` after `ms`. A result that comes later goes
 * to `onLateResult`.
 */
export async function inTime<T>(
  work: Promise<T>,
  tooLate: () => Error,
  onLateResult: (late: T) => void = () => {},
  ms = longestWaitMs,
): Promise<T> {
  return await new Promise((resolve, reject) => {
    const end = deadline(ms, () => {
      reject(tooLate())
      work.then(onLateResult, () => {})
    })
    work.then(resolve, reject).finally(end)
  })
}

/**
 * The result of `work`. Rejects with StoreUnavailable if the store cannot be reached or does not
 * answer in `ms`, and otherwise as `work` does.
 */
export async function orUnavailable<T>(work: () => Promise<T>, ms = longestWaitMs): Promise<T> {
  try {
    return await inTime(work(), () => new StoreUnavailable(), undefined, ms)
  } catch (error) {
    throw isStoreAway(error) ? new StoreUnavailable(error) : error
  }
}
