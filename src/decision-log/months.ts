import type { Database } from '../store/database/database.js'
import { ensureLogMonths } from '../store/log/decision-log.js'

const dailyMs = 86_400_000

/** Days in this month and the next two, UTC: the log has a part for each month, made ahead. */
export function monthsAhead(now: number): string[] {
  const at = new Date(now)
  return [0, 1, 2].map((ahead) =>
    new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + ahead, 1)).toISOString().slice(0, 10),
  )
}

/** Makes the months ahead now, and once a day from then on; `stop` ends it. A failure is left to the next day: there are two months of time. */
export async function keepMonthsAhead(database: Database): Promise<{ stop: () => void }> {
  await ensureLogMonths(database, monthsAhead(Date.now()))
  const timer = setInterval(() => {
    ensureLogMonths(database, monthsAhead(Date.now())).catch(() => {})
  }, dailyMs)
  timer.unref()
  return {
    stop: () => {
      clearInterval(timer)
    },
  }
}
