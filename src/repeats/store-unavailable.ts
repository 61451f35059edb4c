import { InstallationKeyRefused } from '../sealing/installation-key.js'
import { inTime, StoreUnavailable } from '../store/database/store-away.js'

export { StoreUnavailable }

/**
 * Runs `work` on the store. Rejects with StoreUnavailable where the store failed or was too slow;
 * errors of this program are thrown unchanged. `onLateResult` gets a result that came after the
 * time limit.
 */
export async function fromStore<T>(work: () => Promise<T>, onLateResult?: (late: T) => void): Promise<T> {
  try {
    return await inTime(work(), () => new StoreUnavailable(), onLateResult)
  } catch (error) {
    throw isFault(error) ? error : error instanceof StoreUnavailable ? error : new StoreUnavailable(error)
  }
}

// SQLSTATE classes 22, 23 and 42: the database refuses the statement or its values for good, so a
// retry cannot help.
function isFault(error: unknown): boolean {
  if (
    !(error instanceof Error) ||
    [TypeError, RangeError, ReferenceError, InstallationKeyRefused].some((kind) => error instanceof kind)
  )
    return true
  const { code } = error as { code?: unknown }
  return typeof code === 'string' && /^(22|23|42)[0-9A-Z]{3}$/.test(code)
}
