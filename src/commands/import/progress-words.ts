import { percentOf } from '../progress.js'
import type { ImportProgress } from '../../importers/run.js'

/** The progress of an import, in words. */
export function importProgress(progress: ImportProgress): string {
  const rows = `${progress.rows.toLocaleString('en-US')} rows`
  return progress.phase === 'reading' ? `reading: ${percentOf(progress)} %, ${rows}` : `publishing: ${rows}`
}
