import type { Repeats } from '../repeats/repeats.js'
import { Counter, type Family } from './series.js'

/** Requests under an Idempotency-Key, counted by outcome. */
export function repeatMetrics(): {
  readonly families: readonly Family[]
  readonly counted: (repeats: Repeats) => Repeats
} {
  const repeatable = new Counter(
    'precert_repeatable_requests_total',
    'Requests with an Idempotency-Key, by what came of them.',
    ['result'],
  )
  return {
    families: [repeatable],
    counted: (repeats) => ({
      async once(request, answer) {
        try {
          const repeated = await repeats.once(request, answer)
          repeatable.add([
            repeated.outcome !== 'answered' ? repeated.outcome : repeated.isReplay ? 'replayed' : 'decided',
          ])
          return repeated
        } catch (error) {
          repeatable.add(['failed'])
          throw error
        }
      },
    }),
  }
}
