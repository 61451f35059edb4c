import { InstallationKeyRefused } from '../sealing/installation-key.js'

/** The store cannot tell whether a request was answered before; to decide again could be a second decision. */
export class StoreUnavailable extends Error {
  readonly code = 'store-unavailable'
  constructor (cause?: unknown) { super('The store cannot be reached.', { cause }) }
}

/** What `work` gives; rejects with StoreUnavailable where the store did not do it, and as it is with what is a fault of ours. */
export async function fromStore<T> (work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw isFault(error) ? error : new StoreUnavailable(error)
  }
}

// Statements and values that the database refuses (SQLSTATE classes 22, 23, 42) would be refused for ever: no reason to ask again.
function isFault (error: unknown): boolean {
  if (!(error instanceof Error) || [TypeError, RangeError, ReferenceError, InstallationKeyRefused].some(kind => error instanceof kind)) return true
  const { code } = error as { code?: unknown }
  return typeof code === 'string' && /^(22|23|42)[0-9A-Z]{3}$/.test(code)
}
