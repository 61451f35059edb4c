import type { ImportProgress } from './run.js'

const BAR = 24
const EVERY_MS = 100
const EVERY_LINE_MS = 5_000

/** What progress is written to; `isTTY` tells a terminal, which gets one line that is written over. */
export interface ProgressTarget { readonly isTTY?: boolean, readonly write: (text: string) => unknown }

/** Shows how far an import is: a bar on a terminal, elsewhere a line now and then. `done` clears the bar. */
export function showProgress (target: ProgressTarget): { readonly onProgress: (progress: ImportProgress) => void, readonly done: () => void } {
  let last = -Infinity
  let phase: ImportProgress['phase'] | undefined
  const every = target.isTTY === true ? EVERY_MS : EVERY_LINE_MS
  return {
    onProgress: progress => {
      const now = performance.now()
      if (progress.phase === phase && now - last < every) return
      // The first line of reading says nothing yet.
      const silent = target.isTTY !== true && phase === undefined && progress.phase === 'reading'
      phase = progress.phase
      last = now
      if (!silent) target.write(target.isTTY === true ? `\r\x1b[K${barOf(progress)}` : `${lineOf(progress)}\n`)
    },
    done: () => { if (target.isTTY === true && phase !== undefined) target.write('\r\x1b[K') }
  }
}

function barOf (progress: ImportProgress): string {
  const share = progress.totalBytes === 0 ? 1 : Math.min(1, progress.bytes / progress.totalBytes)
  const full = Math.round(share * BAR)
  return `[${'#'.repeat(full)}${' '.repeat(BAR - full)}] ${lineOf(progress)}`
}

function lineOf ({ phase, rows, bytes, totalBytes }: ImportProgress): string {
  const percent = totalBytes === 0 ? 100 : Math.min(100, Math.floor(100 * bytes / totalBytes))
  return phase === 'reading' ? `reading: ${percent} %, ${rows.toLocaleString('en-US')} rows` : `publishing: ${rows.toLocaleString('en-US')} rows`
}
