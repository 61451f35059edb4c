import type { Database } from '../store/database/database.js'
import { ensureLogMonths } from '../store/log/decision-log.js'

const dailyMs = 86_400_000

/**
 * The first days of this month and the next two, UTC. The log has a partition for each month, made
 * ahead.
 */
export function monthsAhead(now: number): string[] {
  const at = new Date(now)
  return [0, 1, 2].map((ahead) =>
    new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + ahead, 1)).toISOString().slice(0, 10),
  )
}

/**
 * Makes the partitions ahead now and once a day; `stop` ends it. A failure can wait until the next
 * day, since two months are left.
 */
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
