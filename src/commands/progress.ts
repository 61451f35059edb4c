const BAR = 24
const EVERY_MS = 100
const EVERY_LINE_MS = 5_000

/** Where progress is written. `isTTY`: a terminal, which gets one line that is overwritten. */
export interface ProgressTarget {
  readonly isTTY?: boolean
  readonly write: (text: string) => unknown
}

/** The progress of a command: bytes of a known total, and words for it. */
export interface Progress {
  readonly phase: string
  readonly bytes: number
  readonly totalBytes: number
}

/**
 * Shows the progress of a command: a bar on a terminal, elsewhere a line from time to time. `done`
 * removes the bar. `words` stand beside the bar.
 */
export function showProgress<P extends Progress>(
  target: ProgressTarget,
  words: (progress: P) => string,
): { readonly onProgress: (progress: P) => void; readonly done: () => void } {
  let last = -Infinity
  let phase: string | undefined
  const every = target.isTTY === true ? EVERY_MS : EVERY_LINE_MS
  return {
    onProgress: (progress) => {
      const now = performance.now()
      if (progress.phase === phase && now - last < every) return
      // The first line of the first phase has no information yet.
      const silent = target.isTTY !== true && phase === undefined
      phase = progress.phase
      last = now
      if (!silent)
        target.write(
          target.isTTY === true ? `\r\x1b[K${barOf(progress)} ${words(progress)}` : `${words(progress)}\n`,
        )
    },
    done: () => {
      if (target.isTTY === true && phase !== undefined) target.write('\r\x1b[K')
    },
  }
}

/** The finished part in whole percent; 100 where there was nothing to do. */
export function percentOf({ bytes, totalBytes }: Progress): number {
  return totalBytes === 0 ? 100 : Math.min(100, Math.floor((100 * bytes) / totalBytes))
}

function barOf({ bytes, totalBytes }: Progress): string {
  const full = Math.round((totalBytes === 0 ? 1 : Math.min(1, bytes / totalBytes)) * BAR)
  return `[${'#'.repeat(full)}${' '.repeat(BAR - full)}]`
}
