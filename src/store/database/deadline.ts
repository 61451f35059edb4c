// While this process computes it reads no answer, so a plain timer could expire although the answer
// has arrived. So each turn of the event loop counts as `mostOfTurn` milliseconds at most.
const tickMs = 25
const mostOfTurn = 100

interface Waiting {
  left: number
  readonly expired: () => void
}

const waiting = new Set<Waiting>()
let ticking: NodeJS.Timeout | undefined
let last = 0

function tick(): void {
  const now = performance.now()
  const passed = Math.min(now - last, mostOfTurn)
  last = now
  for (const one of waiting) {
    one.left -= passed
    if (one.left > 0) continue
    waiting.delete(one)
    one.expired()
  }
  if (waiting.size > 0) return
  clearInterval(ticking)
  ticking = undefined
}

/**
 * Calls `expired` after `ms` of waiting; the returned function ends the wait. Time in which this
 * process was busy and could read no answer hardly counts.
 */
export function deadline(ms: number, expired: () => void): () => void {
  if (ticking === undefined) {
    last = performance.now()
    ticking = setInterval(tick, tickMs)
  }
  const one = { left: ms + Math.min(performance.now() - last, mostOfTurn), expired }
  waiting.add(one)
  return () => {
    waiting.delete(one)
  }
}
