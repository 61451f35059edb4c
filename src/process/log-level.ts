import type { Logger } from 'pino'
import { logLevels, type LogLevel, type LogLevelState } from '../protocols/admin/log-level.js'

/** Changes the log level of a running process. The allowlist of log.ts applies at every level. */
export function createLogLevel(log: Pick<Logger, 'level' | 'warn'>): LogLevel {
  const configured = log.level
  let until: number | undefined
  let timer: NodeJS.Timeout | undefined
  const state = (): LogLevelState => ({
    level: log.level,
    configured,
    ...(until === undefined ? {} : { until: new Date(until).toISOString() }),
  })
  const change = (level: string, fields: object): void => {
    const logChange = (): void => {
      log.warn({ from, to: level, ...fields }, 'log level changed')
    }
    const from = log.level
    // A change to a quieter level is logged before it takes effect, so that the log says why it
    // ends.
    const isQuieter = rank(level) < rank('warn')
    if (isQuieter) logChange()
    log.level = level
    if (!isQuieter) logChange()
  }
  return {
    state,
    set(level, minutes) {
      clearTimeout(timer)
      until = minutes === undefined ? undefined : Date.now() + minutes * 60_000
      change(level, until === undefined ? {} : { until: new Date(until).toISOString() })
      if (minutes !== undefined) {
        timer = setTimeout(() => {
          until = undefined
          change(configured, {})
        }, minutes * 60_000)
        timer.unref()
      }
      return state()
    },
  }
}

function rank(level: string): number {
  return level === 'silent' ? -1 : logLevels.findIndex((known) => known === level)
}
