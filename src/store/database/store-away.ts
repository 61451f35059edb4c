import type { FailureCode } from '../../error-codes.js'
import { deadline } from './deadline.js'

/**
 * The store cannot be reached, or is too slow to be waited for, and this cannot be answered without
 * it.
 */
export class StoreUnavailable extends Error {
  readonly code = 'store-unavailable' satisfies FailureCode
  constructor(cause?: unknown) {
    super('The store cannot be reached.', { cause })
  }
}

// Of the network, and of a server that refuses connections, shuts down, starts, or cancels what
// takes too long.
const codes =
  /^(E(CONNREFUSED|CONNRESET|PIPE|TIMEDOUT|HOSTUNREACH|NETUNREACH|NOTFOUND|AI_AGAIN)|08[0-9A-Z]{3}|57P0[123]|57014|53300)$/
// What the driver says of itself has no code.
const words =
  /^(timeout expired|timeout exceeded when trying to connect|Connection terminated|Query read timeout|Client (has encountered a connection error|was closed))/

/**
 * Whether an error says that the store is away or too slow, and nothing about what was asked of it:
 * the same may succeed later.
 */
export function isStoreAway(error: unknown): boolean {
  if (error instanceof StoreUnavailable) return true
  if (!(error instanceof Error)) return false
  const { code } = error as { code?: unknown }
  return (typeof code === 'string' && codes.test(code)) || words.test(error.message)
}

/**
 * An answer that waits for the store waits so long and no longer: the caller has a timeout too, and
 * can ask another process.
 */
export const longestWaitMs = 1_700

/**
 * What `work` gives; rejects with `tooLate()` after `ms`. Then `onLateResult` is given what comes
 * all the same.
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
 * What `work` gives; rejects with StoreUnavailable where the store is away, or does not do it in
 * `ms`, and otherwise as `work` does.
 */
export async function orUnavailable<T>(work: () => Promise<T>, ms = longestWaitMs): Promise<T> {
  try {
    return await inTime(work(), () => new StoreUnavailable(), undefined, ms)
  } catch (error) {
    throw isStoreAway(error) ? new StoreUnavailable(error) : error
  }
}
