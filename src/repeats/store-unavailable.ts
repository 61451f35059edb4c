import { InstallationKeyRefused } from '../sealing/installation-key.js'
import { inTime, StoreUnavailable } from '../store/database/store-away.js'

export { StoreUnavailable }

/**
 * What `work` gives; rejects with StoreUnavailable where the store did not do it, or not in time, and as it is with what is a fault of ours.
 * `onLateResult` is given what came too late.
 */
export async function fromStore<T>(work: () => Promise<T>, onLateResult?: (late: T) => void): Promise<T> {
  try {
    return await inTime(work(), () => new StoreUnavailable(), onLateResult)
  } catch (error) {
    throw isFault(error) ? error : error instanceof StoreUnavailable ? error : new StoreUnavailable(error)
  }
}

// Statements and values that the database refuses (SQLSTATE classes 22, 23, 42) would be refused for ever: no reason to ask again.
function isFault(error: unknown): boolean {
  if (
    !(error instanceof Error) ||
    [TypeError, RangeError, ReferenceError, InstallationKeyRefused].some((kind) => error instanceof kind)
  )
    return true
  const { code } = error as { code?: unknown }
  return typeof code === 'string' && /^(22|23|42)[0-9A-Z]{3}$/.test(code)
}
