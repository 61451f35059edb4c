import { readdirSync, readFileSync } from 'node:fs'
import { monitorEventLoopDelay, type IntervalHistogram } from 'node:perf_hooks'
import { gauge, type Family } from './series.js'

const resolution = 10 // ms between two looks at the event loop; what is measured includes it
const nanosecondsPerSecond = 1e9

function openDescriptors(): number | undefined {
  try {
    return readdirSync('/proc/self/fd').length - 1 // the folder itself is open while it is read
  } catch {
    return undefined // no Linux
  }
}

function descriptorLimit(): number | undefined {
  try {
    const limit = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]
    return limit === undefined ? undefined : Number(limit)
  } catch {
    return undefined // no Linux
  }
}

/**
 * Memory, processor time, start and event-loop lag, under the names that dashboards for Node
 * expect.
 */
export function processMetrics(): { readonly families: readonly Family[]; readonly stop: () => void } {
  const delay = monitorEventLoopDelay({ resolution })
  delay.enable()
  return {
    families: [...useFamilies(), ...memoryFamilies(), ...lagFamilies(delay)],
    stop: () => {
      delay.disable()
    },
  }
}

function useFamilies(): readonly Family[] {
  const mostDescriptors = descriptorLimit()
  const startedAt = Math.round(Date.now() / 1000 - process.uptime())
  return [
    gauge(
      'process_start_time_seconds',
      'When the process was started, in seconds since 1970.',
      () => startedAt,
    ),
    gauge(
      'process_cpu_seconds_total',
      'Processor time that was used, in seconds.',
      () => {
        const { user, system } = process.cpuUsage()
        return (user + system) / 1e6
      },
      {},
      'counter',
    ),
    gauge(
      'process_open_fds',
      'Open file descriptors, sockets among them; only where the system tells.',
      openDescriptors,
    ),
    gauge(
      'process_max_fds',
      'Most file descriptors that may be open; only where the system tells.',
      () => mostDescriptors,
    ),
    gauge(
      'nodejs_active_resources_total',
      'Timers, sockets, files and requests that keep the process running.',
      () => process.getActiveResourcesInfo().length,
    ),
  ]
}

function memoryFamilies(): readonly Family[] {
  return [
    gauge('process_resident_memory_bytes', 'Resident memory in bytes.', () => process.memoryUsage.rss()),
    gauge('nodejs_heap_size_used_bytes', 'Heap in use in bytes.', () => process.memoryUsage().heapUsed),
    gauge(
      'nodejs_heap_size_total_bytes',
      'Heap that the runtime has taken, in bytes.',
      () => process.memoryUsage().heapTotal,
    ),
    gauge(
      'nodejs_external_memory_bytes',
      'Memory outside the heap that objects hold, in bytes.',
      () => process.memoryUsage().external,
    ),
  ]
}

/** The lag in seconds, without the sampling interval. */
function lag(nanoseconds: number): number {
  return Number.isFinite(nanoseconds)
    ? Math.max(0, nanoseconds / nanosecondsPerSecond - resolution / 1000)
    : 0
}

function lagFamilies(delay: IntervalHistogram): readonly Family[] {
  return [
    gauge(
      'nodejs_eventloop_lag_p50_seconds',
      'Event-loop lag since the last look at the metrics: half of it was shorter.',
      () => lag(delay.percentile(50)),
    ),
    gauge(
      'nodejs_eventloop_lag_p99_seconds',
      'Event-loop lag since the last look at the metrics: 99 of 100 were shorter.',
      () => lag(delay.percentile(99)),
    ),
    // The last of the three resets the histogram, so that an old lag does not stay for ever.
    gauge(
      'nodejs_eventloop_lag_max_seconds',
      'Longest event-loop lag since the last look at the metrics.',
      () => {
        const longest = lag(delay.max)
        delay.reset()
        return longest
      },
    ),
  ]
}
